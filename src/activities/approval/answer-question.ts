/** Whoever has to decide asks the agent: the model answers from the same context, and proposes nothing. */
import { randomBytes } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { checkText } from '../../domain/output/check-text.js';
import { buildQuestion } from '../../reasoning/build-question.js';
import { buildRequest } from '../../reasoning/build-request.js';
import { promptAbout } from '../../reasoning/prompts/index.js';
import { readReply } from '../../reasoning/read-reply.js';
import type { StepActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { callModel } from '../model-call.js';
import { priceOf } from '../price-of-call.js';
import type { Spending } from '../spending.js';
import { loadContext } from '../stored-context.js';
import { questionAbout } from '../turns/question.js';

export function createAnswerQuestion(
  deps: ActivityDeps,
  spending: Spending,
): StepActivities['answerQuestion'] {
  return async ({ cycle, contextHash, planned, question, questionId }) => {
    const context = await loadContext(deps.mirror, contextHash);
    const { event, alsoAnswers, newerAnswered = null } = cycle;
    const prompt = promptAbout(event, context);
    const decided = questionAbout(deps, {
      model: deps.models.normal,
      prompt,
      nonce: randomBytes(16).toString('hex'),
      accounts: [],
      event,
      alsoAnswers: alsoAnswers.map((other) => other.event),
      isLate: newerAnswered !== null,
      context,
    });
    const request = buildQuestion(buildRequest(decided), planned.action, question);
    const { attempt } = Context.current().info;
    const called = await spending.within(cycle, priceOf(deps, request), (heldUsd) =>
      callModel(deps, {
        id: `${questionId}.${attempt}`,
        cycleId: cycle.cycleId,
        purpose: 'answer',
        prompt,
        request,
        heldUsd,
      }),
    );
    if ('refusal' in called) {
      return `The model was not asked: ${called.refusal}`;
    }
    const reading = readReply(called.done.reply, new Set(context.items.map(({ id }) => id)));
    return reading.kind === 'decision'
      ? checkText(
          [reading.decision.summary, ...reading.decision.reasons.map(({ text }) => text)].join('\n'),
          deps.output,
        ).text
      : 'The model gave no answer that can be read; decide without, or ask again.';
  };
}
