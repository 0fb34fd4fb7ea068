/** Decisions that did not count, on their way into the audit log: the worker takes them over from the inbox's database. */
import { randomUUID } from 'node:crypto';
import type { MirrorReader } from '../audit/mirror-reader.js';
import { actorOf, type Decider } from '../domain/approval.js';
import { cutText } from '../domain/cut-text.js';
import type { OutboxDecision } from '../domain/outbox-decision.js';
import type { AuditNote, Inbox } from '../inbox/inbox.js';
import type { DecideInput } from '../workflows/messages.js';
import type { RefusedByWorkflow } from './decision-delivery.js';

export interface Refusal {
  readonly approvalId: string;
  readonly by: Decider;
  /** What was tried: `approve`, `reject`, `decide` where it was not said. */
  readonly what: string;
  readonly code: string;
  readonly why: string;
  /** Where the same request may come again: it is recorded once. */
  readonly requestId?: string | undefined;
  /** Whoever made it heard that it is recorded: the worker tells them now. */
  readonly wasRecorded?: boolean;
}

const WORDS_LIMIT = 2_000;

export interface RefusedDecisions {
  note(refusal: Refusal): Promise<void>;
  /** Under the decision's own id, so that offering it once more is no second row. */
  noteByWorkflow(decision: OutboxDecision, refused: RefusedByWorkflow, wasRecorded: boolean): Promise<void>;
}

export function createRefusedDecisions(parts: {
  readonly inbox: Pick<Inbox, 'saveNote' | 'saveRefusal'>;
  readonly mirror: Pick<MirrorReader, 'getApproval'>;
  readonly clock: () => Date;
  /** Told of each: whether it stands in the audit log by itself, or as part of a number. */
  readonly refused?: ((recorded: 'listed' | 'counted') => void) | undefined;
}): RefusedDecisions {
  const { inbox, mirror, clock, refused = () => undefined } = parts;
  const note = async ({
    requestId,
    approvalId,
    by,
    what,
    code,
    why,
    wasRecorded = false,
  }: Refusal): Promise<void> => {
    const one: AuditNote = {
      id: requestId ?? randomUUID(),
      at: clock().toISOString(),
      cycleId: mirror.getApproval(approvalId)?.cycle_id ?? null,
      kind: 'decision.refused',
      actor: actorOf(by),
      data: {
        approvalId: cutText(approvalId, WORDS_LIMIT),
        by: by.id,
        byName: by.name,
        what,
        code,
        why: cutText(why, WORDS_LIMIT),
        ...(wasRecorded ? { wasRecorded } : {}),
      },
    };
    // Whoever heard 202 is told by this very note that it did not count after all.
    refused(wasRecorded ? await listed(inbox, one) : await inbox.saveRefusal(one, by));
  };
  return {
    note,
    noteByWorkflow(decision, { code, message }, wasRecorded) {
      const { approvalId, by, decision: what } = JSON.parse(decision.input) as DecideInput;
      return note({ requestId: decision.id, approvalId, by, what, code, why: message, wasRecorded });
    },
  };
}

async function listed(inbox: Pick<Inbox, 'saveNote'>, note: AuditNote): Promise<'listed'> {
  await inbox.saveNote(note);
  return 'listed';
}
