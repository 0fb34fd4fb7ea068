/** A decision between the API, which records it, and its workflow, to which an update carries it. */
import type { HumanDecision } from './approval.js';

/** A decision on its way to a workflow; kept until a worker has applied it. */
export interface OutboxDecision {
  /** Also the Temporal update id, so that a repeated delivery is the same decision, and its workflow can ask for its record. */
  readonly id: string;
  readonly cycleId: string;
  readonly approvalId: string;
  /** JSON `CarriedDecision`, without `madeAt`. */
  readonly input: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
}

/** As the update `decide` carries it. */
export interface CarriedDecision extends HumanDecision {
  readonly approvalId: string;
}

/** When it was made, its record says, and nothing else. */
export function asCarried({
  input,
  createdAt,
}: Pick<OutboxDecision, 'input' | 'createdAt'>): CarriedDecision {
  return { ...(JSON.parse(input) as CarriedDecision), madeAt: createdAt };
}
