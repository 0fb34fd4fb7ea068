/** Whoever has to decide asks the agent: the model answers from the same context, and proposes nothing. An answer that was paid is not paid again. */
import { checkText } from '../../domain/output/check-text.js';
import { buildQuestion } from '../../reasoning/build-question.js';
import { buildRequest } from '../../reasoning/build-request.js';
import { promptAbout } from '../../reasoning/prompts/index.js';
import { readReply } from '../../reasoning/read-reply.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { fingerprint } from '../fingerprint.js';
import type { Spending } from '../spending.js';
import { loadContext } from '../stored-context.js';
import { paidOnce } from '../turns/pay-for.js';
import { nonceOf, questionAbout } from '../turns/question.js';

export function createAnswerQuestion(
  deps: ActivityDeps,
  spending: Spending,
): StepActivities['answerQuestion'] {
  return async (input) => {
    const { cycle, contextHash, planned, question, questionId } = input;
    const context = await loadContext(deps.mirror, contextHash);
    const { event, alsoAnswers, newerAnswered = null } = cycle;
    const prompt = promptAbout(event, context);
    const decided = questionAbout(deps, {
      model: deps.models.normal,
      prompt,
      nonce: nonceOf(deps, questionId, contextHash),
      accounts: [],
      event,
      alsoAnswers: alsoAnswers.map((other) => other.event),
      isLate: newerAnswered !== null,
      context,
    });
    const request = buildQuestion(buildRequest(decided), planned.action, question);
    // A workflow that was reset may ask something else under this number.
    const id = `${questionId}.${fingerprint([contextHash, planned.action, question, request.model]).slice(0, 12)}`;
    const answer = await paidOnce(deps, spending, cycle, { id, purpose: 'answer', prompt, request });
    if ('refusal' in answer) {
      return `The model was not asked: ${answer.refusal}`;
    }
    const reading = readReply(answer.reply, new Set(context.items.map(({ id }) => id)));
    return reading.kind === 'decision'
      ? checkText(
          [reading.decision.summary, ...reading.decision.reasons.map(({ text }) => text)].join('\n'),
          deps.output,
        ).text
      : 'The model gave no answer that can be read; decide without, or ask again.';
  };
}
