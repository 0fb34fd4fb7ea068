/** Actions that code decides on, not the model: the acknowledgement of a mute, the notice of an open breaker. */
import { type Action, targetOf } from '../domain/action.js';
import type { ActionOrigin, PlannedAction } from '../domain/cycle.js';
import type { PmEvent } from '../domain/event.js';
import type { LimitScope } from '../domain/limit.js';
import { checkAction } from '../domain/output/check-action.js';
import { checkText } from '../domain/output/check-text.js';
import type { OutputRules } from '../domain/output/rule.js';
import { judge, riskOf } from '../domain/policy.js';
import type { ActivityDeps } from './dependencies.js';
import { fingerprint } from './fingerprint.js';
import { questionsOf } from './policy-question.js';
import { teamOf } from './team.js';

export interface CodeAction {
  readonly actionId: string;
  readonly action: Action;
  readonly origin: ActionOrigin;
  /** Stands where a policy rule's name would. */
  readonly rule: string;
  readonly refusal: string | null;
  readonly countsAgainst: readonly LimitScope[];
}

/** Rules that name a person, a team or a time are judged as far as these are known. */
export type CodeActionDeps = Pick<ActivityDeps, 'policy' | 'output'> &
  Partial<Pick<ActivityDeps, 'people' | 'groups' | 'teams' | 'clock'>>;

/**
 * Its words are ours and its place is known, so nobody is asked: "ask" is as good as "auto". What the policy never allows
 * is not done by code either, and names in our words are foreign: they are cleaned like a model's. What was withheld in
 * them is no reason to be silent: a leaked key in a title would keep people from hearing of the leak.
 */
export function codeAction(
  { actionId, action: wanted, origin, rule, refusal, countsAgainst }: CodeAction,
  event: PmEvent,
  deps: CodeActionDeps,
): PlannedAction {
  const { policy, output } = deps;
  const checked = checkAction(wanted, ours(output));
  const { action } = checked;
  const { kind, payload } = action;
  const [question] = questionsOf(action, event, null, {
    team: teamOf([event], null, { teams: deps.teams ?? [], people: deps.people ?? [] }),
    people: deps.people ?? [],
    ownIds: [],
    ...(deps.groups === undefined ? {} : { groups: deps.groups }),
    ...(deps.clock === undefined ? {} : { now: deps.clock() }),
  });
  const judged = judge(policy, question);
  const isNever = judged.verdict === 'never';
  return {
    actionId,
    action,
    target: targetOf(action),
    hash: fingerprint({ kind, payload }),
    verdict: isNever ? 'never' : 'auto',
    rule: isNever ? judged.rule : rule,
    policyVersion: policy.version,
    risk: riskOf(question),
    approvers: {},
    deciders: null,
    refusal: refusal ?? checkAction(action, ours(output)).refusal,
    ...(checked.takenOut.length === 0 ? {} : { takenOut: checked.takenOut }),
    origin,
    countsAgainst,
  };
}

/** A vendor's words as they may stand in ours. Cleaned by themselves, so that what is withheld is never our own sentence. */
export function quoted(text: string, output: OutputRules): string {
  return checkText(text, ours(output)).text;
}

/** `output.mentions` is for what the model proposes: whom our words may call, `escalation` says. */
function ours(output: OutputRules): OutputRules {
  return { ...output, mentions: [] };
}
