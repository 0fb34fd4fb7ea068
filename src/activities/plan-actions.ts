/** Third step: code and policy judge each proposal. The verdicts stand in history, with the policy's version. */
import { type Action, projectOf, seenBy, targetOf, targetRefusal } from '../domain/action.js';
import type { AllowedTargets } from '../domain/actions/row.js';
import { decidersOf, type Person } from '../domain/approval.js';
import { botScopesOf } from '../domain/bot-scope.js';
import type { ContextFacts } from '../domain/context.js';
import type { CycleInput, PlannedAction } from '../domain/cycle.js';
import type { PmEvent } from '../domain/event.js';
import { type LimitScope, subjectScope } from '../domain/limit.js';
import { checkAction } from '../domain/output/check-action.js';
import type { OutputRules } from '../domain/output/rule.js';
import {
  cautiousWhenLate,
  judgeUnderAll,
  type Policy,
  type PolicyQuestion,
  riskOf,
} from '../domain/policy.js';
import { openBreaker } from './breaker.js';
import type { StepActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { escalationPlace } from './escalation.js';
import { fingerprint } from './fingerprint.js';
import { withinLimits } from './plan/limits.js';
import { beginStep } from './step.js';
import { loadContext } from './stored-context.js';
import { teamOf } from './team.js';

export function createPlanActions(deps: ActivityDeps): StepActivities['planActions'] {
  return async ({ cycle, contextHash, decision }) => {
    const step = beginStep('plan', deps.clock);
    const { facts } = await loadContext(deps.mirror, contextHash);
    const team = teamOf(cycle.event, facts, deps.teams);
    const planned = planAll(
      cycle,
      decision.actions,
      {
        facts,
        teamChannel: team?.slackChannel ?? null,
        projects: deps.teams.flatMap((one) => one.jiraProjects),
      },
      {
        policy: deps.policy,
        people: deps.people,
        limit: deps.limits.actionsPerDecision,
        output: deps.output,
        escalateTo: escalationPlace(team, deps.people),
        ownIds: await deps.mirror.accountIdsOf(cycle.event.source),
      },
    );
    const { actions, over } = await withinLimits(deps, planned);
    await deps.mirror.recordPlan({
      cycleId: cycle.cycleId,
      step: step.record(detailOf(actions, deps.policy)),
      actions,
      team: team?.id ?? null,
    });
    const escalations = [];
    for (const one of over) {
      escalations.push(await openBreaker(deps, cycle, one, facts));
    }
    return {
      actions: [...actions, ...escalations.filter((escalation) => escalation !== null)],
      deadlineMs: deps.policy.deadlineMs,
    };
  };
}

export interface PlanRules {
  readonly policy: Policy;
  readonly people: readonly Person[];
  /** Actions that one decision may propose. */
  readonly limit: number;
  /** What may leave in a text. */
  readonly output: OutputRules;
  /** Slack id of whom an escalation tells; null where nobody can be told. */
  readonly escalateTo: string | null;
  /** The agent's own account ids at the event's vendor. */
  readonly ownIds: readonly string[];
}

type PlannedCycle = Pick<CycleInput, 'cycleId' | 'event' | 'alsoAnswers' | 'newerAnswered'>;

/** Pure. A decision with too many actions is not trusted in part: all of them are refused. */
export function planAll(
  cycle: PlannedCycle,
  proposed: readonly Action[],
  targets: AllowedTargets,
  rules: PlanRules,
): readonly PlannedAction[] {
  const { policy, limit } = rules;
  const flood =
    proposed.length > limit
      ? `the decision proposes ${proposed.length} actions, more than the ${limit} that limits.actionsPerDecision allows; none of them is taken`
      : null;
  const furtherEvents = cycle.alsoAnswers.map((other) => other.event.type);
  const checked = proposed.map((action) =>
    checkAction(withRecipient(action, rules.escalateTo), rules.output),
  );
  const hashes = checked.map(({ action: { kind, payload } }) => fingerprint({ kind, payload }));
  return checked.map(({ action, takenOut, refusal }, index) => {
    const hash = hashes[index] ?? '';
    const repeated = hashes.indexOf(hash) < index ? 'the decision proposes this action twice' : null;
    const question = questionOf(action, cycle.event, targets.facts);
    const verdict = cautiousWhenLate(judgeUnderAll(policy, question, furtherEvents), {
      action: action.kind,
      newerAnswered: cycle.newerAnswered ?? null,
    });
    const target = targetOf(action);
    const seen = seenBy(action, targets.facts);
    return {
      actionId: `${cycle.cycleId}.a${index + 1}`,
      action,
      target,
      hash,
      verdict: verdict.verdict,
      rule: verdict.rule,
      policyVersion: policy.version,
      risk: riskOf(question),
      approvers: verdict.approvers,
      deciders: decidersOf(verdict.approvers, rules.people),
      refusal: flood ?? repeated ?? refusal ?? targetRefusal(action, targets),
      ...(takenOut.length === 0 ? {} : { takenOut }),
      countsAgainst: scopesOf(cycle, target, rules),
      ordinal: checked.slice(0, index).filter((other) => other.action.kind === action.kind).length + 1,
      ...(seen === null ? {} : { seen }),
    };
  });
}

/** Whom an escalation tells is code's to say, whatever stands in the proposal. */
function withRecipient(action: Action, escalateTo: string | null): Action {
  return action.kind === 'escalate'
    ? { kind: 'escalate', payload: { ...action.payload, to: escalateTo } }
    : action;
}

/** A pair of bots first: it is the narrowest reason that a person can be told. */
function scopesOf(
  { event, alsoAnswers }: PlannedCycle,
  target: string,
  { ownIds, people }: PlanRules,
): readonly LimitScope[] {
  const events = [event, ...alsoAnswers.map((other) => other.event)];
  const subjects = [...new Set([event.subject, target])];
  return [...botScopesOf(events, ownIds, people), ...subjects.map(subjectScope)];
}

function questionOf(action: Action, event: PmEvent, facts: ContextFacts): PolicyQuestion {
  const finalStatuses = action.kind === 'jira.transition' ? facts.issue?.finalStatuses : undefined;
  const to = action.kind === 'jira.transition' ? action.payload.toStatus : null;
  return {
    action: action.kind,
    event: event.type,
    project: projectOf(action) ?? event.project,
    to,
    ...(finalStatuses === undefined || to === null ? {} : { toIsFinal: finalStatuses.includes(to) }),
  };
}

function detailOf(actions: readonly PlannedAction[], policy: Policy): Readonly<Record<string, unknown>> {
  const allowed = actions.filter((action) => action.refusal === null);
  const count = (verdict: PlannedAction['verdict']) =>
    allowed.filter((action) => action.verdict === verdict).length;
  return {
    proposed: actions.length,
    refused: actions.length - allowed.length,
    auto: count('auto'),
    ask: count('ask'),
    never: count('never'),
    policyVersion: policy.version,
  };
}
