/** The worker process: wait for Temporal, prepare the namespace, run, close in order. */
import { Client, Connection, ScheduleClient } from '@temporalio/client';
import { DefaultLogger, type LogEntry, NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import { createLiveActivities } from '../activities/live.js';
import { untoldTold } from '../activities/tell-unknown.js';
import type { Config } from '../config/config.js';
import type { Logger } from '../log.js';
import { createWorker } from './create-worker.js';
import { createDependencies } from './dependencies.js';
import { drillStarter, startDrillLoop } from './drill-loop.js';
import { ensureSchedules } from './ensure-schedules.js';
import { prepareNamespace } from './prepare-namespace.js';
import { startRefill } from './refill/refill.js';
import { startRoutines } from './routines.js';

export interface RunningWorker {
  /** Resolves when the worker has ended, by `close()` or by itself. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** Starts the worker; answers once it polls. A Temporal server that is not there yet is waited for. */
export async function runWorker(config: Config, log: Logger): Promise<RunningWorker> {
  Runtime.install({ logger: forwardTo(log), shutdownSignals: [] });
  for (const warning of config.file.warnings ?? []) {
    log.warn({ file: config.file.path }, warning);
  }
  const dependencies = createDependencies(config, log);
  const routines = startRoutines(config, dependencies, log);
  const { connection, native } = await connect(config, log);
  await prepareNamespace(connection, config.temporal.namespace, log);
  const worker = await createWorker({
    connection: native,
    config,
    activities: createLiveActivities(dependencies.deps),
  });
  const { namespace, taskQueue } = config.temporal;
  const client = new ScheduleClient({ connection, namespace });
  await ensureSchedules({ client, taskQueue, sweepEveryMs: config.sweepEveryMs }, log);
  const workflows = new Client({ connection, namespace });
  const drills = startDrillLoop({
    mirror: dependencies.mirror,
    rate: () => dependencies.liveFile.current().drills?.rate ?? 0,
    approvalTimeoutMs: config.approvalTimeoutMs,
    markKey: dependencies.deps().markKey,
    start: drillStarter(workflows, taskQueue),
    clock: dependencies.deps().clock,
    log,
  });
  const refill = startRefill({
    client: workflows,
    taskQueue,
    mirror: dependencies.mirror.refill,
    inbox: dependencies.inbox,
    restored: dependencies.deps().restored,
    told: (restored) => untoldTold(dependencies.deps(), restored),
    log,
    clock: dependencies.deps().clock,
  });
  const loops = { close: () => Promise.all([refill.stop(), drills.stop()]).then(() => undefined) };
  const ended = runUntilClosed(worker, [loops, routines, dependencies, native, connection]);
  log.info({ taskQueue, address: config.temporal.address }, 'worker polls');
  return {
    ended,
    close: async () => {
      if (worker.getState() === 'RUNNING') {
        worker.shutdown();
      }
      await ended;
    },
  };
}

/** Runs the worker to its end, then closes these in order. */
async function runUntilClosed(
  worker: Worker,
  closeAfterwards: readonly { close(): Promise<void> }[],
): Promise<void> {
  try {
    await worker.run();
  } finally {
    for (const part of closeAfterwards) {
      await part.close();
    }
  }
}

/** Both connections, tried until they stand: the API accepts events meanwhile. */
async function connect(config: Config, log: Logger) {
  const options = { ...config.temporal.connectionOptions, address: config.temporal.address };
  for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_RETRY_MS)) {
    try {
      const connection = await Connection.connect({ ...options, connectTimeout: '3s' });
      return { connection, native: await NativeConnection.connect(options) };
    } catch (error) {
      if (delayMs === FIRST_RETRY_MS) {
        log.warn(
          { address: config.temporal.address, reason: String(error) },
          'waiting for Temporal (TEMPORAL_ADDRESS)',
        );
      }
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

/** Temporal's own log lines in ours, at most at warning level unless LOG_LEVEL says debug. */
function forwardTo(log: Logger): DefaultLogger {
  return new DefaultLogger('WARN', (entry: LogEntry) => {
    const level = entry.level === 'ERROR' ? 'error' : 'warn';
    log[level]({ ...entry.meta, error: undefined, reason: entry.meta?.error?.toString() }, entry.message);
  });
}
