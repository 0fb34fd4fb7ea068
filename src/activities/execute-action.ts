/**
 * Fifth step: carry out one action, effectively once. The intent is recorded before anything leaves, an earlier
 * attempt is looked for before anything leaves again, and an outcome that a person should see is returned.
 */
import { Context, log } from '@temporalio/activity';
import type { EffectGate } from '../audit/mirror.js';
import { ACTIONS } from '../domain/actions/index.js';
import type { ActionResult, CycleInput, PlannedAction } from '../domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../domain/effect.js';
import { subjectScope } from '../domain/limit.js';
import { IntegrationError, isRefusal, isWait } from '../integrations/integration-error.js';
import type { Effect } from './actions/executor.js';
import { createExecutors, type Executors, prepareEffect } from './actions/index.js';
import { denied, executed, failed, obsolete, settledResult, simulated, unknown } from './actions/results.js';
import { blocked } from './blocked.js';
import type { StepActivities } from './contract.js';
import type { ActivityDeps } from './dependencies.js';
import { effectMark } from './effect-mark.js';
import { isGone } from './failure.js';
import { withHeartbeat } from './heartbeat.js';
import { assertSettled, provesNothingDone, writeSignal } from './in-flight.js';
import { look, pastOf } from './look-first.js';
import { isOutOfTries, REFUSED_TRIES } from './patience.js';
import { anotherIssue } from './same-issue.js';
import { beginStep, type RunningStep } from './step.js';

/** A dead worker is noticed within the heartbeat timeout of five seconds. */
const HEARTBEAT_MS = 1_000;
/** A vendor may show what was made only after a moment: the waits between looks before a write is repeated. */
const LOOK_AGAIN_AFTER_MS: readonly number[] = [1_000, 2_000, 3_000];
/** Later than this in one attempt nothing is sent: the HTTP timeout (15 s) has to fit before the attempt's 45 s. */
const LATEST_SEND_MS = 25_000;

interface Run {
  readonly deps: ActivityDeps;
  readonly executors: Executors;
  readonly lookAgainAfterMs: readonly number[];
  readonly cycle: CycleInput;
  readonly planned: PlannedAction;
  readonly step: RunningStep;
  /** Set once it is made: what a last look needs. */
  effect: Effect | null;
  /** A request left, in this attempt or an earlier one, and no answer says that it was not applied. */
  mayBeApplied: boolean;
}

export function createExecuteAction(
  deps: ActivityDeps,
  lookAgainAfterMs: readonly number[] = LOOK_AGAIN_AFTER_MS,
): StepActivities['executeAction'] {
  const executors = createExecutors(deps);
  return ({ cycle, planned }) => {
    const step = beginStep('execute', deps.clock);
    const run: Run = {
      deps,
      executors,
      lookAgainAfterMs,
      cycle,
      planned,
      step,
      effect: null,
      mayBeApplied: false,
    };
    return withHeartbeat(HEARTBEAT_MS, async () => {
      try {
        // Attempts that killed their worker had no last word.
        const isTooLate = await isOutOfTries(deps.mirror, planned.actionId, MAX_WRITE_ATTEMPTS + 1);
        return await (isTooLate ? lastWord(run, new Error('no attempt came to its end')) : perform(run));
      } catch (error) {
        return await conclude(run, error);
      }
    });
  };
}

async function perform(run: Run): Promise<ActionResult> {
  const { deps, planned, step } = run;
  const tookOver = await newerHolder(run);
  if (tookOver !== null && step.attempt === 1) {
    return record(run, obsolete(tookOver));
  }
  const other = await anotherIssue(deps.jira, run.cycle, planned);
  if (other !== null) {
    return record(run, settledResult(other));
  }
  const mark = effectMark(deps.markKey, run.cycle, planned);
  const prepared = await prepareEffect(run.executors, planned.action, mark, planned.seen ?? null);
  const { service, marker } = ACTIONS[planned.action.kind];
  if ('settled' in prepared) {
    return record(run, settledResult(prepared));
  }
  const withheld = blocked(planned.action, prepared.request, deps.output);
  if (withheld !== null && step.attempt === 1) {
    return record(run, withheld);
  }
  run.effect = prepared;
  const held = deps.heldBack(prepared.request);
  if (held !== null) {
    throw held;
  }
  const intent = await deps.mirror.recordIntent({
    cycleId: run.cycle.cycleId,
    actionId: planned.actionId,
    hash: planned.hash,
    request: prepared.request,
    attempt: step.attempt,
  });
  if (intent.ended !== null) {
    return intent.ended;
  }
  run.mayBeApplied = intent.lastIntentAt !== null;
  const settled = await prepared.precheck();
  if (settled !== null) {
    return record(run, settledResult(settled));
  }
  if (!deps.acts[service]) {
    return record(run, withheld ?? (await simulate(run, prepared)));
  }
  const past = pastOf(deps.restored, run.cycle, { ...intent, attempt: step.attempt });
  const found =
    past === null ? null : await look(prepared, past, marker.appearsLate, deps.clock(), run.lookAgainAfterMs);
  if (found !== null) {
    return record(run, executed(planned, found, past?.howFound ?? ''));
  }
  assertSettled(past?.sentUntil ?? null, deps.clock());
  const stopped = tookOver === null ? withheld : obsolete(tookOver);
  if (stopped !== null) {
    return record(run, stopped);
  }
  assertInTime(run);
  return record(run, await send(run, prepared, intent.lastIntentAt));
}

async function simulate(run: Run, effect: Effect): Promise<ActionResult> {
  const gate = gateOf(run);
  const admission = await run.deps.mirror.countSimulated({ actionId: run.planned.actionId, gate });
  return admission === 'admitted' ? simulated(effect) : denied(admission, false);
}

/** The ledger says that a request may be at the vendor, from before it leaves until an answer proves otherwise. */
async function send(run: Run, effect: Effect, lastIntentAt: string | null): Promise<ActionResult> {
  const { deps, planned } = run;
  run.mayBeApplied = true;
  const { actionId } = planned;
  const admission = await deps.mirror.markInFlight({ actionId, lastIntentAt, gate: gateOf(run) });
  if (admission === 'overtaken') {
    throw new Error('another attempt of this action sent meanwhile; the next one looks for what it made');
  }
  if (admission !== 'admitted') {
    return denied(admission, lastIntentAt !== null);
  }
  try {
    return executed(planned, await effect.send(writeSignal()), 'done');
  } catch (error) {
    if (provesNothingDone(error)) {
      run.mayBeApplied = false;
      await deps.mirror.clearInFlight(actionId);
    }
    throw error;
  }
}

/** What goes by itself has to keep to the limit and to be quiet where it was told so; what a person decided goes, and counts. */
function gateOf({ deps, cycle, planned }: Run): EffectGate {
  const places = [...new Set([cycle.event.subject, planned.target])];
  const goesByItself = planned.verdict === 'auto' && planned.origin === undefined;
  return {
    scopes: planned.countsAgainst ?? places.map(subjectScope),
    limit: goesByItself ? deps.limits.actionsPerSubjectPerHour : null,
    quietOn: goesByItself ? places : [],
  };
}

/** A newer event of the same subject holds the lane: this cycle's view is out of date. Unreadable lanes do not block. */
async function newerHolder({ deps, cycle }: Run): Promise<string | null> {
  try {
    const lane = await deps.laneHolder(cycle.event.subject);
    return lane !== null && lane.holder !== null && lane.holder !== cycle.cycleId && lane.fence > cycle.fence
      ? `a newer event took over (${lane.holder})`
      : null;
  } catch (error) {
    log.warn('the lane could not be read', { subject: cycle.event.subject, error });
    return null;
  }
}

/** Attempts never overlap: one that was cancelled, or that spent its time looking, sends nothing. */
function assertInTime({ deps, step }: Run): void {
  const { cancellationSignal } = Context.current();
  cancellationSignal.throwIfAborted();
  if (deps.clock().getTime() - Date.parse(step.startedAt) > LATEST_SEND_MS) {
    throw new Error('this attempt spent its time before it could send; the next one looks again');
  }
}

/** What an error means for the action: an outcome to show, or another attempt. The last attempt never throws. */
async function conclude(run: Run, error: unknown): Promise<ActionResult> {
  if (Context.current().cancellationSignal.aborted) {
    throw error;
  }
  const { mirror } = run.deps;
  const { actionId } = run.planned;
  if (isRefusal(error) && !(await isOutOfTries(mirror, actionId, REFUSED_TRIES))) {
    throw error;
  }
  const outcome = outcomeOf(run.planned, error);
  if (outcome !== null) {
    return record(run, outcome);
  }
  if (isWait(error) || !(await isOutOfTries(mirror, actionId, MAX_WRITE_ATTEMPTS))) {
    throw error;
  }
  return lastWord(run, error);
}

/** Null where another attempt may help. */
function outcomeOf(planned: PlannedAction, error: unknown): ActionResult | null {
  if (!(error instanceof IntegrationError) || error.outcomeUnknown) {
    return null;
  }
  if (isGone(error)) {
    return obsolete(`${planned.target} is gone: ${error.message}`);
  }
  if (error.retryable) {
    return null;
  }
  return error.code === 'conflict'
    ? obsolete(`${planned.target} changed meanwhile: ${error.message}`)
    : failed(planned, error);
}

async function lastWord(run: Run, error: unknown): Promise<ActionResult> {
  const result = await lastResult(run, error);
  try {
    return await record(run, result);
  } catch (recordError) {
    log.error('the result of an action could not be recorded', {
      actionId: run.planned.actionId,
      error: recordError,
    });
    return result;
  }
}

/** Looks once more. Only a look that finds nothing, after an answer that says nothing was done, makes it a failure. */
async function lastResult({ effect, planned, mayBeApplied }: Run, error: unknown): Promise<ActionResult> {
  try {
    const found = effect === null ? null : await effect.findExisting();
    if (found !== null) {
      return executed(planned, found, 'found from an earlier attempt');
    }
    return effect === null || mayBeApplied ? unknown(planned, error) : failed(planned, error);
  } catch (lookError) {
    log.warn('the last look failed', { actionId: planned.actionId, error: lookError });
    return unknown(planned, error);
  }
}

async function record(run: Run, result: ActionResult): Promise<ActionResult> {
  const { planned, step } = run;
  await run.deps.mirror.recordResult({
    cycleId: run.cycle.cycleId,
    actionId: planned.actionId,
    result,
    step: step.record({
      actionId: planned.actionId,
      kind: planned.action.kind,
      target: planned.target,
      ...result,
    }),
  });
  return result;
}
