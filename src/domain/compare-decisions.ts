/** Are two decisions on one event the same? Words are never the same twice, so that they are told apart from the deeds. */
import { type Action, rewritten } from './action.js';
import { canonicalJson } from './canonical-json.js';
import type { DecisionChange } from './trial.js';

/** The order of actions does not count. */
export function compareDecisions(before: readonly Action[], after: readonly Action[]): DecisionChange {
  if (isSame(before.map(canonicalJson), after.map(canonicalJson))) {
    return 'same';
  }
  return isSame(before.map(deedOf), after.map(deedOf)) ? 'reworded' : 'changed';
}

/** The action without its texts for people. */
function deedOf(action: Action): string {
  return canonicalJson(rewritten(action, () => ''));
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return canonicalJson(left.toSorted()) === canonicalJson(right.toSorted());
}
