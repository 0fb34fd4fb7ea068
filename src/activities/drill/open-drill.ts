/** Makes a request that its own evidence speaks against out of what a recent cycle read, and records it like any other. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedCycle } from '../../audit/trials.js';
import type { AllowedTargets } from '../../domain/actions/row.js';
import type { CycleInput, DrillAction, StepName } from '../../domain/cycle.js';
import {
  BAD_PROPOSALS,
  type BadProposal,
  type DrillInput,
  type DrillLikeness,
  type LikeStep,
  type ShownDrill,
} from '../../domain/drill.js';
import { eventIdAt, type PmEvent } from '../../domain/event.js';
import { withSaid } from '../../domain/said.js';
import type { DrillActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { fingerprint } from '../fingerprint.js';
import { levelsNow } from '../plan/levels.js';
import { judgementOf, type PlanRules, planAll, planRules } from '../plan-actions.js';
import { beginStep, currentRunId, type RunningStep } from '../step.js';
import { loadContext, storeContext } from '../stored-context.js';
import { nonceOf } from '../turns/question.js';
import { likeCall, likeContext, likeEvent, likeSteps } from './likeness.js';

/** Older ones have been forgotten by those who would recognise them. */
const LOOKED_THROUGH = 20;
/** What waited longer waited for a lane, or for Temporal. */
const LONGEST_WAIT_MS = 10_000;

export function createOpenDrill(deps: ActivityDeps): DrillActivities['openDrill'] {
  return async (input) => {
    const made = (await deps.mirror.shownDrill(input.drillId)) ?? (await make(deps, input));
    if (made === null) {
      return {
        refusal:
          'no recent cycle lends itself to a drill: it takes an open issue that the model decided about, and a rule that asks a person',
      };
    }
    const shown = await deps.mirror.beginDrill(input, made);
    await recordLikeAny(deps, shown);
    const { like: _like, likeEventId: _event, likeCycleId: _cycle, ...opened } = shown;
    return opened;
  };
}

async function make(deps: ActivityDeps, input: DrillInput): Promise<ShownDrill | null> {
  for (const cycleId of await deps.trials.decidedCycles(LOOKED_THROUGH)) {
    const recorded = await deps.trials.recordedCycle(cycleId);
    const made = recorded === null ? null : await makeOf(deps, input, recorded);
    if (made !== null) {
      return made;
    }
  }
  return null;
}

async function makeOf(
  deps: ActivityDeps,
  input: DrillInput,
  { cycleId: likeCycleId, event, contextHash, title }: RecordedCycle,
): Promise<ShownDrill | null> {
  if (event === null || contextHash === null || event.source !== 'jira') {
    return null;
  }
  if ((await deps.mirror.getBlob(contextHash)) === null) {
    return null;
  }
  const read = await loadContext(deps.mirror, contextHash);
  const { issue } = read.facts;
  const pattern = await deps.mirror.drillPattern(likeCycleId);
  if (issue === null || pattern === null) {
    return null;
  }
  const cycle = cycleOf(input, event, { now: deps.clock(), waitedMs: pattern.waitedMs });
  const context = likeContext(read, deps.clock().toISOString());
  const { team, targets, rules: standing } = await planRules(deps, cycle, context);
  const rules = { ...standing, levels: await levelsNow(deps) };
  for (const propose of inTurn(input.drillId)) {
    // A request for the very same would have been left to the first one.
    const bad = propose(issue);
    const judged = bad === null ? null : judgedBad(cycle, bad, targets, rules);
    const isAskedAlready =
      judged !== null && (await deps.mirror.askedElsewhere(cycle.cycleId, judged)).length > 0;
    if (bad !== null && judged !== null && !isAskedAlready) {
      const planned = withSaid(judged, deps, context.facts);
      const deadlineMs = deps.policy.deadlineMs ?? input.approvalTimeoutMs;
      return {
        cycle,
        planned,
        judgement: judgementOf(cycle, bad.action, targets, rules),
        contextHash: await storeContext(deps.mirror, context),
        title,
        deadlineMs,
        team: team?.id ?? null,
        summary: bad.summary,
        likeEventId: pattern.eventId,
        likeCycleId,
        like: likeSteps(pattern),
      };
    }
  }
  return null;
}

/** Another one first for each drill. */
function inTurn(drillId: string): typeof BAD_PROPOSALS {
  const first = Number.parseInt(fingerprint(drillId).slice(0, 6), 16) % BAD_PROPOSALS.length;
  return [...BAD_PROPOSALS.slice(first), ...BAD_PROPOSALS.slice(0, first)];
}

/** Only what a person would be asked about anyway, to let it go: everything else would give itself away. */
function judgedBad(
  cycle: CycleInput,
  { action, wrong }: BadProposal,
  targets: AllowedTargets,
  rules: PlanRules,
): DrillAction | null {
  const [judged] = planAll(cycle, [action], targets, rules);
  const level = judged?.autonomy?.level;
  const isOnlySuggested = level === 'observe' || level === 'propose';
  return judged === undefined || isOnlySuggested || judged.verdict !== 'ask' || judged.refusal !== null
    ? null
    : { ...judged, drill: wrong };
}

/** @param waitedMs how long the other event had waited when its cycle began */
function cycleOf(
  { cycleId, approvalTimeoutMs }: DrillInput,
  event: PmEvent,
  { now, waitedMs }: { readonly now: Date; readonly waitedMs: number },
): CycleInput {
  const receivedMs = now.getTime() - Math.min(waitedMs, LONGEST_WAIT_MS);
  const receivedAt = new Date(receivedMs).toISOString();
  return {
    cycleId,
    eventId: eventIdAt(receivedMs, randomUUID()),
    event: likeEvent(event, receivedAt),
    receivedAt,
    fence: 0,
    coalescedInto: null,
    alsoAnswers: [],
    approvalTimeoutMs,
  };
}

/** Step for step what a cycle records, as long as one takes, so that its card and its page look the same. */
async function recordLikeAny(deps: ActivityDeps, shown: ShownDrill): Promise<void> {
  const { mirror, clock } = deps;
  const { cycle, planned, judgement, contextHash, title, team, like = AT_ONCE } = shown;
  const { cycleId } = cycle;
  const { items } = await loadContext(mirror, contextHash);
  const sources = items.map(({ id, source, hash }) => ({ id, source, hash }));
  await mirror.startCycle(cycle, currentRunId());
  const gathered = await taken('gather', like.gather, clock);
  await mirror.recordGathered({
    cycleId,
    step: gathered.record({ ...like.gather.detail, items: items.length }),
    title,
    contextHash,
    sources,
    nothingToDo: null,
  });
  await recordDecision(
    deps,
    shown,
    items.slice(0, 1).map(({ id }) => id),
  );
  const { policyVersion } = planned;
  const detail = { proposed: 1, refused: 0, auto: 0, ask: 1, never: 0, policyVersion };
  const step = (await taken('plan', like.plan, clock)).record(detail);
  const { actionId } = planned;
  const judgements = judgement === undefined ? [] : [{ actionId, judgement }];
  await mirror.recordPlan({ cycleId, step, actions: [planned], team, judgements });
}

const AT_ONCE: DrillLikeness = {
  gather: { detail: {}, tookMs: 0 },
  decide: { detail: {}, tookMs: 0 },
  plan: { detail: {}, tookMs: 0 },
};

async function taken(name: StepName, { tookMs }: LikeStep, clock: () => Date): Promise<RunningStep> {
  const step = beginStep(name, clock);
  await sleep(tookMs);
  return step;
}

/** With the call that made it, which was never made: no sum counts it, and it is forgotten when the drill is over. */
async function recordDecision(
  deps: ActivityDeps,
  shown: ShownDrill,
  evidence: readonly string[],
): Promise<void> {
  const { mirror, clock } = deps;
  const { cycle, planned, summary, like = AT_ONCE, likeCycleId } = shown;
  const { cycleId } = cycle;
  const decision = {
    summary,
    reasons: [{ text: summary, evidence }],
    actions: [planned.action],
    uncertainty: null,
    wouldChange: null,
  };
  const step = await taken('decide', like.decide, clock);
  const pattern = likeCycleId === undefined ? null : await mirror.drillPattern(likeCycleId);
  let costUsd = 0;
  if (pattern !== null && likeCycleId !== undefined) {
    const nonces = {
      was: nonceOf(deps, likeCycleId, pattern.contextHash),
      is: nonceOf(deps, cycleId, shown.contextHash),
    };
    const call = likeCall(pattern, cycleId, decision, nonces);
    await mirror.recordModelCall({ ...call, startedAt: step.startedAt, endedAt: clock().toISOString() });
    costUsd = call.costUsd;
  }
  const detail =
    pattern === null ? {} : { ...like.decide.detail, turns: 1, costUsd, failure: null, failureKind: null };
  await mirror.recordDecision({ cycleId, step: step.record(detail), decision, failure: null, round: 0 });
}
