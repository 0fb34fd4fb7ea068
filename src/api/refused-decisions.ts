/** Decisions that did not count, on their way into the audit log: the worker takes them over from the inbox's database. */
import { randomUUID } from 'node:crypto';
import type { MirrorReader } from '../audit/mirror.js';
import type { Decider } from '../domain/approval.js';
import type { Inbox, OutboxDecision } from '../inbox/inbox.js';
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
}

export interface RefusedDecisions {
  note(refusal: Refusal): Promise<void>;
  /** Under the decision's own id, so that offering it once more is no second row. */
  noteByWorkflow(decision: OutboxDecision, refused: RefusedByWorkflow): Promise<void>;
}

export function createRefusedDecisions(parts: {
  readonly inbox: Pick<Inbox, 'saveRefusal'>;
  readonly mirror: Pick<MirrorReader, 'getApproval'>;
  readonly clock: () => Date;
}): RefusedDecisions {
  const { inbox, mirror, clock } = parts;
  const note = ({ requestId, approvalId, by, what, code, why }: Refusal): Promise<void> =>
    inbox.saveRefusal({
      id: requestId ?? randomUUID(),
      at: clock().toISOString(),
      cycleId: mirror.getApproval(approvalId)?.cycle_id ?? null,
      approvalId,
      by,
      what,
      code,
      why,
    });
  return {
    note,
    noteByWorkflow(decision, { code, message }) {
      const { approvalId, by, decision: what } = JSON.parse(decision.input) as DecideInput;
      return note({ requestId: decision.id, approvalId, by, what, code, why: message });
    },
  };
}
