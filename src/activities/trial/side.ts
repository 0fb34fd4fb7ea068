/** One decision as a trial shows it. */
import type { PlannedAction } from '../../domain/cycle.js';
import type { TrialProposal, TrialSide } from '../../domain/trial.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import type { Outcome } from './converse.js';
import type { Look } from './first-look.js';

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

/** With the way that led there, and what finding it took. */
export function routedSide(side: TrialSide, { route: to, by, why, calls, costUsd }: Look): TrialSide {
  return { ...side, calls: side.calls + calls, costUsd: side.costUsd + costUsd, route: { to, by, why } };
}

/** Of an event that ended before the model that decides. */
export function skippedSide(look: Look): TrialSide {
  const nobody = { proposals: [], failure: null, model: null, prompt: null, calls: 0, costUsd: 0 };
  return routedSide({ ...nobody, summary: look.why }, look);
}

export function isSkipped({ route }: TrialSide): boolean {
  return route?.to === 'skip';
}

function proposalOf({ action, target, verdict, rule, risk, refusal }: PlannedAction): TrialProposal {
  return { kind: action.kind, payload: action.payload, target, verdict, rule, risk, refusal };
}
