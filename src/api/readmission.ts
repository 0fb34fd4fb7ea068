/** A person lets a held-back event in: it is read once more, and the row goes the normal way or says why it cannot. */
import { randomUUID } from 'node:crypto';
import { actorOf, type Decider } from '../domain/approval.js';
import type { AuditNote, Inbox, Readmitted, WebhookRow, WebhookStatus } from '../inbox/inbox.js';
import type { Logger } from '../log.js';
import { HttpError, notFound } from './http-error.js';
import type { Reread } from './webhooks/reread.js';

export interface ReadmissionRequest {
  readonly eventId: string;
  /** `release`: a quarantined one; `retry`: a dead letter. */
  readonly what: 'release' | 'retry';
  readonly by: Decider;
  readonly reason: string | undefined;
}

export interface ReadmissionParts {
  readonly inbox: Pick<Inbox, 'get' | 'raw' | 'readmit'>;
  readonly reread: (row: WebhookRow, raw: Buffer) => Reread;
  readonly log: Pick<Logger, 'info'>;
  readonly clock: () => Date;
}

/** Answers the cycle. Throws `HttpError`: 404, or 409 with what stands in the way. */
export type Readmit = (request: ReadmissionRequest) => Promise<{ readonly cycleId: string }>;

const HELD_AS = { release: 'quarantined', retry: 'dead_letter' } as const;
const NOTED_AS = { release: 'event.released', retry: 'event.retried' } as const;

export function createReadmit({ inbox, reread, log, clock }: ReadmissionParts): Readmit {
  return async (request) => {
    const { eventId, what, by } = request;
    const row = inbox.get(eventId);
    const raw = inbox.raw(eventId);
    if (row === null || raw === null) {
      throw notFound(`event ${eventId}`);
    }
    if (row.status !== HELD_AS[what]) {
      throw notHeld(request, row.status);
    }
    const readmitted = await inbox.readmit({
      eventId,
      from: HELD_AS[what],
      read: reread(row, raw),
      note: noteOf(request, row, clock()),
    });
    if (readmitted.outcome !== 'accepted') {
      throw whyNot(request, readmitted);
    }
    const { cycleId } = readmitted;
    log.info({ eventId, cycleId, source: row.source, what, by: by.id }, 'a held-back event was let in');
    return { cycleId };
  };
}

function noteOf({ eventId, what, by, reason }: ReadmissionRequest, row: WebhookRow, now: Date) {
  const note: Omit<AuditNote, 'cycleId'> = {
    id: randomUUID(),
    at: now.toISOString(),
    kind: NOTED_AS[what],
    actor: actorOf(by),
    data: {
      eventId,
      by: by.id,
      byName: by.name,
      heldAs: row.status,
      heldFor: row.reason,
      why: reason ?? null,
    },
  };
  return note;
}

function whyNot(
  request: ReadmissionRequest,
  readmitted: Exclude<Readmitted, { readonly outcome: 'accepted' }>,
): HttpError {
  const { eventId, what } = request;
  switch (readmitted.outcome) {
    case 'missing':
      return notFound(`event ${eventId}`);
    case 'not_held':
      return notHeld(request, readmitted.status);
    case 'known': {
      const other = { eventId: readmitted.eventId, cycleId: readmitted.cycleId };
      return new HttpError(409, 'known_already', `${other.eventId} tells of the same, and came first`, {
        details: { other },
      });
    }
    case 'refused': {
      const status = HELD_AS[what];
      const { reason } = readmitted;
      return new HttpError(409, 'still_held', `${eventId} stays ${status}: ${reason}`, {
        details: { status, reason },
      });
    }
  }
}

const HINTS: { readonly [S in WebhookStatus]?: string } = {
  quarantined: 'a quarantined event is released (release)',
  dead_letter: 'a dead letter is tried again (retry)',
};

function notHeld({ eventId, what }: ReadmissionRequest, status: WebhookStatus): HttpError {
  const hint = HINTS[status] ?? `there is nothing to ${what}`;
  return new HttpError(409, 'not_held', `${eventId} is ${status}: ${hint}`, { details: { status } });
}
