/** A server that skips time (`TEMPORAL_TEST_SERVER` names the program), and workers of this build at it. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { Activities } from '../../../src/activities/contract.js';
import { eventually } from '../../support/eventually.js';
import { workflowBundle } from '../../support/workflow-bundle.js';

const path = process.env.TEMPORAL_TEST_SERVER ?? '';

export interface SkippingServer {
  readonly env: TestWorkflowEnvironment;
  worker(taskQueue: string, activities: Activities): Promise<Worker>;
}

let prepared: ReturnType<typeof workflowBundle> | undefined;

/** Once in a process. */
function prepare(): ReturnType<typeof workflowBundle> {
  if (prepared === undefined) {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    prepared = workflowBundle();
  }
  return prepared;
}

/** A cycle that ended lets a server skip as far as to the next thing that is due, years ahead: whoever goes on needs another. */
export async function openSkippingServer(): Promise<SkippingServer> {
  const workflowBundle = await prepare();
  // The SDK gives a server five seconds, which are few for a machine with more to do.
  const env = await eventually(
    () =>
      TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } }),
    120_000,
  );
  return {
    env,
    worker: (taskQueue, activities) =>
      Worker.create({ connection: env.nativeConnection, taskQueue, workflowBundle, activities }),
  };
}
