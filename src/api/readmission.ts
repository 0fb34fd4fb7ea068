/** A person lets a held-back event in: it is read once more, and the row goes the normal way or says why it cannot. */
import { randomUUID } from 'node:crypto';
import { actorOf, type Decider } from '../domain/approval.js';
import type { CycleOutcome, CycleStatus } from '../domain/cycle.js';
import type { EventStatus } from '../domain/stored-event.js';
import type { AuditNote, Inbox, Readmitted, WebhookRow } from '../inbox/inbox.js';
import type { Logger } from '../log.js';
import { HttpError, notFound } from './http-error.js';
import type { Reread } from './webhooks/reread.js';

export interface ReadmissionRequest {
  readonly eventId: string;
  /** `release`: a quarantined one; `retry`: a dead letter, or one whose cycle needs attention. */
  readonly what: 'release' | 'retry';
  readonly by: Decider;
  readonly reason: string | undefined;
}

export interface ReadmissionParts {
  readonly inbox: Pick<Inbox, 'get' | 'raw' | 'readmit'>;
  /** How a cycle ended, as the mirror has it; null where it does not know the cycle. */
  readonly endOf: (cycleId: string) => CycleEnd | null;
  readonly reread: (row: WebhookRow, raw: Buffer) => Reread;
  readonly log: Pick<Logger, 'info'>;
  readonly clock: () => Date;
}

export interface CycleEnd {
  readonly status: CycleStatus;
  readonly outcome: CycleOutcome | null;
}

/** Answers the cycle. Throws `HttpError`: 404, or 409 with what stands in the way. */
export type Readmit = (request: ReadmissionRequest) => Promise<{ readonly cycleId: string }>;

const HELD_AS = { release: ['quarantined'], retry: ['dead_letter', 'processed'] } as const;
type Held = (typeof HELD_AS)[keyof typeof HELD_AS][number];
const NOTED_AS = { release: 'event.released', retry: 'event.retried' } as const;

export function createReadmit({ inbox, endOf, reread, log, clock }: ReadmissionParts): Readmit {
  return async (request) => {
    const { eventId, what, by } = request;
    const row = inbox.get(eventId);
    const raw = inbox.raw(eventId);
    if (row === null || raw === null) {
      throw notFound(`event ${eventId}`);
    }
    const from = (HELD_AS[what] as readonly Held[]).find((status) => status === row.status);
    if (from === undefined) {
      throw notHeld(request, row.status);
    }
    const end = row.cycleId === null ? null : endOf(row.cycleId);
    if (from === 'processed' && !needsAttention(end)) {
      throw endedWell(eventId, end);
    }
    const readmitted = await inbox.readmit({
      eventId,
      from,
      read: reread(row, raw),
      note: noteOf(request, row, clock()),
    });
    if (readmitted.outcome !== 'accepted') {
      throw whyNot(request, from, readmitted);
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

/** The cycle could not go on, or something that it wanted to do was not done, or nobody knows. */
function needsAttention(end: CycleEnd | null): boolean {
  return end !== null && (end.status === 'failed' || end.outcome === 'failed' || end.outcome === 'unknown');
}

function endedWell(eventId: string, end: CycleEnd | null): HttpError {
  const how = end === null ? 'not known here' : `${end.status} with the outcome ${end.outcome ?? 'none'}`;
  const message = `the cycle of ${eventId} is ${how}: only what failed, or ended unknown, is tried again`;
  return new HttpError(409, 'not_held', message, { details: { status: 'processed' } });
}

function whyNot(
  request: ReadmissionRequest,
  from: Held,
  readmitted: Exclude<Readmitted, { readonly outcome: 'accepted' }>,
): HttpError {
  const { eventId } = request;
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
      const { reason } = readmitted;
      return new HttpError(409, 'still_held', `${eventId} stays ${from}: ${reason}`, {
        details: { status: from, reason },
      });
    }
  }
}

const HINTS: { readonly [S in EventStatus]?: string } = {
  quarantined: 'a quarantined event is released (release)',
  dead_letter: 'a dead letter is tried again (retry)',
};

function notHeld({ eventId, what }: ReadmissionRequest, status: EventStatus): HttpError {
  const hint = HINTS[status] ?? `there is nothing to ${what}`;
  return new HttpError(409, 'not_held', `${eventId} is ${status}: ${hint}`, { details: { status } });
}
