/**
 * One effect, effectively once. The intent is recorded before anything leaves, an earlier attempt is looked for before
 * anything leaves again, and an outcome that a person should see is returned.
 */
import { Context, log } from '@temporalio/activity';
import type { EarlierIntent } from '../audit/intents.js';
import { ACTIONS } from '../domain/actions/index.js';
import type { ActionResult } from '../domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../domain/effect.js';
import { IntegrationError, isRefusal, isWait, notSent } from '../integrations/integration-error.js';
import type { Effect, Settled } from './actions/executor.js';
import { denied, executed, failed, obsolete, settledResult, simulated, unknown } from './actions/results.js';
import type { ActivityDeps } from './dependencies.js';
import type { Errand } from './errand.js';
import { withHeartbeat } from './heartbeat.js';
import { assertSettled, provesNothingDone, writeSignal } from './in-flight.js';
import { look, type Past } from './look-first.js';
import { cannotLook, outcomeOf } from './outcome.js';
import { isOutOfTries, REFUSED_TRIES } from './patience.js';
import { assertNotPaused } from './pause.js';
import { beginStep, type RunningStep } from './step.js';
import { unknownTold } from './tell-unknown.js';

/** A dead worker is noticed within the heartbeat timeout of five seconds. */
const HEARTBEAT_MS = 1_000;
/** A vendor may show what was made only after a moment: the waits between looks before a write is repeated. */
const LOOK_AGAIN_AFTER_MS: readonly number[] = [1_000, 2_000, 3_000];
/** Later than this in one attempt nothing is sent: the HTTP timeout (15 s) has to fit before the attempt's 45 s. */
const LATEST_SEND_MS = 25_000;
/** Nor later than this after the ledger was told that it leaves: the next attempt counts from there on. */
const LEAVES_WITHIN_MS = 5_000;

interface Run {
  readonly deps: ActivityDeps;
  readonly lookAgainAfterMs: readonly number[];
  readonly errand: Errand;
  readonly step: RunningStep;
  /** What earlier attempts left, once it is read. */
  before: EarlierIntent | null;
  /** What may have been sent before, by the ledger's word, once it is read. */
  past: Past | null;
  /** A request left, in this attempt or an earlier one, and no answer says that it was not applied; also while that is unknown. */
  mayBeApplied: boolean;
  /** It was looked for in vain since the last request was settled: what is sent now is answered for itself. */
  isLookedThrough: boolean;
}

/** @param lookAgainAfterMs the waits between looks for what the vendor may show late */
export function createCarryOut(
  deps: ActivityDeps,
  lookAgainAfterMs: readonly number[] = LOOK_AGAIN_AFTER_MS,
): (errand: Errand) => Promise<ActionResult> {
  return (errand) => {
    const step = beginStep('execute', deps.clock);
    const run: Run = {
      deps,
      lookAgainAfterMs,
      errand,
      step,
      before: null,
      past: null,
      mayBeApplied: true,
      isLookedThrough: false,
    };
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

/**
 * What an earlier attempt made is looked for before anything is judged: its own change would look like a person's, and what
 * it needed may be gone by now.
 */
async function perform(run: Run): Promise<ActionResult> {
  const { errand } = run;
  const before = await readBefore(run);
  if (before !== null && before.ended !== null) {
    return before.ended;
  }
  const done = before === null ? null : await lookFirst(run, before);
  if (done !== null) {
    return record(run, done);
  }
  const tookOver = await errand.overtaken();
  if (tookOver !== null) {
    return record(run, obsolete(tookOver));
  }
  const prepared = await errand.prepare();
  if ('settled' in prepared) {
    return settle(run, prepared);
  }
  return leave(run, prepared);
}

async function readBefore(run: Run): Promise<EarlierIntent | null> {
  const { cycleId, actionId, hash } = run.errand;
  const before = await run.deps.mirror.earlierIntent({ cycleId, actionId, hash });
  run.past = before === null ? null : await run.errand.past({ ...before, attempt: run.step.attempt });
  run.before = before;
  run.mayBeApplied = (run.past?.sentUntil ?? null) !== null;
  return before;
}

/** Its end where it was done before; null where it may go on. Throws where a request may still be in work. */
async function lookFirst(run: Run, before: EarlierIntent): Promise<ActionResult | null> {
  const { deps, errand, past } = run;
  if (past === null || !canTell(run) || !concernsVendor(run)) {
    return null;
  }
  assertMayLeave(run);
  const { appearsLate } = ACTIONS[errand.kind].marker;
  const { clock } = deps;
  const looking = { appearsLate, clock, againAfterMs: run.lookAgainAfterMs };
  const found = await look(() => errand.find(before.stood), past, looking);
  if (found === null) {
    assertSettled(past.sentUntil, clock());
    run.isLookedThrough = true;
    return null;
  }
  return found instanceof IntegrationError
    ? unknown(errand.label, errand.target, found)
    : executed(errand.label, found, past.howFound);
}

/** Would what a look finds be ours? Without a mark only where a request of ours can have reached the vendor. */
function canTell({ errand, mayBeApplied }: Run): boolean {
  return errand.provesOurs || mayBeApplied;
}

/** It goes to the vendor, or an attempt of it went; also while that is unknown. */
function concernsVendor(run: Run): boolean {
  return mayAct(run) || run.before?.lastIntentAt !== null;
}

/** Does it go to the vendor at all? */
function mayAct({ deps, errand }: Run): boolean {
  return errand.onlyShown === null && deps.acts[ACTIONS[errand.kind].service];
}

async function leave(run: Run, effect: Effect): Promise<ActionResult> {
  const { deps, errand, step } = run;
  const withheld = errand.withheld(effect.request);
  if (withheld !== null) {
    return record(run, withheld);
  }
  assertMayLeave(run);
  const held = deps.heldBack(effect.request);
  if (held !== null) {
    throw held;
  }
  const { cycleId, actionId, hash } = errand;
  const { request, stood } = effect;
  const { attempt } = step;
  const intent = await deps.mirror.recordIntent({ cycleId, actionId, hash, request, attempt, stood });
  if (intent.ended !== null) {
    return intent.ended;
  }
  const settled = await effect.precheck();
  if (settled !== null) {
    return settle(run, settled);
  }
  if (!mayAct(run)) {
    return record(run, await simulate(run, effect));
  }
  assertInTime(run);
  assertMayLeave(run);
  return record(run, await send(run, effect, intent.lastIntentAt));
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
  const markedAt = deps.clock().getTime();
  const admission = await deps.mirror.markInFlight({ actionId, lastIntentAt, gate });
  if (admission === 'overtaken') {
    throw new Error('another attempt of this action sent meanwhile; the next one looks for what it made');
  }
  if (admission !== 'admitted') {
    return denied(admission, lastIntentAt !== null);
  }
  try {
    assertStillNow(run, effect, markedAt);
    return executed(errand.label, await effect.send(writeSignal()), 'done');
  } catch (error) {
    if (provesNothingDone(error)) {
      run.mayBeApplied = lastIntentAt !== null;
      await deps.mirror.clearInFlight({ actionId, lastIntentAt });
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
    throw new Error(
      'looking for what an earlier attempt made takes too long for anything to be sent after it',
    );
  }
}

/** The worker can have stood still since: a machine that slept, a disk that answered late. */
function assertStillNow({ deps, errand }: Run, { request }: Effect, markedAt: number): void {
  if (deps.clock().getTime() - markedAt > LEAVES_WITHIN_MS) {
    throw notSent(request.service, `${errand.label} was kept from leaving for too long`);
  }
}

/** What an error means for the action: an outcome to show, or another attempt. The last attempt never throws. */
async function conclude(run: Run, error: unknown): Promise<ActionResult> {
  if (Context.current().cancellationSignal.aborted) {
    throw error;
  }
  const { mirror } = run.deps;
  const { actionId } = run.errand;
  if (isRefusal(error) && (isWait(error) || !(await isOutOfTries(mirror, actionId, REFUSED_TRIES)))) {
    throw error;
  }
  const outcome = outcomeOf(run.errand, error);
  if (outcome !== null && !mayStandUnseen(run)) {
    return record(run, outcome);
  }
  const tries = outcome === null ? MAX_WRITE_ATTEMPTS : REFUSED_TRIES;
  if (isWait(error) || !(await isOutOfTries(mirror, actionId, tries))) {
    throw outcome === null ? error : cannotLook(error);
  }
  return lastWord(run, error);
}

/** May a request of an earlier attempt have been applied, with no look since that could have seen it? No answer to a look ends that. */
function mayStandUnseen(run: Run): boolean {
  return run.mayBeApplied && !run.isLookedThrough && concernsVendor(run);
}

async function lastWord(run: Run, error: unknown): Promise<ActionResult> {
  const result = await lastResult(run, error);
  if (result === run.before?.ended) {
    return result;
  }
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

/** How it ended already; else looks once more. Only a look that finds nothing, after an answer that says nothing was done, makes it a failure. */
async function lastResult(run: Run, error: unknown): Promise<ActionResult> {
  const { label, target, actionId } = run.errand;
  try {
    const before = run.before ?? (await readBefore(run));
    if (before !== null && before.ended !== null) {
      return before.ended;
    }
    const found = before === null || !canTell(run) ? null : await run.errand.find(before.stood);
    if (found !== null) {
      return executed(label, found, 'found from an earlier attempt');
    }
    return before === null || run.mayBeApplied ? unknown(label, target, error) : failed(label, error);
  } catch (lookError) {
    log.warn('the last look failed', { actionId, error: lookError });
    return run.mayBeApplied ? unknown(label, target, error) : failed(label, error);
  }
}

/** There is nothing left to send. What stands as wanted although no request of ours left is another's, and not ours to take back. */
function settle(run: Run, settled: Settled): Promise<ActionResult> {
  return record(run, settledResult(settled), { isAnothers: !run.mayBeApplied });
}

async function record(
  run: Run,
  result: ActionResult,
  { isAnothers = false }: { readonly isAnothers?: boolean } = {},
): Promise<ActionResult> {
  const { cycleId, actionId, kind, target } = run.errand;
  await run.deps.mirror.recordResult({
    cycleId,
    actionId,
    result,
    isAnothers,
    step: run.step.record({ actionId, kind, target, ...result }),
    unknownTold: unknownTold(run.deps, run.errand, result.message),
  });
  return result;
}
