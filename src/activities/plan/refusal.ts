/**
 * What code refuses whatever policy says. The model is taken as compromised: a proposal may touch only what the event
 * is about, in ways that were really offered (each kind's own `target.refusal`).
 */
import { type Action, targetRefusal, textOf } from '../../domain/action.js';
import type { AllowedTargets } from '../../domain/actions/row.js';
import { ACTION_TEXT_LIMIT } from '../../reasoning/actions/members.js';

/** Null where the action may go on to the policy, else the sentence to show. */
export function refusalFor(action: Action, targets: AllowedTargets): string | null {
  return textRefusal(textOf(action)) ?? targetRefusal(action, targets);
}

const INVISIBLE = /[\s\p{DI}\p{Cf}\p{Cc}]/gu;

function textRefusal(text: string | null): string | null {
  if (text === null) {
    return null;
  }
  if (text.replace(INVISIBLE, '') === '') {
    return 'the text is empty';
  }
  return text.length > ACTION_TEXT_LIMIT
    ? `the text has ${text.length} characters, more than the ${ACTION_TEXT_LIMIT} that are allowed`
    : null;
}
