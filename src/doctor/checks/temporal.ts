import type { Connection } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../workflows/messages.js';
import { type Check, type Finding, fail, messageOf, ok, warn } from '../check.js';
import { askTemporal } from '../temporal.js';

const RETENTION_DAYS = 30;
const DAY_SECONDS = 86_400;
const GRPC_NOT_FOUND = 5;
/** `temporal.api.enums.v1.TaskQueueType` */
const WORKFLOW_TASK_QUEUE = 1;
/** A poll lasts a minute at most. */
const POLLED_MS = 75_000;

/** Is it there, with the namespace, and with what the product wants of it? */
export const temporalServer: Check = {
  name: 'temporal',
  asksOthers: true,
  run: async ({ config: { temporal } }) => {
    const { address, namespace, external } = temporal;
    try {
      return await askTemporal(temporal, (connection) => lookAtNamespace(connection, namespace, address));
    } catch (error) {
      if (codeOf(error) === GRPC_NOT_FOUND) {
        return fail(
          `${address} has no namespace "${namespace}"`,
          `make it (temporal operator namespace create --namespace ${namespace} --retention 30d), or set TEMPORAL_NAMESPACE`,
        );
      }
      return fail(
        `${address} does not answer (${messageOf(error)})`,
        external
          ? 'start that server, or correct TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TEMPORAL_TLS_*; events are stored meanwhile'
          : 'pm-agent start runs one (npm start), or name a server with TEMPORAL_ADDRESS; events are stored meanwhile',
      );
    }
  },
};

async function lookAtNamespace(connection: Connection, namespace: string, address: string): Promise<Finding> {
  const { config } = await connection.workflowService.describeNamespace({ namespace });
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_SECONDS;
  const missing = await missingAttributes(connection, namespace);
  const summary = `${address}, namespace ${namespace}, retention ${Math.floor(days)} days`;
  const lacks = [
    ...(days < RETENTION_DAYS ? [`histories expire after ${Math.floor(days)} days`] : []),
    ...(missing.length > 0 ? [`lists cannot be filtered by ${missing.join(', ')}`] : []),
  ];
  return lacks.length === 0
    ? ok(summary)
    : warn(
        `${summary}; ${lacks.join('; ')}`,
        'a worker sets both at its start where its credentials allow it; else let an operator of that server do it (docs/deployment.md)',
      );
}

/** Empty also where these credentials may not list them: nobody can be told to do better then. */
async function missingAttributes(connection: Connection, namespace: string): Promise<readonly string[]> {
  try {
    const known = await connection.operatorService.listSearchAttributes({ namespace });
    return SEARCH_ATTRIBUTES.map(({ name }) => name).filter(
      (name) => known.customAttributes?.[name] === undefined,
    );
  } catch {
    return [];
  }
}

/** Does anybody take the work? */
export const worker: Check = {
  name: 'worker',
  asksOthers: true,
  run: async ({ config: { temporal }, now }) => {
    const { namespace, taskQueue } = temporal;
    const advice = `start one (pm-agent worker) with the same TEMPORAL_TASK_QUEUE and DATA_DIR`;
    try {
      const { pollers } = await askTemporal(temporal, (connection) =>
        connection.workflowService.describeTaskQueue({
          namespace,
          taskQueue: { name: taskQueue },
          taskQueueType: WORKFLOW_TASK_QUEUE,
        }),
      );
      const polled = pollers.map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000);
      return polled.some((at) => now() - at < POLLED_MS)
        ? ok(`polls the task queue ${taskQueue}`)
        : warn(`none polls the task queue ${taskQueue}: events are stored, and answered later`, advice);
    } catch {
      return warn('not known, because Temporal does not answer', advice);
    }
  },
};

function codeOf(error: unknown): unknown {
  return error !== null && typeof error === 'object' && 'code' in error ? error.code : null;
}
