/** Asks the model as a cycle would, with the ledger and the cap of trial runs. */
import { Context } from '@temporalio/activity';
import type { MirrorWriter } from '../../audit/mirror.js';
import type { TrialCase } from '../../domain/trial.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { costAtMost } from '../../reasoning/cost-at-most.js';
import { callModel } from '../model-call.js';
import { converse, type Outcome, type Talk } from './converse.js';
import type { TrialDeps } from './trial-deps.js';
import type { TrialSpending } from './trial-spending.js';

export type AskModel = (
  trialCase: TrialCase,
  question: DecisionQuestion,
  answerTool: Talk['answerTool'],
) => Promise<Outcome>;

export function createAskModel(deps: TrialDeps, spending: TrialSpending): AskModel {
  return ({ trialId, caseId }, question, answerTool) => {
    const { attempt } = Context.current().info;
    const ledger: Pick<MirrorWriter, 'recordModelCall'> = {
      recordModelCall: (call) => deps.trials.recordCall(trialId, caseId, call),
    };
    const call: Talk['call'] = (n, request) =>
      spending.within(costAtMost(request, deps.prices), () =>
        callModel(
          { ...deps, mirror: ledger },
          {
            id: `${trialId}/${caseId}/${attempt}.${n}`,
            cycleId: trialId,
            purpose: n === 1 ? 'decide' : 'go on',
            prompt: question.prompt,
            request,
          },
        ),
      );
    return converse({ question, modelTurns: deps.limits.modelTurns, call, answerTool });
  };
}
