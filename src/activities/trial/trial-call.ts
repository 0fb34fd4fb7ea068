/** One call of the model for a case, in the ledger and under the cap of trial runs. */
import { Context } from '@temporalio/activity';
import type { MirrorWriter } from '../../audit/mirror.js';
import type { TrialCase } from '../../domain/trial.js';
import type { ModelRequest } from '../../integrations/claude/claude.js';
import { costAtMost } from '../../reasoning/cost-at-most.js';
import type { Prompt } from '../../reasoning/prompt.js';
import { fingerprint } from '../fingerprint.js';
import { callModel } from '../model-call.js';
import { type PaidReply, paidReply } from '../turns/paid-reply.js';
import type { TrialDeps } from './trial-deps.js';
import type { TrialSpending } from './trial-spending.js';

interface Asked {
  /** Of the case: `2`, `triage`. */
  readonly name: string;
  readonly purpose: string;
  readonly prompt: Prompt;
  readonly request: ModelRequest;
}

/** What is known of a reply, whenever it was paid. */
export type Answered = Omit<PaidReply, 'prompt'>;

/** A refusal says why the call was not made. */
export type TrialCall = (
  trialCase: TrialCase,
  asked: Asked,
) => Promise<{ readonly done: Answered } | { readonly refusal: string }>;

/**
 * A call is known by its case, its name and what is asked. One that was answered is not made, or paid, again, whichever try of the
 * case comes to it: a case that was cut off goes on after its last answer.
 */
export function createTrialCall(deps: TrialDeps, spending: TrialSpending): TrialCall {
  const kept = {
    getBlob: (hash: string) => deps.mirror.getBlob(hash),
    paidCall: (id: string) => deps.trials.paidCall(id),
  };
  return async ({ trialId, caseId }, { name, purpose, prompt, request }) => {
    const ledger: Pick<MirrorWriter, 'beginModelCall' | 'recordModelCall'> = {
      beginModelCall: (call) => deps.trials.beginCall(trialId, caseId, call),
      recordModelCall: (call) => deps.trials.recordCall(trialId, caseId, call),
    };
    const id = `${trialId}/${caseId}/${name}.${fingerprint(request).slice(0, 12)}`;
    const paid = await paidReply({ mirror: kept }, id);
    if (paid !== null) {
      return { done: paid };
    }
    const failedId = `${id}.x${Context.current().info.attempt}`;
    const call = { id, failedId, cycleId: trialId, purpose, prompt, request };
    return spending.within(costAtMost(request, deps.prices), (heldUsd) =>
      callModel({ ...deps, mirror: ledger }, { ...call, heldUsd }),
    );
  };
}
