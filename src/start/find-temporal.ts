/** Which Temporal server to use, in the contract's order: named, already running, or one that we start. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { type Config, ConfigError } from '../config/config.js';
import { workerIdentity } from '../worker/identity.js';
import { commandLineOf, pidFile, readPid } from './pid-files.js';
import { isListening } from './ports.js';

export type TemporalServer =
  /** TEMPORAL_ADDRESS or a profile names it. */
  | { readonly kind: 'named' }
  /** One listens on TEMPORAL_DEV_PORT and serves nobody else. */
  | { readonly kind: 'found' }
  | { readonly kind: 'ours'; readonly cli: string };

const CLI_FINDER = fileURLToPath(new URL('../../scripts/temporal-cli.mjs', import.meta.url));
const TASK_QUEUE_TYPE_WORKFLOW = 1;
/** Polls last a minute; an older entry is a worker that ended. */
const POLLER_ALIVE_MS = 75_000;

/** @throws ConfigError where a server runs that is not ours to use, or none can be had. */
export async function findTemporal(config: Config, env: NodeJS.ProcessEnv): Promise<TemporalServer> {
  if (config.temporal.external) {
    return { kind: 'named' };
  }
  const isTaken = await isListening('127.0.0.1', config.temporal.devPort);
  if (isTaken && !isLeftover(config)) {
    await refuseForeignServer(config);
    return { kind: 'found' };
  }
  return { kind: 'ours', cli: await findCli(env) };
}

/** The file that our own dev server writes: stands on its command line, so it tells ours from others. */
export function temporalFile(dataDir: string): string {
  return `${dataDir}/temporal.db`;
}

/** Our own server whose guard was killed: the next guard ends it and starts a fresh one. */
function isLeftover(config: Config): boolean {
  const pid = readPid(pidFile(config.dataDir, 'temporal'));
  return pid !== null && commandLineOf(pid)?.includes(temporalFile(config.dataDir)) === true;
}

async function refuseForeignServer(config: Config): Promise<void> {
  const { devPort, namespace, taskQueue } = config.temporal;
  const connection = await connect(devPort);
  try {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
    });
    const ours = workerIdentity(config.dataDir, '');
    const foreign = (pollers ?? []).find(
      (poller) => isRecent(poller.lastAccessTime?.seconds) && poller.identity?.startsWith(ours) !== true,
    );
    if (foreign !== undefined) {
      throw new ConfigError(
        `TEMPORAL_DEV_PORT: the Temporal server on port ${devPort} already serves the task queue "${taskQueue}" for another DATA_DIR (${foreign.identity}); set TEMPORAL_DEV_PORT and TEMPORAL_UI_PORT to free ports, or TEMPORAL_TASK_QUEUE to another name`,
      );
    }
  } finally {
    await connection.close();
  }
}

async function connect(port: number): Promise<Connection> {
  try {
    return await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: '3s' });
  } catch {
    throw new ConfigError(
      `TEMPORAL_DEV_PORT: port ${port} is in use by something that is not a Temporal server; stop it or set TEMPORAL_DEV_PORT to another port`,
    );
  }
}

function isRecent(seconds: unknown): boolean {
  return Date.now() - Number(seconds ?? 0) * 1000 < POLLER_ALIVE_MS;
}

/** Runs the bootstrap's finder: one implementation, and its progress lines reach the terminal. */
function findCli(env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [CLI_FINDER], { env }, (error, stdout, stderr) => {
      if (error === null) {
        resolve(stdout.trim());
        return;
      }
      reject(
        new ConfigError(
          stderr
            .trim()
            .split('\n')
            .filter((line) => !line.includes(' … '))
            .join('\n'),
        ),
      );
    });
    child.stderr?.pipe(process.stderr);
  });
}
