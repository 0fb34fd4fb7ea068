/** The last check of what is about to leave: the same rules as when it was planned, and the request itself. */
import type { Action } from '../domain/action.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { ActionResult } from '../domain/cycle.js';
import type { OutgoingRequest } from '../domain/effect.js';
import { checkAction } from '../domain/output/check-action.js';
import { requestRefusal } from '../domain/output/check-request.js';
import type { OutputRules } from '../domain/output/rule.js';
import { withheld } from './actions/results.js';

/**
 * Null where the action may leave just as it was planned. A text that would have to be changed first is not sent at all:
 * nobody approved the changed one.
 */
export function blocked(action: Action, request: OutgoingRequest, rules: OutputRules): ActionResult | null {
  const checked = checkAction(action, rules);
  const refusal = checked.refusal ?? requestRefusal(request, rules);
  if (refusal !== null) {
    return withheld(refusal);
  }
  return canonicalJson(checked.action) === canonicalJson(action)
    ? null
    : withheld(
        `what may be sent changed since this was planned, and ${checked.takenOut.join(', ')} would have to be taken out first`,
      );
}
