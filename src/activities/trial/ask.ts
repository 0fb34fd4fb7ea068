/** Asks the model as a cycle would. */
import type { TrialCase } from '../../domain/trial.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { converse, type Outcome, type Talk } from './converse.js';
import type { TrialCall } from './trial-call.js';
import type { TrialDeps } from './trial-deps.js';

export type AskModel = (
  trialCase: TrialCase,
  question: DecisionQuestion,
  answerTool: Talk['answerTool'],
) => Promise<Outcome>;

export function createAskModel({ limits }: Pick<TrialDeps, 'limits'>, call: TrialCall): AskModel {
  return (trialCase, question, answerTool) =>
    converse({
      question,
      modelTurns: limits.modelTurns,
      call: (n, request) =>
        call(trialCase, {
          name: String(n),
          purpose: n === 1 ? 'decide' : 'go on',
          prompt: question.prompt,
          request,
        }),
      answerTool,
    });
}
