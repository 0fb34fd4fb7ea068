/**
 * One effect, effectively once. The intent is recorded before anything leaves, an earlier attempt is looked for before
 * anything leaves again, and an outcome that a person should see is returned.
 */
import { Context } from '@temporalio/activity';
import type { Admission } from '../audit/effects.js';
import { ACTIONS } from '../domain/actions/index.js';
import type { ActionResult } from '../domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../domain/effect.js';
import { IntegrationError, notSent } from '../integrations/integration-error.js';
import type { Between, Effect } from './actions/executor.js';
import { denied, doneBy, executed, obsolete, simulated, unknown } from './actions/results.js';
import type { ActivityDeps } from './dependencies.js';
import { conclude, lastWord, record, settle } from './effect-end.js';
import {
  beginRun,
  canTell,
  concernsVendor,
  doneByAnother,
  leftBy,
  mayAct,
  type Run,
  readBefore,
} from './effect-run.js';
import type { Errand } from './errand.js';
import { withHeartbeat } from './heartbeat.js';
import { assertSettled, provesNothingDone, writeSignal } from './in-flight.js';
import { look } from './look-first.js';
import { isOutOfTries } from './patience.js';
import { assertNotPaused } from './pause.js';

/** A dead worker is noticed within the heartbeat timeout of five seconds. */
const HEARTBEAT_MS = 1_000;
/** A vendor may show what was made only after a moment: the waits between looks before a write is repeated. */
const LOOK_AGAIN_AFTER_MS: readonly number[] = [1_000, 2_000, 3_000];
/** Later than this in one attempt nothing is sent: the HTTP timeout (15 s) has to fit before the attempt's 45 s. */
const LATEST_SEND_MS = 25_000;
/** Nor later than this after the ledger was told that it leaves: the next attempt counts from there on. */
const LEAVES_WITHIN_MS = 5_000;

/** @param lookAgainAfterMs the waits between looks for what the vendor may show late */
export function createCarryOut(
  deps: ActivityDeps,
  lookAgainAfterMs: readonly number[] = LOOK_AGAIN_AFTER_MS,
): (errand: Errand) => Promise<ActionResult> {
  return (errand) => {
    const run = beginRun(deps, errand, lookAgainAfterMs);
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
  const done = before === null ? null : await lookFirst(run);
  if (done !== null) {
    return record(run, done);
  }
  const tookOver = await errand.overtaken();
  if (tookOver !== null) {
    return record(run, obsolete(tookOver));
  }
  const prepared = await errand.prepare(leftBy(run));
  if ('settled' in prepared) {
    const isDone = prepared.settled === 'executed';
    return settle(run, (isDone ? await errand.elsewhere() : null) ?? prepared);
  }
  return leave(run, prepared);
}

/** Its end where it was done before; null where it may go on. Throws where a request may still be in work. */
async function lookFirst(run: Run): Promise<ActionResult | null> {
  const { deps, errand, past } = run;
  if (past === null || !canTell(run) || !concernsVendor(run)) {
    return null;
  }
  assertMayLeave(run);
  const { appearsLate } = ACTIONS[errand.kind].marker;
  const { clock } = deps;
  const looking = { appearsLate, clock, againAfterMs: run.lookAgainAfterMs };
  const found = await look(() => errand.find(leftBy(run)), past, looking);
  if (found instanceof IntegrationError) {
    return unknown(errand.label, errand.target, found);
  }
  const whose = found === null ? null : await doneByAnother(run);
  if (found !== null && whose === null) {
    return executed(errand.label, found, past.howFound);
  }
  // Before that a request of ours may still be applied to what somebody else made of it.
  assertSettled(past.sentUntil, clock());
  run.isLookedThrough = true;
  return whose === null ? null : doneBy(errand.label, whose);
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
  const elsewhere = await errand.elsewhere();
  if (elsewhere !== null) {
    return settle(run, elsewhere);
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
  const { actionId } = errand;
  const markedAt = deps.clock().getTime();
  const admission = await markInFlight(run, lastIntentAt);
  if (admission !== 'admitted') {
    return denied(admission, lastIntentAt !== null);
  }
  const partsBefore = run.parts.length;
  try {
    assertStillNow(run, markedAt);
    return executed(errand.label, await effect.send(writeSignal(), betweenOf(run)), 'done');
  } catch (error) {
    if (provesNothingDone(error)) {
      // Once the first of two was answered, the second is the only one that can be open.
      const openSince = run.parts.length > partsBefore ? null : lastIntentAt;
      run.mayBeApplied = openSince !== null;
      await deps.mirror.clearInFlight({ actionId, lastIntentAt: openSince });
    }
    throw error;
  }
}

async function markInFlight({ deps, errand }: Run, lastIntentAt: string | null): Promise<Admission> {
  const { actionId, gate } = errand;
  const admission = await deps.mirror.markInFlight({ actionId, lastIntentAt, gate });
  if (admission === 'overtaken') {
    throw new Error('another attempt of this action sent meanwhile; the next one looks for what it made');
  }
  return admission;
}

function betweenOf(run: Run): Between {
  const { cycleId, actionId } = run.errand;
  return {
    answered: async (part) => {
      await run.deps.mirror.notePart({ cycleId, actionId, part });
      run.parts = [...run.parts, part];
      run.mayBeApplied = false;
    },
    next: async () => {
      assertInTime(run);
      assertMayLeave(run);
      const markedAt = run.deps.clock().getTime();
      if ((await markInFlight(run, null)) !== 'admitted') {
        throw new Error('a limit or a mute stopped it between two requests');
      }
      run.mayBeApplied = true;
      assertStillNow(run, markedAt);
    },
  };
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
function assertStillNow({ deps, errand }: Run, markedAt: number): void {
  if (deps.clock().getTime() - markedAt > LEAVES_WITHIN_MS) {
    throw notSent(ACTIONS[errand.kind].service, `${errand.label} was kept from leaving for too long`);
  }
}
