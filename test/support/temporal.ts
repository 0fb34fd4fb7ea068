/** A task queue per test, a worker for as long as the test body runs. */
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../../src/activities/contract.js';
import { workflowBundle } from './workflow-bundle.js';

const quiet = new DefaultLogger('ERROR');

export interface TemporalHarness {
  readonly client: Client;
  readonly bundle: { readonly code: string };
  /** Runs `body` beside a worker with these activities on a queue of its own. */
  withWorker<T>(
    activities: Activities,
    body: (taskQueue: string) => Promise<T>,
    taskQueue?: string,
    /** Another build of the workflows than this one. */
    bundle?: { readonly code: string },
  ): Promise<T>;
  close(): Promise<void>;
}

export async function openTemporal(): Promise<TemporalHarness> {
  const address = process.env.TEST_TEMPORAL_ADDRESS;
  if (address === undefined) {
    throw new Error('TEST_TEMPORAL_ADDRESS is not set: the global setup starts the server');
  }
  installRuntime();
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const bundle = await workflowBundle();
  return {
    client: new Client({ connection, identity: 'test-client' }),
    bundle,
    withWorker: async (activities, body, taskQueue = `test-${randomUUID()}`, build = bundle) => {
      const worker = await Worker.create({
        connection: native,
        taskQueue,
        identity: 'test-worker',
        workflowBundle: build,
        activities,
        stickyQueueScheduleToStartTimeout: '1s',
        shutdownForceTime: '20s',
      });
      return worker.runUntil(() => body(taskQueue));
    },
    close: async () => {
      await native.close();
      await connection.close();
    },
  };
}

function installRuntime(): void {
  try {
    Runtime.install({ logger: quiet });
  } catch {
    // Already installed by an earlier suite of this process.
  }
}
