import { addressedTexts } from '../addressed.js';
import { answerTo } from '../answer.js';
import { oneAction, type StandInDecision } from '../decision.js';
import type { Prompt } from '../prompt.js';
import { replyTo } from '../reply.js';

/** Whoever asks the agent by name gets one answer from the facts; a burst of questions gets one answer to all. */
export function answerQuestion(prompt: Prompt): StandInDecision | null {
  const questions = addressedTexts(prompt);
  const newest = questions[0];
  if (newest === undefined) {
    return null;
  }
  const answer = answerTo(questions.map((question) => question.words).join(' '), prompt);
  const reply = replyTo(newest.event, prompt, answer.text);
  if (reply === null) {
    return null;
  }
  return oneAction(
    `${newest.event.actorName ?? 'A person'} asked the agent; the facts answer it.`,
    reply,
    answer.evidence,
  );
}
