/** Decides a recorded event once more, from the context that was stored then. */
import type { RecordedCycle } from '../../audit/trials.js';
import { compareDecisions } from '../../domain/compare-decisions.js';
import type { Context } from '../../domain/context.js';
import type { PmEvent } from '../../domain/event.js';
import { flagsOf } from '../../domain/flags/flags-of.js';
import type { ReplayResult, TrialCase, TrialSide } from '../../domain/trial.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { escalationPlace } from '../escalation.js';
import { planAll } from '../plan-actions.js';
import { teamOf } from '../team.js';
import type { AskModel } from './ask.js';
import { nonceOf } from './nonce.js';
import { sideOf } from './side.js';
import { recordedAnswers } from './tools.js';
import type { TrialDeps } from './trial-deps.js';
import { promptOf } from './words.js';

type Kept = RecordedCycle & { readonly event: PmEvent };

/** Configuration, policy and prompts are those of today: what would be decided now. */
export async function replayCase(
  deps: TrialDeps,
  ask: AskModel,
  trialCase: TrialCase,
): Promise<ReplayResult> {
  const recorded = await deps.trials.recordedCycle(trialCase.caseId);
  if (recorded === null) {
    return nothing(trialCase, null, 'the cycle is no longer kept');
  }
  const blob = recorded.contextHash === null ? null : await deps.mirror.getBlob(recorded.contextHash);
  if (blob === null) {
    return nothing(trialCase, recorded, 'its context is no longer kept');
  }
  const { event } = recorded;
  if (event === null) {
    return nothing(trialCase, recorded, 'its event was erased');
  }
  const context = JSON.parse(blob.toString('utf8')) as Context;
  return decideAgain(deps, ask, trialCase, { ...recorded, event }, context);
}

async function decideAgain(
  deps: TrialDeps,
  ask: AskModel,
  trialCase: TrialCase,
  recorded: Kept,
  context: Context,
): Promise<ReplayResult> {
  const ownIds = await deps.mirror.accountIdsOf(recorded.event.source);
  const question = await questionOf(deps, trialCase, recorded, context, ownIds);
  const outcome = await ask(trialCase, question, recordedAnswers(deps, recorded));
  const read = { ...context, items: [...context.items, ...outcome.items] };
  const planned = judge(deps, recorded, read, outcome.decision.actions, ownIds);
  const before = recorded.proposals.map(({ action }) => action);
  const after = planned.map(({ action }) => action);
  const isComparable = outcome.failure === null && recorded.failure === null;
  return {
    ...headOf(trialCase, recorded),
    why: null,
    before: recordedSide(recorded),
    after: sideOf(outcome, planned, question),
    change: isComparable ? compareDecisions(before, after) : null,
  };
}

async function questionOf(
  deps: TrialDeps,
  trialCase: TrialCase,
  { event, alsoAnswers, newerAnswered }: Kept,
  context: Context,
  accounts: readonly string[],
): Promise<DecisionQuestion> {
  const team = teamOf(event, context.facts, deps.teams);
  return {
    model: trialCase.model ?? deps.models.normal,
    prompt: await promptOf(deps, trialCase, event.type),
    nonce: nonceOf(trialCase),
    maxActions: deps.limits.actionsPerDecision,
    agent: { ...deps.agent, channel: team?.slackChannel ?? null, accounts },
    teamRules: team?.rules ?? '',
    event,
    alsoAnswers,
    isLate: newerAnswered !== null,
    context,
  };
}

/** Limits and mutes are not asked: they tell of now, not of then. */
function judge(
  deps: TrialDeps,
  { cycleId, event, alsoAnswers, newerAnswered }: Kept,
  context: Context,
  actions: Parameters<typeof planAll>[1],
  ownIds: readonly string[],
) {
  const { facts } = context;
  const team = teamOf(event, facts, deps.teams);
  return planAll(
    {
      cycleId,
      event,
      newerAnswered,
      alsoAnswers: alsoAnswers.map((other) => ({ eventId: '', event: other })),
    },
    actions,
    {
      facts,
      teamChannel: team?.slackChannel ?? null,
      projects: deps.teams.flatMap((one) => one.jiraProjects),
    },
    {
      policy: deps.policy,
      people: deps.people,
      groups: deps.groups ?? {},
      team,
      now: deps.clock(),
      limit: deps.limits.actionsPerDecision,
      output: deps.output,
      escalateTo: escalationPlace(team, deps.people),
      ownIds,
      flags: flagsOf([event, ...alsoAnswers], context),
    },
  );
}

function recordedSide({ decision, failure, proposals, models, costUsd }: RecordedCycle): TrialSide {
  const last = models.at(-1);
  return {
    summary: decision?.summary ?? '',
    proposals: proposals.map(({ action: _action, ...proposal }) => proposal),
    failure,
    model: last?.model ?? null,
    prompt: last === undefined ? null : `${last.promptId} ${last.promptVersion}`,
    calls: models.length,
    costUsd,
  };
}

function headOf({ caseId }: TrialCase, recorded: RecordedCycle | null) {
  return {
    kind: 'replay',
    caseId,
    title: recorded?.title ?? caseId,
    subject: recorded?.subject ?? '',
    eventType: recorded?.eventType ?? '',
  } as const;
}

function nothing(trialCase: TrialCase, recorded: RecordedCycle | null, why: string): ReplayResult {
  return { ...headOf(trialCase, recorded), why, before: null, after: null, change: null };
}
