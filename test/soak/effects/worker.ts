/**
 * A worker process that only carries out actions: the product's own activity, ledger and clients, with the soak in
 * Temporal's place. Each task gets one attempt: what dead processes left open first, then the fresh ones
 * together. Dies by SIGKILL where its job says.
 * Reads its job from standard input, once it is loaded.
 */
import { writeSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { createUndoAction } from '../../../src/activities/undo-action.js';
import { loadConfig } from '../../../src/config/load.js';
import type { ActionResult } from '../../../src/domain/cycle.js';
import { createDependencies } from '../../../src/worker/dependencies.js';
import { quietLog } from '../../support/quiet-log.js';
import { inActivity } from './in-activity.js';
import { idOf, type Job, type Line, type Task } from './job.js';
import { EFFECT_KINDS } from './kinds.js';
import { fetchWithPoints, type Reached, withPoints } from './points.js';

/** The product waits seconds between looks, and the sandbox's marks hide for seconds: a tenth of both. */
const LOOK_AGAIN_AFTER_MS = [100, 200, 300];

const CLOCK_IS_READ_MS = 20;

const job = (await json(process.stdin)) as Job;
const tasks = [...job.fresh, ...job.again];
const taskOf = new Map(tasks.map((task) => [idOf(task), task]));
const counted = new Set(job.crash?.counted);
let hits = 0;

const reached: Reached = (point, actionId) => {
  if (point === job.crash?.point && counted.has(actionId)) {
    hits += 1;
    if (hits === job.crash.hit) {
      process.kill(process.pid, 'SIGKILL');
    }
  }
};

globalThis.fetch = fetchWithPoints(globalThis.fetch, writingAction, reached, job.crash?.underWayMs ?? 0);
const dependencies = createDependencies(loadConfig(process.env), quietLog);
const deps = dependencies.deps();
const using: ActivityDeps = { ...deps, mirror: withPoints(deps.mirror, reached) };
// Its clock was put forward with the job, and is read again every ten milliseconds: a jump while an attempt runs would end it.
await sleep(CLOCK_IS_READ_MS);
await Promise.all(job.again.map(attempt));
await Promise.all(job.fresh.filter(({ undoId }) => undoId === null).map(record));
await Promise.all(job.fresh.map(attempt));
await dependencies.close();

/** Only the call that is the effect, told by the kind of the action whose activity makes it. */
function writingAction(method: string, url: string): string | null {
  const actionId = currentAction();
  const task = actionId === null ? undefined : taskOf.get(actionId);
  return task !== undefined && writeOf(task)?.test(`${method} ${new URL(url).pathname}`) === true
    ? actionId
    : null;
}

function writeOf({ kind, undoId }: Task): RegExp | undefined {
  const { write, undo } = EFFECT_KINDS[kind];
  return undoId === null ? write : undo?.write;
}

function currentAction(): string | null {
  try {
    return Context.current().info.activityId;
  } catch {
    return null;
  }
}

async function record({ cycle, planned }: Task): Promise<void> {
  await deps.mirror.startCycle(cycle, `run-${cycle.cycleId}`);
  const step = { name: 'plan', attempt: 1, startedAt: new Date().toISOString(), detail: {} } as const;
  await deps.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [planned] });
}

async function attempt(task: Task): Promise<void> {
  const actionId = idOf(task);
  say({ what: 'began', actionId });
  try {
    const info = { activityId: actionId, attempt: task.attempt };
    const { status, message, remoteId } = await inActivity(info, () => carryOut(task));
    say({ what: 'ended', actionId, status, message, remoteId });
  } catch (error) {
    say({ what: 'again', actionId, message: String(error) });
  }
}

function carryOut({ cycle, planned, undoId }: Task): Promise<ActionResult> {
  if (undoId === null) {
    return guarded(createExecuteAction(using, LOOK_AGAIN_AFTER_MS))({ cycle, planned });
  }
  const by = { id: 'soak', name: 'Soak', channel: 'cli' } as const;
  return guarded(createUndoAction(using, LOOK_AGAIN_AFTER_MS))({ actionId: planned.actionId, undoId, by });
}

/** Written at once: what a dying process said counts. */
function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
