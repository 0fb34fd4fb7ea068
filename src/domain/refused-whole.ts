/** Why code takes nothing of a decision, whatever its single actions would be judged as. Pure. */
import type { Decision } from './decision.js';
import { groundsOf, groundsRefusal } from './grounds.js';

/** A decision with too many actions is not trusted in part. Null where there are not too many. */
export function floodRefusal(proposed: number, limit: number): string | null {
  return proposed > limit
    ? `the decision proposes ${proposed} actions, more than the ${limit} that limits.actionsPerDecision allows; none of them is taken`
    : null;
}

/**
 * Of what people have to hear of: to be silent on it takes a reason. Null where some of it may be taken.
 * @param decision without void reasons
 */
export function refusalOfWhole(decision: Decision, limit: number): string | null {
  const { actions, reasons } = decision;
  const isMute = actions.length === 0 && reasons.length === 0;
  return (
    floodRefusal(actions.length, limit) ??
    groundsRefusal(groundsOf(decision)) ??
    (isMute ? 'the decision proposes nothing and gives no reason for it, so that it is none' : null)
  );
}
