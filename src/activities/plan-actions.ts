/** Third step: code and policy judge each proposal. The verdicts stand in history, with the policy's version. */
import { type Action, targetOf } from '../domain/action.js';
import { decidersOf, type Person } from '../domain/approval.js';
import type { ContextFacts } from '../domain/context.js';
import type { CycleInput, PlannedAction } from '../domain/cycle.js';
import { judgeUnderAll, type Policy, type PolicyQuestion, riskOf } from '../domain/policy.js';
import type { StepActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { fingerprint } from './fingerprint.js';
import { type AllowedTargets, refusalFor } from './plan/refusal.js';
import { beginStep } from './step.js';
import { loadContext } from './stored-context.js';
import { teamOf } from './team.js';

export function createPlanActions(deps: ActivityDeps): StepActivities['planActions'] {
  return async ({ cycle, contextHash, decision }) => {
    const step = beginStep('plan', deps.clock);
    const { facts } = await loadContext(deps.mirror, contextHash);
    const team = teamOf(cycle.event, facts, deps.teams);
    const actions = planAll(
      cycle,
      decision.actions,
      { facts, teamChannel: team?.slackChannel ?? null },
      { policy: deps.policy, people: deps.people, limit: deps.limits.actionsPerDecision },
    );
    await deps.mirror.recordPlan({
      cycleId: cycle.cycleId,
      step: step.record(detailOf(actions, deps.policy)),
      actions,
      team: team?.id ?? null,
    });
    return { actions, deadlineMs: deps.policy.deadlineMs };
  };
}

export interface PlanRules {
  readonly policy: Policy;
  readonly people: readonly Person[];
  /** Actions that one decision may propose. */
  readonly limit: number;
}

/** Pure. A decision with too many actions is not trusted in part: all of them are refused. */
export function planAll(
  cycle: Pick<CycleInput, 'cycleId' | 'event' | 'alsoAnswers'>,
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
  const hashes = proposed.map(({ kind, payload }) => fingerprint({ kind, payload }));
  return proposed.map((action, index) => {
    const hash = hashes[index] ?? '';
    const repeated = hashes.indexOf(hash) < index ? 'the decision proposes this action twice' : null;
    const question = questionOf(action, cycle.event.type, targets.facts);
    const verdict = judgeUnderAll(policy, question, furtherEvents);
    return {
      actionId: `${cycle.cycleId}.a${index + 1}`,
      action,
      target: targetOf(action),
      hash,
      verdict: verdict.verdict,
      rule: verdict.rule,
      policyVersion: policy.version,
      risk: riskOf(question),
      approvers: verdict.approvers,
      deciders: decidersOf(verdict.approvers, rules.people),
      refusal: flood ?? repeated ?? refusalFor(action, targets),
    };
  });
}

function questionOf(action: Action, event: PolicyQuestion['event'], facts: ContextFacts): PolicyQuestion {
  const finalStatuses = action.kind === 'jira.transition' ? facts.issue?.finalStatuses : undefined;
  const to = action.kind === 'jira.transition' ? action.payload.toStatus : null;
  return {
    action: action.kind,
    event,
    project: projectOf(action),
    to,
    ...(finalStatuses === undefined || to === null ? {} : { toIsFinal: finalStatuses.includes(to) }),
  };
}

/** The project, repository or channel that is written to: what policy rules name. */
function projectOf(action: Action): string {
  switch (action.kind) {
    case 'jira.comment':
    case 'jira.transition':
    case 'jira.assign':
      return action.payload.issueKey.replace(/-\d+$/, '');
    case 'slack.message':
      return action.payload.channel;
    case 'bitbucket.pr_comment':
      return action.payload.repository;
  }
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
