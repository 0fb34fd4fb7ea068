/** What stands before the model that decides: the rules, then the small model, asked as a cycle would ask them. */
import { criticalOf } from '../../domain/critical.js';
import { mentionPattern } from '../../domain/mention.js';
import { decidingRulesOf, routeOf } from '../../domain/routing.js';
import type { FirstLook, TrialCase } from '../../domain/trial.js';
import { hardRuleOf } from '../../domain/which-model.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { triage } from '../../reasoning/prompts/triage.js';
import { buildTriage, readTriage, unusable } from '../../reasoning/triage.js';
import type { TrialCall } from './trial-call.js';
import type { TrialDeps } from './trial-deps.js';

/** What stands before the model that decides said of an event, and what that took. */
export interface Look extends Omit<FirstLook, 'dropped'> {
  /** Of the small model. */
  readonly calls: number;
}

export type LookFirst = (trialCase: TrialCase, question: DecisionQuestion) => Promise<Look>;

/** As a cycle looks today: what is critical is not left to the small model. */
export function createLookFirst(
  { models, replyTokens, routing }: Pick<TrialDeps, 'models' | 'replyTokens' | 'routing'>,
  call: TrialCall,
): LookFirst {
  return async (trialCase, question) => {
    const { event, alsoAnswers, context, agent } = question;
    const events = [event, ...alsoAnswers];
    const accounts = agent.accounts.map((id) => ({ id, name: '' }));
    const looked = { events, context, mention: mentionPattern([agent.name], accounts), ...routing };
    const route = routeOf(looked);
    if (route.to === 'nobody') {
      return byRule('skip', route);
    }
    const critical = criticalOf(looked);
    const rule = route.to === 'model' ? route : critical;
    const hard = hardRuleOf(decidingRulesOf(looked, critical), routing);
    return rule === null
      ? smallModel(call, trialCase, {
          ...question,
          model: models.triage,
          maxTokens: replyTokens.triage,
        })
      : byRule(hard === null ? 'normal' : 'hard', hard === null ? rule : { ...rule, rule: hard });
  };
}

function byRule(
  route: FirstLook['route'],
  { rule, why }: { readonly rule: string; readonly why: string },
): Look {
  return { by: 'rule', route, why: `${why} (${rule})`, costUsd: 0, calls: 0 };
}

async function smallModel(call: TrialCall, trialCase: TrialCase, question: DecisionQuestion): Promise<Look> {
  const request = buildTriage(question);
  const made = await call(trialCase, { name: 'triage', purpose: 'triage', prompt: triage, request });
  if ('refusal' in made) {
    const { route, reason } = unusable(made.refusal);
    return { by: 'model', route, why: reason, costUsd: 0, calls: 0 };
  }
  const { route, reason } = readTriage(made.done.reply);
  return { by: 'model', route, why: reason, costUsd: made.done.costUsd, calls: 1 };
}

/** With what the model that decides made of the same event: what was skipped although it would act is lost. */
export function withOutcome(look: Look | null, actions: readonly unknown[]): { readonly first?: FirstLook } {
  if (look === null) {
    return {};
  }
  const { calls: _calls, ...first } = look;
  return { first: { ...first, dropped: first.route === 'skip' && actions.length > 0 } };
}

/** The model that decides: what the trial names, else what the first look found the event worth. */
export function decidingModel(
  { models }: Pick<TrialDeps, 'models'>,
  { model }: TrialCase,
  first: Pick<FirstLook, 'route'> | null,
): string {
  return model ?? models[first?.route === 'hard' ? 'hard' : 'normal'];
}
