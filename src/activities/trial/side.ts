/** One decision as a trial shows it. */
import type { PlannedAction } from '../../domain/cycle.js';
import type { TrialProposal, TrialSide } from '../../domain/trial.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import type { Outcome } from './converse.js';

export function sideOf(
  { decision, failure, calls, costUsd }: Outcome,
  planned: readonly PlannedAction[],
  { model, prompt }: Pick<DecisionQuestion, 'model' | 'prompt'>,
): TrialSide {
  return {
    summary: decision.summary,
    proposals: planned.map(proposalOf),
    failure,
    model: calls === 0 ? null : model,
    prompt: `${prompt.id} ${prompt.version}`,
    calls,
    costUsd,
  };
}

function proposalOf({ action, target, verdict, rule, risk, refusal }: PlannedAction): TrialProposal {
  return { kind: action.kind, payload: action.payload, target, verdict, rule, risk, refusal };
}
