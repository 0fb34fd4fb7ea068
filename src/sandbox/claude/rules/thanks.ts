import { addressedTexts } from '../addressed.js';
import { noAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';

/** Thanks and greetings of a word or two need no answer. */
export function thanks(prompt: Prompt): StandInDecision | null {
  const words = addressedTexts(prompt)[0]?.words ?? '';
  return /^(?:many )?(?:thanks?|thank you|thx|cheers|great|ok(?:ay)?)\b[^?]{0,40}$/i.test(words)
    ? noAction('A person thanked the agent; that needs no answer.')
    : null;
}
