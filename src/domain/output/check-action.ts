import { type Action, rewritten, textOf } from '../action.js';
import { checkText } from './check-text.js';
import type { OutputRules } from './rule.js';
import { sizeRefusal } from './size.js';

export interface CheckedAction {
  /** With its texts as they may leave. */
  readonly action: Action;
  /** What was taken out of them, each in a few words. */
  readonly takenOut: readonly string[];
  /** Why it must not leave; null where it may. */
  readonly refusal: string | null;
}

/** What every action passes when it is planned, and again right before its request is made. Pure, and idempotent. */
export function checkAction(action: Action, rules: OutputRules): CheckedAction {
  const takenOut = new Set<string>();
  const refusals: string[] = [];
  const checked = rewritten(action, (text) => {
    const found = checkText(text, rules);
    for (const piece of found.takenOut) {
      takenOut.add(piece);
    }
    refusals.push(...(found.refusal === null ? [] : [found.refusal]));
    return found.text;
  });
  const text = textOf(checked);
  return {
    action: checked,
    takenOut: [...takenOut],
    refusal: refusals[0] ?? (text === null ? null : sizeRefusal(text)),
  };
}
