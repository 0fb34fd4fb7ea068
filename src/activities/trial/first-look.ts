/** What stands before the model that decides: the rules, then the small model, asked as a cycle would ask them. */
import { mentionPattern } from '../../domain/mention.js';
import { routeOf } from '../../domain/routing.js';
import type { FirstLook, TrialCase } from '../../domain/trial.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { triage } from '../../reasoning/prompts/triage.js';
import { buildTriage, readTriage, unusable } from '../../reasoning/triage.js';
import type { TrialCall } from './trial-call.js';
import type { TrialDeps } from './trial-deps.js';

/** Null where the trial does not ask for it. */
export type LookFirst = (
  trialCase: TrialCase,
  question: DecisionQuestion,
) => Promise<Omit<FirstLook, 'dropped'> | null>;

export function createLookFirst({ models }: Pick<TrialDeps, 'models'>, call: TrialCall): LookFirst {
  return async (trialCase, question) => {
    if (trialCase.triage !== true) {
      return null;
    }
    const route = routeOf({
      events: [question.event, ...question.alsoAnswers],
      context: question.context,
      mention: mentionPattern(
        [question.agent.name],
        question.agent.accounts.map((id) => ({ id, name: '' })),
      ),
    });
    return route.to === 'triage'
      ? smallModel(call, trialCase, { ...question, model: models.triage })
      : {
          by: 'rule',
          route: route.to === 'nobody' ? 'skip' : 'normal',
          why: `${route.why} (${route.rule})`,
          costUsd: 0,
        };
  };
}

async function smallModel(
  call: TrialCall,
  trialCase: TrialCase,
  question: DecisionQuestion,
): Promise<Omit<FirstLook, 'dropped'>> {
  const request = buildTriage(question);
  const made = await call(trialCase, { name: 'triage', purpose: 'triage', prompt: triage, request });
  const { route, reason } = 'refusal' in made ? unusable(made.refusal) : readTriage(made.done.reply);
  return { by: 'model', route, why: reason, costUsd: 'refusal' in made ? 0 : made.done.costUsd };
}

/** With what the model that decides made of the same event: what was skipped although it would act is lost. */
export function withOutcome(
  first: Omit<FirstLook, 'dropped'> | null,
  actions: readonly unknown[],
): { readonly first?: FirstLook } {
  return first === null ? {} : { first: { ...first, dropped: first.route === 'skip' && actions.length > 0 } };
}

/** The model that decides: what the trial names, else what the first look found the event worth. */
export function decidingModel(
  { models }: Pick<TrialDeps, 'models'>,
  { model }: TrialCase,
  first: Pick<FirstLook, 'route'> | null,
): string {
  return model ?? models[first?.route === 'hard' ? 'hard' : 'normal'];
}
