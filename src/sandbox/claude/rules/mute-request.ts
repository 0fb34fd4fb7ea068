import { addressedTexts, muteOrders } from '../addressed.js';
import { noAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';

/** `@PM Agent mute` and `unmute`: the product obeys them by itself; what else was said is answered as ever. */
export function muteRequest(prompt: Prompt): StandInDecision | null {
  const [order] = muteOrders(prompt);
  return order === undefined || addressedTexts(prompt).length > 0
    ? null
    : noAction(`A person asked the agent to ${order}; that takes effect without an action.`);
}
