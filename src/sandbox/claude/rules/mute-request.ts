import { addressedTexts } from '../addressed.js';
import { noAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';

/** `@PM Agent mute` and `unmute`: the product obeys them by itself, so there is nothing to propose. */
export function muteRequest(prompt: Prompt): StandInDecision | null {
  const word = /^(mute|unmute)\b/i.exec(addressedTexts(prompt)[0]?.words ?? '')?.[1];
  return word === undefined
    ? null
    : noAction(`A person asked the agent to ${word.toLowerCase()}; that takes effect without an action.`);
}
