/** How one attempt of an errand ends: what is recorded, and what an error means. */
import { Context, log } from '@temporalio/activity';
import type { ActionResult } from '../domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../domain/effect.js';
import { isRefusal, isWait } from '../integrations/integration-error.js';
import type { Settled } from './actions/executor.js';
import { doneBy, executed, failed, inPart, settledResult, unknown } from './actions/results.js';
import { canTell, concernsVendor, doneByAnother, leftBy, type Run, readBefore } from './effect-run.js';
import { cannotLook, outcomeOf } from './outcome.js';
import { isOutOfTries, REFUSED_TRIES } from './patience.js';
import { unknownTold } from './tell-unknown.js';

/** What an error means for the action: an outcome to show, or another attempt. The last attempt never throws. */
export async function conclude(run: Run, error: unknown): Promise<ActionResult> {
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

export async function lastWord(run: Run, error: unknown): Promise<ActionResult> {
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
    const found = before === null || !canTell(run) ? null : await run.errand.find(leftBy(run));
    if (found !== null) {
      const whose = await doneByAnother(run);
      return whose === null ? executed(label, found, 'found from an earlier attempt') : doneBy(label, whose);
    }
    return before === null || run.mayBeApplied ? unknown(label, target, error) : failed(label, error);
  } catch (lookError) {
    log.warn('the last look failed', { actionId, error: lookError });
    return run.mayBeApplied ? unknown(label, target, error) : failed(label, error);
  }
}

/**
 * There is nothing left to send. What stands as wanted although no request of ours left is another's, and not ours to take
 * back; where one may have been applied, the vendor's history may tell the same.
 */
export async function settle(run: Run, settled: Settled): Promise<ActionResult> {
  if (settled.drifted !== undefined) {
    // What is shown again has not ended.
    return settledResult(settled);
  }
  const isDone = settled.settled === 'executed';
  const whose = isDone && run.mayBeApplied ? await doneByAnother(run) : null;
  return whose === null
    ? record(run, settledResult(settled), { isAnothers: !run.mayBeApplied })
    : record(run, doneBy(run.errand.label, whose));
}

export async function record(
  run: Run,
  ended: ActionResult,
  { isAnothers = false }: { readonly isAnothers?: boolean } = {},
): Promise<ActionResult> {
  const result = inPart(ended, run.parts);
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
