/**
 * One effect, effectively once. The intent is recorded before anything leaves, an earlier attempt is looked for before
 * anything leaves again, and an outcome that a person should see is returned.
 */
import { Context, log } from '@temporalio/activity';
import type { EffectGate } from '../audit/mirror.js';
import type { ActionKind } from '../domain/action.js';
import { ACTIONS } from '../domain/actions/index.js';
import type { ActionResult } from '../domain/cycle.js';
import { MAX_WRITE_ATTEMPTS, type OutgoingRequest } from '../domain/effect.js';
import { IntegrationError, isRefusal, isWait } from '../integrations/integration-error.js';
import type { Effect, Settled } from './actions/executor.js';
import { denied, executed, failed, obsolete, settledResult, simulated, unknown } from './actions/results.js';
import type { ActivityDeps } from './dependencies.js';
import { isGone } from './failure.js';
import { withHeartbeat } from './heartbeat.js';
import { assertSettled, provesNothingDone, writeSignal } from './in-flight.js';
import { type Attempt, look, type Past } from './look-first.js';
import { isOutOfTries, REFUSED_TRIES } from './patience.js';
import { assertNotPaused } from './pause.js';
import { beginStep, type RunningStep } from './step.js';

/** A dead worker is noticed within the heartbeat timeout of five seconds. */
const HEARTBEAT_MS = 1_000;
/** A vendor may show what was made only after a moment: the waits between looks before a write is repeated. */
const LOOK_AGAIN_AFTER_MS: readonly number[] = [1_000, 2_000, 3_000];
/** Later than this in one attempt nothing is sent: the HTTP timeout (15 s) has to fit before the attempt's 45 s. */
const LATEST_SEND_MS = 25_000;

/** What is to be done, and what it is done for: an action, or taking one back. */
export interface Errand {
  readonly cycleId: string;
  /** The row of the ledger, and the idempotency key. */
  readonly actionId: string;
  readonly hash: string;
  readonly kind: ActionKind;
  readonly target: string;
  /** In words for a person. */
  readonly label: string;
  prepare(): Promise<Effect | Settled>;
  /** Its end where the request must not leave so; null where it may. */
  withheld(request: OutgoingRequest): ActionResult | null;
  /** Why it ends with what would have been sent, whoever approved it; null where it is carried out. */
  readonly onlyShown: string | null;
  /** Why it is too late to begin; null where it is not. */
  overtaken(): Promise<string | null>;
  /** What may have been sent before; null where nothing can. */
  past(attempt: Attempt): Past | null;
  readonly gate: EffectGate;
  /** A person wants this very thing now: no pause holds it. */
  readonly isOrder: boolean;
}

interface Run {
  readonly deps: ActivityDeps;
  readonly lookAgainAfterMs: readonly number[];
  readonly errand: Errand;
  readonly step: RunningStep;
  /** Set once it is made: what a last look needs. */
  effect: Effect | null;
  /** A request left, in this attempt or an earlier one, and no answer says that it was not applied. */
  mayBeApplied: boolean;
}

/** @param lookAgainAfterMs the waits between looks for what the vendor may show late */
export function createCarryOut(
  deps: ActivityDeps,
  lookAgainAfterMs: readonly number[] = LOOK_AGAIN_AFTER_MS,
): (errand: Errand) => Promise<ActionResult> {
  return (errand) => {
    const step = beginStep('execute', deps.clock);
    const run: Run = { deps, lookAgainAfterMs, errand, step, effect: null, mayBeApplied: false };
    return withHeartbeat(HEARTBEAT_MS, async () => {
      try {
        // Attempts that killed their worker had no last word.
        const isTooLate = await isOutOfTries(deps.mirror, errand.actionId, MAX_WRITE_ATTEMPTS + 1);
        return await (isTooLate ? lastWord(run, new Error('no attempt came to its end')) : perform(run));
      } catch (error) {
        return await conclude(run, error);
      }
    });
  };
}

async function perform(run: Run): Promise<ActionResult> {
  const { deps, errand, step } = run;
  const { actionId, hash, kind } = errand;
  const tookOver = await errand.overtaken();
  if (tookOver !== null && step.attempt === 1) {
    return record(run, obsolete(tookOver));
  }
  const prepared = await errand.prepare();
  const { service, marker } = ACTIONS[kind];
  if ('settled' in prepared) {
    return record(run, settledResult(prepared));
  }
  const withheld = errand.withheld(prepared.request);
  if (withheld !== null && step.attempt === 1) {
    return record(run, withheld);
  }
  run.effect = prepared;
  assertMayLeave(run);
  const held = deps.heldBack(prepared.request);
  if (held !== null) {
    throw held;
  }
  const intent = await deps.mirror.recordIntent({
    cycleId: errand.cycleId,
    actionId,
    hash,
    request: prepared.request,
    attempt: step.attempt,
    stood: prepared.stood,
  });
  if (intent.ended !== null) {
    return intent.ended;
  }
  run.mayBeApplied = intent.lastIntentAt !== null;
  const settled = await prepared.precheck();
  if (settled !== null) {
    return record(run, settledResult(settled));
  }
  if (errand.onlyShown !== null || !deps.acts[service]) {
    return record(run, withheld ?? (await simulate(run, prepared)));
  }
  const past = errand.past({ ...intent, attempt: step.attempt });
  const found =
    past === null ? null : await look(prepared, past, marker.appearsLate, deps.clock(), run.lookAgainAfterMs);
  if (found !== null) {
    return record(run, executed(errand.label, found, past?.howFound ?? ''));
  }
  assertSettled(past?.sentUntil ?? null, deps.clock());
  const stopped = tookOver === null ? withheld : obsolete(tookOver);
  if (stopped !== null) {
    return record(run, stopped);
  }
  assertInTime(run);
  assertMayLeave(run);
  return record(run, await send(run, prepared, intent.lastIntentAt));
}

async function simulate(run: Run, effect: Effect): Promise<ActionResult> {
  const { actionId, gate } = run.errand;
  const admission = await run.deps.mirror.countSimulated({ actionId, gate });
  return admission === 'admitted'
    ? simulated(effect, run.errand.onlyShown ?? 'simulation')
    : denied(admission, false);
}

/** The ledger says that a request may be at the vendor, from before it leaves until an answer proves otherwise. */
async function send(run: Run, effect: Effect, lastIntentAt: string | null): Promise<ActionResult> {
  const { deps, errand } = run;
  run.mayBeApplied = true;
  const { actionId, gate } = errand;
  const admission = await deps.mirror.markInFlight({ actionId, lastIntentAt, gate });
  if (admission === 'overtaken') {
    throw new Error('another attempt of this action sent meanwhile; the next one looks for what it made');
  }
  if (admission !== 'admitted') {
    return denied(admission, lastIntentAt !== null);
  }
  try {
    return executed(errand.label, await effect.send(writeSignal()), 'done');
  } catch (error) {
    if (provesNothingDone(error)) {
      run.mayBeApplied = false;
      await deps.mirror.clearInFlight(actionId);
    }
    throw error;
  }
}

/** Asked before anything is looked for, and again at the last moment: looking takes seconds. */
function assertMayLeave({ deps, errand }: Run): void {
  if (!errand.isOrder) {
    assertNotPaused(deps.pause(), ACTIONS[errand.kind].service);
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
  const { actionId } = run.errand;
  if (isRefusal(error) && !(await isOutOfTries(mirror, actionId, REFUSED_TRIES))) {
    throw error;
  }
  const outcome = outcomeOf(run.errand, error);
  if (outcome !== null) {
    return record(run, outcome);
  }
  if (isWait(error) || !(await isOutOfTries(mirror, actionId, MAX_WRITE_ATTEMPTS))) {
    throw error;
  }
  return lastWord(run, error);
}

/** Null where another attempt may help. */
function outcomeOf({ target, label }: Errand, error: unknown): ActionResult | null {
  if (!(error instanceof IntegrationError) || error.outcomeUnknown) {
    return null;
  }
  if (isGone(error)) {
    return obsolete(`${target} is gone: ${error.message}`);
  }
  if (error.retryable) {
    return null;
  }
  return error.code === 'conflict'
    ? obsolete(`${target} changed meanwhile: ${error.message}`)
    : failed(label, error);
}

async function lastWord(run: Run, error: unknown): Promise<ActionResult> {
  const result = await lastResult(run, error);
  try {
    return await record(run, result);
  } catch (recordError) {
    log.error('the result of an action could not be recorded', {
      actionId: run.errand.actionId,
      error: recordError,
    });
    return result;
  }
}

/** Looks once more. Only a look that finds nothing, after an answer that says nothing was done, makes it a failure. */
async function lastResult({ effect, errand, mayBeApplied }: Run, error: unknown): Promise<ActionResult> {
  const { label, target, actionId } = errand;
  try {
    const found = effect === null ? null : await effect.findExisting();
    if (found !== null) {
      return executed(label, found, 'found from an earlier attempt');
    }
    return effect === null || mayBeApplied ? unknown(label, target, error) : failed(label, error);
  } catch (lookError) {
    log.warn('the last look failed', { actionId, error: lookError });
    return unknown(label, target, error);
  }
}

async function record(run: Run, result: ActionResult): Promise<ActionResult> {
  const { cycleId, actionId, kind, target } = run.errand;
  await run.deps.mirror.recordResult({
    cycleId,
    actionId,
    result,
    step: run.step.record({ actionId, kind, target, ...result }),
  });
  return result;
}
