import { addressedTexts, idsOfWords } from '../addressed.js';
import { answerTo, idsOf } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';

const ESCALATE = /\bescalate\b|\b(?:tell|call|get)\s+(?:the|our|a)\s+(?:team\s+)?lead\b/i;
/** "When do you escalate?" asks, it does not request. */
const ONLY_ASKS = /^(?:when|why|who|how|what|did|does|do|has|have|was|is|are|will)\b/i;

/** "@PM Agent please escalate this": tells the team's lead how things stand. Who that is, only the product knows. */
export function escalateRequest(prompt: Prompt): StandInDecision | null {
  const request = addressedTexts(prompt)[0];
  if (request === undefined || !ESCALATE.test(request.words) || ONLY_ASKS.test(request.words)) {
    return null;
  }
  const asker = request.event.actorName ?? 'A person';
  const subject = prompt.issue?.key ?? prompt.pullRequest?.title ?? 'this conversation';
  const payload = {
    reason: `${asker} asks for help with ${subject}`,
    text: answerTo('', prompt).text,
    level: 'warning',
  };
  return oneAction(`${asker} asked to escalate ${subject}.`, { kind: 'escalate', payload }, [
    ...idsOfWords(request, prompt),
    ...idsOf(prompt, 'issue'),
  ]);
}
