/** One call of the model for a case, in the ledger and under the cap of trial runs. */
import { Context } from '@temporalio/activity';
import type { MirrorWriter } from '../../audit/mirror.js';
import type { TrialCase } from '../../domain/trial.js';
import type { ModelRequest } from '../../integrations/claude/claude.js';
import { costAtMost } from '../../reasoning/cost-at-most.js';
import type { Prompt } from '../../reasoning/prompt.js';
import { type AnsweredCall, callModel } from '../model-call.js';
import type { TrialDeps } from './trial-deps.js';
import type { TrialSpending } from './trial-spending.js';

interface Asked {
  /** Of the case: `2`, `triage`. */
  readonly name: string;
  readonly purpose: string;
  readonly prompt: Prompt;
  readonly request: ModelRequest;
}

/** A refusal says why the call was not made. */
export type TrialCall = (
  trialCase: TrialCase,
  asked: Asked,
) => Promise<{ readonly done: AnsweredCall } | { readonly refusal: string }>;

export function createTrialCall(deps: TrialDeps, spending: TrialSpending): TrialCall {
  return ({ trialId, caseId }, { name, purpose, prompt, request }) => {
    const ledger: Pick<MirrorWriter, 'beginModelCall' | 'recordModelCall'> = {
      beginModelCall: (call) => deps.trials.beginCall(trialId, caseId, call),
      recordModelCall: (call) => deps.trials.recordCall(trialId, caseId, call),
    };
    const id = `${trialId}/${caseId}/${Context.current().info.attempt}.${name}`;
    return spending.within(costAtMost(request, deps.prices), (heldUsd) =>
      callModel({ ...deps, mirror: ledger }, { id, cycleId: trialId, purpose, prompt, request, heldUsd }),
    );
  };
}
