/** Makes a request that its own evidence speaks against out of what a recent cycle read, and records it like any other. */
import { randomUUID } from 'node:crypto';
import type { RecordedCycle } from '../../audit/trials.js';
import type { AllowedTargets } from '../../domain/actions/row.js';
import type { CycleInput, DrillAction } from '../../domain/cycle.js';
import { BAD_PROPOSALS, type BadProposal, type DrillInput, type ShownDrill } from '../../domain/drill.js';
import { eventIdAt, type PmEvent } from '../../domain/event.js';
import { withSaid } from '../../domain/said.js';
import type { DrillActivities } from '../contract.js';
import type { ActivityDeps } from '../dependencies.js';
import { fingerprint } from '../fingerprint.js';
import { levelsNow } from '../plan/levels.js';
import { judgementOf, type PlanRules, planAll, planRules } from '../plan-actions.js';
import { beginStep, currentRunId } from '../step.js';
import { loadContext } from '../stored-context.js';

/** Older ones have been forgotten by those who would recognise them. */
const LOOKED_THROUGH = 20;

export function createOpenDrill(deps: ActivityDeps): DrillActivities['openDrill'] {
  return async (input) => {
    const made = (await deps.mirror.shownDrill(input.drillId)) ?? (await make(deps, input));
    if (made === null) {
      return {
        refusal:
          'no recent cycle lends itself to a drill: it takes an open issue and a rule that asks a person',
      };
    }
    const shown = await deps.mirror.beginDrill(input, made);
    await recordLikeAny(deps, shown);
    return shown;
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
  { event, contextHash, title }: RecordedCycle,
): Promise<ShownDrill | null> {
  if (event === null || contextHash === null || event.source !== 'jira') {
    return null;
  }
  if ((await deps.mirror.getBlob(contextHash)) === null) {
    return null;
  }
  const context = await loadContext(deps.mirror, contextHash);
  const { issue } = context.facts;
  if (issue === null) {
    return null;
  }
  const cycle = cycleOf(input, event, deps.clock());
  const { team, targets, rules: standing } = await planRules(deps, cycle, context);
  const rules = { ...standing, levels: await levelsNow(deps) };
  for (const propose of inTurn(input.drillId)) {
    const bad = propose(issue);
    const judged = bad === null ? null : judgedBad(cycle, bad, targets, rules);
    if (bad !== null && judged !== null) {
      const planned = withSaid(judged, deps, context.facts);
      const deadlineMs = deps.policy.deadlineMs ?? input.approvalTimeoutMs;
      return {
        cycle,
        planned,
        judgement: judgementOf(cycle, bad.action, targets, rules),
        contextHash,
        title,
        deadlineMs,
        team: team?.id ?? null,
        summary: bad.summary,
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

function cycleOf({ cycleId, approvalTimeoutMs }: DrillInput, event: PmEvent, now: Date): CycleInput {
  return {
    cycleId,
    eventId: eventIdAt(now.getTime(), randomUUID()),
    event,
    receivedAt: now.toISOString(),
    fence: 0,
    coalescedInto: null,
    alsoAnswers: [],
    approvalTimeoutMs,
  };
}

/** Step for step what a cycle records, so that its card and its page look the same. */
async function recordLikeAny(
  deps: ActivityDeps,
  { cycle, planned, judgement, contextHash, title, team, summary }: ShownDrill,
): Promise<void> {
  const { mirror, clock } = deps;
  const { cycleId } = cycle;
  const { items } = await loadContext(mirror, contextHash);
  const sources = items.map(({ id, source, hash }) => ({ id, source, hash }));
  const decision = {
    summary,
    reasons: [{ text: summary, evidence: items.slice(0, 1).map(({ id }) => id) }],
    actions: [planned.action],
    uncertainty: null,
  };
  await mirror.startCycle(cycle, currentRunId());
  const gathered = beginStep('gather', clock).record({ items: items.length });
  await mirror.recordGathered({ cycleId, step: gathered, title, contextHash, sources, nothingToDo: null });
  await mirror.recordDecision({
    cycleId,
    step: beginStep('decide', clock).record({}),
    decision,
    failure: null,
  });
  const { policyVersion } = planned;
  const detail = { proposed: 1, refused: 0, auto: 0, ask: 1, never: 0, policyVersion };
  const step = beginStep('plan', clock).record(detail);
  const { actionId } = planned;
  const judgements = judgement === undefined ? [] : [{ actionId, judgement }];
  await mirror.recordPlan({ cycleId, step, actions: [planned], team, judgements });
}
