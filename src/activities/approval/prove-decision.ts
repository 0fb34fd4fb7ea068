import type { Person } from '../../domain/approval.js';
import { canonicalJson } from '../../domain/canonical-json.js';
import { asCarried, type OutboxDecision } from '../../domain/outbox-decision.js';
import type { DecisionProof, RecordActivities } from '../contract.js';

/**
 * All of it has to be as it was recorded: an id can be read from the history of its cycle, and other words, another person or
 * another time under it would be somebody else's decision.
 */
export function proofOf(
  { cycleId, decision }: Parameters<RecordActivities['proveDecision']>[0],
  recorded: OutboxDecision | null,
  people: readonly Person[],
): DecisionProof {
  return {
    isPerson: people.some(({ id }) => id === decision.by.id),
    isRecorded:
      recorded !== null &&
      recorded.cycleId === cycleId &&
      recorded.approvalId === decision.approvalId &&
      canonicalJson(asCarried(recorded)) === canonicalJson(decision),
  };
}
