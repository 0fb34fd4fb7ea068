/** Third step: code and policy judge each proposal. The verdicts stand in history, with the policy's version. */
import {
  type Action,
  alreadySo,
  projectsWrittenTo,
  seenBy,
  targetOf,
  targetRefusal,
} from '../domain/action.js';
import type { AllowedTargets } from '../domain/actions/row.js';
import { watchedBy } from '../domain/actions/watched.js';
import type { Groups, Person } from '../domain/approval.js';
import { botScopesOf } from '../domain/bot-scope.js';
import type { Context, ContextFacts } from '../domain/context.js';
import { type CycleInput, eventsOf, type PlannedAction } from '../domain/cycle.js';
import type { Decision } from '../domain/decision.js';
import type { PmEvent } from '../domain/event.js';
import type { Flag } from '../domain/flags/flag.js';
import { flagsOf } from '../domain/flags/flags-of.js';
import {
  cautiousWithoutGrounds,
  type Grounds,
  groundsOf,
  groundsRefusal,
  withoutVoid,
} from '../domain/grounds.js';
import { type JointlyJudged, judgeUnderAll } from '../domain/joint-verdict.js';
import { type LimitScope, subjectScope } from '../domain/limit.js';
import { checkAction } from '../domain/output/check-action.js';
import type { OutputRules } from '../domain/output/rule.js';
import {
  cautiousWhenFlagged,
  cautiousWhenLate,
  type Judgement,
  type Policy,
  type PolicyQuestion,
  riskOf,
  traceOf,
} from '../domain/policy.js';
import { floodRefusal } from '../domain/refused-whole.js';
import { requestersOf, requestParts } from '../domain/request-parts.js';
import { withSaid } from '../domain/said.js';
import { approvalHash } from './approval/hash.js';
import { openBreaker } from './breaker.js';
import type { StepActivities } from './contract.js';
import type { ActivityDeps, TeamSettings } from './dependencies.js';
import { escalationPlace } from './escalation.js';
import { fingerprint } from './fingerprint.js';
import { withAskedAlready } from './plan/asked-already.js';
import { heldBack, type LevelRules, levelsNow } from './plan/levels.js';
import { withinLimits } from './plan/limits.js';
import { questionsOf } from './policy-question.js';
import { beginStep } from './step.js';
import { loadContext } from './stored-context.js';
import { projectsOf, teammatesOf, teamOf } from './team.js';

export function createPlanActions(deps: ActivityDeps): StepActivities['planActions'] {
  return async ({ cycle, contextHash, decision }) => {
    const step = beginStep('plan', deps.clock);
    const context = await loadContext(deps.mirror, contextHash);
    const { facts } = context;
    const { team, targets, rules: standing } = await planRules(deps, cycle, context);
    const rules = { ...standing, levels: await levelsNow(deps), grounds: groundsIn(context, decision) };
    const planned = planAll(cycle, decision.actions, targets, rules);
    const { actions: allowed, over } = await withinLimits(deps, planned);
    const judged = allowed.map((one) => withSaid(one, deps, facts));
    const actions = await withAskedAlready(deps, cycle, judged);
    await deps.mirror.recordPlan({
      cycleId: cycle.cycleId,
      step: step.record({
        ...detailOf(actions, deps.policy),
        ...(rules.flags.length === 0 ? {} : { flags: rules.flags }),
      }),
      actions,
      team: team?.id ?? null,
      judgements: planned.map(({ actionId, action }) => ({
        actionId,
        judgement: judgementOf(cycle, action, targets, rules),
      })),
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

function linksIn(items: Context['items']): NonNullable<AllowedTargets['links']> {
  return items.flatMap(({ kind, data: { key, relation } }) =>
    kind === 'link' && typeof key === 'string' && typeof relation === 'string' ? [{ key, relation }] : [],
  );
}

/** Asked again of what the decision rests on by now: it may come out of a history. */
function groundsIn({ items }: Context, decision: Decision): Grounds {
  return groundsOf(withoutVoid(decision, new Set(items.map(({ id }) => id))));
}

type RuleSources = Pick<
  ActivityDeps,
  'policy' | 'people' | 'groups' | 'teams' | 'clock' | 'limits' | 'output'
> & {
  readonly mirror: Pick<ActivityDeps['mirror'], 'accountIdsOf'>;
};

/** By what an action is judged that answers this cycle's events: the configuration as it is now. */
export async function planRules(
  deps: RuleSources,
  cycle: Pick<CycleInput, 'event' | 'alsoAnswers'>,
  context: Pick<Context, 'facts' | 'items'>,
): Promise<{
  readonly team: TeamSettings | null;
  readonly targets: AllowedTargets;
  readonly rules: PlanRules;
}> {
  const { facts } = context;
  const team = teamOf(eventsOf(cycle), facts, deps);
  return {
    team,
    targets: {
      facts,
      teamChannel: team?.slackChannel ?? null,
      projects: projectsOf(deps.teams),
      publicProjects: deps.teams.flatMap((one) => one.publicAnswers ?? []),
      links: linksIn(context.items),
      teammates: teammatesOf(team, deps.people, deps.groups).map(({ id }) => id),
    },
    rules: {
      policy: deps.policy,
      people: deps.people,
      groups: deps.groups ?? {},
      team,
      now: deps.clock(),
      limit: deps.limits.actionsPerDecision,
      output: deps.output,
      escalateTo: escalationPlace(team, deps.people),
      ownIds: await deps.mirror.accountIdsOf(cycle.event.source),
      // Not those that were stored with it: what a tool read since is in it too.
      flags: flagsOf(eventsOf(cycle), context),
    },
  };
}

export interface PlanRules extends LevelRules {
  readonly policy: Policy;
  readonly people: readonly Person[];
  /** Left out: none. */
  readonly groups?: Groups;
  /** By which rules that name a time of day are judged; where it is left out, none of them matches. */
  readonly now?: Date;
  /** Actions that one decision may propose. */
  readonly limit: number;
  /** What may leave in a text. */
  readonly output: OutputRules;
  /** Slack id of whom an escalation tells; null where nobody can be told. */
  readonly escalateTo: string | null;
  /** The agent's own account ids at the event's vendor. */
  readonly ownIds: readonly string[];
  /** Why nothing of it goes without a person; empty where something may. */
  readonly flags: readonly Flag[];
  /** What the decision stands on; left out for what a person wrote. */
  readonly grounds?: Grounds;
}

/** What needs no reasons of the model's. */
const A_PERSON: Grounds = { given: 1, valid: 1 };

type PlannedCycle = Pick<CycleInput, 'cycleId' | 'event' | 'alsoAnswers' | 'newerAnswered'>;

/** What the policy was asked, and what each rule said to it: for `policy explain`, not for the workflow. */
export function judgementOf(
  cycle: PlannedCycle,
  action: Action,
  { facts }: AllowedTargets,
  rules: PlanRules,
): Judgement {
  const { question, joint = [] } = judgeFor(cycle, action, facts, rules);
  const traced = (one: PolicyQuestion) => ({ question: one, trace: traceOf(rules.policy, one) });
  const further = joint.slice(1).map((other) => traced(other.question));
  return { ...traced(question), ...(further.length === 0 ? {} : { further }) };
}

/** Under every event that the action answers, and in every project that it writes to. */
function judgeFor(
  { event, alsoAnswers }: PlannedCycle,
  action: Action,
  facts: ContextFacts,
  rules: PlanRules,
): JointlyJudged {
  const ask = (one: PmEvent) => questionsOf(action, one, facts, rules);
  const [first, ...further] = ask(event);
  return judgeUnderAll(rules.policy, first, [
    ...further,
    ...alsoAnswers.flatMap((other) => ask(other.event)),
  ]);
}

/** Pure. What is refused as a whole is refused in each of its actions. */
export function planAll(
  cycle: PlannedCycle,
  proposed: readonly Action[],
  targets: AllowedTargets,
  rules: PlanRules,
): readonly PlannedAction[] {
  const { policy, limit, grounds = A_PERSON } = rules;
  const whole = floodRefusal(proposed.length, limit) ?? groundsRefusal(grounds);
  const checked = proposed.map((action) =>
    checkAction(withRecipient(action, rules.escalateTo), rules.output),
  );
  const events = eventsOf(cycle);
  const hashes = checked.map(({ action: { kind, payload } }) => fingerprint({ kind, payload }));
  return checked.map(({ action, takenOut, refusal }, index) => {
    const hash = hashes[index] ?? '';
    const repeated = hashes.indexOf(hash) < index ? 'the decision proposes this action twice' : null;
    const judged = judgeFor(cycle, action, targets.facts, rules);
    const careful = cautiousWithoutGrounds(
      cautiousWhenFlagged(
        cautiousWhenLate(judged, { action: action.kind, newerAnswered: cycle.newerAnswered ?? null }),
        rules.flags,
      ),
      grounds,
    );
    const { verdict, autonomy } = heldBack(careful, projectsWrittenTo(action), rules);
    const risk = riskOf(judged.question);
    const target = targetOf(action);
    const seen = seenBy(action, targets.facts);
    const version = verdict.verdict === 'ask' ? watchedBy(action, targets.facts) : null;
    return {
      actionId: `${cycle.cycleId}.a${index + 1}`,
      action,
      target,
      hash: version === null ? hash : approvalHash(action, version),
      verdict: verdict.verdict,
      rule: verdict.rule,
      policyVersion: policy.version,
      risk,
      ...requestParts(verdict, risk, requestersOf(events, rules.people), rules),
      refusal: whole ?? repeated ?? refusal ?? targetRefusal(action, targets) ?? alreadySo(action, targets),
      ...(takenOut.length === 0 ? {} : { takenOut }),
      countsAgainst: scopesOf(cycle, target, rules),
      ordinal: checked.slice(0, index).filter((other) => other.action.kind === action.kind).length + 1,
      ...(seen === null ? {} : { seen }),
      ...(version === null ? {} : { version }),
      ...(autonomy === null ? {} : { autonomy }),
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
function scopesOf(cycle: PlannedCycle, target: string, { ownIds, people }: PlanRules): readonly LimitScope[] {
  const subjects = [...new Set([cycle.event.subject, target])];
  return [...botScopesOf(eventsOf(cycle), ownIds, people), ...subjects.map(subjectScope)];
}

function detailOf(actions: readonly PlannedAction[], policy: Policy): Readonly<Record<string, unknown>> {
  const allowed = actions.filter((action) => action.refusal === null);
  const linked = allowed.filter(({ askedIn }) => askedIn !== undefined).length;
  const count = (verdict: PlannedAction['verdict']) =>
    allowed.filter((action) => action.verdict === verdict && action.askedIn === undefined).length;
  return {
    proposed: actions.length,
    refused: actions.length - allowed.length,
    auto: count('auto'),
    ask: count('ask'),
    never: count('never'),
    ...(linked === 0 ? {} : { askedAlready: linked }),
    policyVersion: policy.version,
  };
}
