/**
 * A worker process that only carries out actions: the product's own activity, ledger and clients, with the soak in
 * Temporal's place. Each task gets one attempt: what dead processes left open first, then the fresh ones
 * together. Dies by SIGKILL where its job says.
 * Reads its job from standard input, once it is loaded.
 */
import { writeSync } from 'node:fs';
import { json } from 'node:stream/consumers';
import { Context } from '@temporalio/activity';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { loadConfig } from '../../../src/config/load.js';
import { createDependencies } from '../../../src/worker/dependencies.js';
import { quietLog } from '../../support/quiet-log.js';
import { inActivity } from './in-activity.js';
import type { Job, Line, Task } from './job.js';
import { EFFECT_KINDS } from './kinds.js';
import { fetchWithPoints, type Reached, withPoints } from './points.js';

/** The product waits seconds between looks, and the sandbox's marks hide for seconds: a tenth of both. */
const LOOK_AGAIN_AFTER_MS = [100, 200, 300];

const job = (await json(process.stdin)) as Job;
const tasks = [...job.fresh, ...job.again];
const kindOf = new Map(tasks.map(({ planned, kind }) => [planned.actionId, kind]));
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
await Promise.all(job.again.map(attempt));
await Promise.all(job.fresh.map(record));
await Promise.all(job.fresh.map(attempt));
await dependencies.close();

/** Only the call that is the effect, told by the kind of the action whose activity makes it. */
function writingAction(method: string, url: string): string | null {
  const actionId = currentAction();
  const kind = actionId === null ? undefined : kindOf.get(actionId);
  return kind !== undefined && EFFECT_KINDS[kind].write.test(`${method} ${new URL(url).pathname}`)
    ? actionId
    : null;
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

async function attempt({ cycle, planned, attempt: n }: Task): Promise<void> {
  const { actionId } = planned;
  say({ what: 'began', actionId });
  try {
    const activity = guarded(createExecuteAction(using, LOOK_AGAIN_AFTER_MS));
    const result = await inActivity({ activityId: actionId, attempt: n }, () => activity({ cycle, planned }));
    say({ what: 'ended', actionId, status: result.status, message: result.message });
  } catch (error) {
    say({ what: 'again', actionId, message: String(error) });
  }
}

/** Written at once: what a dying process said counts. */
function say(line: Line): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}
