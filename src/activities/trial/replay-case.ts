/** Decides a recorded event once more, from the context that was stored then. */
import type { RecordedCycle } from '../../audit/trials.js';
import type { Action } from '../../domain/action.js';
import { compareDecisions } from '../../domain/compare-decisions.js';
import type { Context } from '../../domain/context.js';
import type { PlannedAction } from '../../domain/cycle.js';
import type { Decision } from '../../domain/decision.js';
import type { PmEvent } from '../../domain/event.js';
import { groundsOf } from '../../domain/grounds.js';
import type { ReplayResult, TrialCase, TrialSide } from '../../domain/trial.js';
import type { DecisionQuestion } from '../../reasoning/build-request.js';
import { promptAbout } from '../../reasoning/prompts/index.js';
import { levelsNow } from '../plan/levels.js';
import { planAll, planRules } from '../plan-actions.js';
import { readJson } from '../stored-json.js';
import { questionAbout } from '../turns/question.js';
import type { Asking } from './asking.js';
import { decidingModel, withOutcome } from './first-look.js';
import { nonceOf } from './nonce.js';
import { isSkipped, routedSide, sideOf, skippedSide } from './side.js';
import { recordedAnswers } from './tools.js';
import type { TrialDeps } from './trial-deps.js';
import { promptOf } from './words.js';

type Kept = RecordedCycle & { readonly event: PmEvent };

/** Configuration, policy, levels and prompts are those of today, and the event takes the way that it would take now. */
export async function replayCase(
  deps: TrialDeps,
  asking: Asking,
  trialCase: TrialCase,
): Promise<ReplayResult> {
  const recorded = await deps.trials.recordedCycle(trialCase.caseId);
  if (recorded === null) {
    return nothing(trialCase, null, 'the cycle is no longer kept');
  }
  const context = recorded.contextHash === null ? null : await readJson(deps.mirror, recorded.contextHash);
  if (context === null) {
    return nothing(trialCase, recorded, 'its context is no longer kept');
  }
  const { event } = recorded;
  if (event === null) {
    return nothing(trialCase, recorded, 'its event was erased');
  }
  return decideAgain(deps, asking, trialCase, { ...recorded, event }, context as Context);
}

async function decideAgain(
  deps: TrialDeps,
  { ask, lookFirst }: Asking,
  trialCase: TrialCase,
  recorded: Kept,
  context: Context,
): Promise<ReplayResult> {
  const asked = await questionOf(deps, trialCase, recorded, context);
  const look = await lookFirst(trialCase, asked);
  if (look.route === 'skip' && trialCase.triage !== true) {
    return compared(trialCase, recorded, { after: skippedSide(look), actions: [] });
  }
  const question = { ...asked, model: decidingModel(deps, trialCase, look) };
  const outcome = await ask(trialCase, question, recordedAnswers(deps, recorded));
  const read = { ...context, items: [...context.items, ...outcome.items] };
  const planned = await judge(deps, recorded, read, outcome.decision);
  return {
    ...compared(trialCase, recorded, {
      after: routedSide(sideOf(outcome, planned, question), look),
      actions: planned.map(({ action }) => action),
    }),
    ...(trialCase.triage === true ? withOutcome(look, outcome.decision.actions) : {}),
  };
}

/** Side by side with what was recorded. An event that went past the model on one side only has changed, whatever came of it. */
function compared(
  trialCase: TrialCase,
  recorded: Kept,
  { after, actions }: { readonly after: TrialSide; readonly actions: readonly Action[] },
): ReplayResult {
  const before = recordedSide(recorded);
  const isComparable = before.failure === null && after.failure === null;
  const change =
    isSkipped(before) === isSkipped(after)
      ? compareDecisions(
          recorded.proposals.map(({ action }) => action),
          actions,
        )
      : 'changed';
  return { ...headOf(trialCase, recorded), why: null, before, after, change: isComparable ? change : null };
}

async function questionOf(
  deps: TrialDeps,
  trialCase: TrialCase,
  { event, alsoAnswers, newerAnswered }: Kept,
  context: Context,
): Promise<DecisionQuestion> {
  return questionAbout(deps, {
    model: trialCase.model ?? deps.models.normal,
    prompt: await promptOf(deps, trialCase, promptAbout(event, context)),
    nonce: nonceOf(trialCase),
    accounts: await deps.mirror.accountIdsOf(event.source),
    event,
    alsoAnswers,
    isLate: newerAnswered !== null,
    context,
  });
}

/** By today's policy and levels. Limits and mutes are not asked: they tell of what was done lately, not of the decision. */
async function judge(
  deps: TrialDeps,
  { cycleId, event, alsoAnswers: others, newerAnswered }: Kept,
  context: Context,
  decision: Decision,
): Promise<readonly PlannedAction[]> {
  const alsoAnswers = others.map((other) => ({ eventId: '', event: other }));
  const cycle = { cycleId, event, alsoAnswers, newerAnswered };
  const { targets, rules } = await planRules(deps, cycle, context);
  const levels = await levelsNow(deps);
  return planAll(cycle, decision.actions, targets, { ...rules, levels, grounds: groundsOf(decision) });
}

function recordedSide(recorded: RecordedCycle): TrialSide {
  const { decision, failure, proposals, models, calls, costUsd, route } = recorded;
  const last = models.at(-1);
  return {
    summary: decision?.summary ?? '',
    proposals: proposals.map(({ action: _action, ...proposal }) => proposal),
    failure,
    model: last?.model ?? null,
    prompt: last === undefined ? null : `${last.promptId} ${last.promptVersion}`,
    calls,
    costUsd,
    ...(route === null ? {} : { route }),
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

/** A case without an outcome, and why. */
export function nothing(trialCase: TrialCase, recorded: RecordedCycle | null, why: string): ReplayResult {
  return { ...headOf(trialCase, recorded), why, before: null, after: null, change: null };
}
