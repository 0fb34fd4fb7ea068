/** Builds that come and go while an approval waits, on a real server. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE, approveSignal, stateQuery } from '../../src/workflows/messages.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { bundleOf } from '../support/workflow-bundle.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

const buildOf = (file: string) => bundleOf(new URL(file, import.meta.url));

type Handle = WorkflowHandle<typeof agentCycle>;

const asking = () => fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition)]);

/** A cycle that came to wait for a person under this build. The worker of that build is gone then. */
async function waiting(taskQueue: string): Promise<Handle> {
  const input = cycleInput();
  const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
    taskQueue,
    workflowId: input.cycleId,
    args: [input],
  });
  await temporal.withWorker(
    asking().activities,
    () =>
      eventually(async () => {
        expect((await handle.query(stateQuery)).pendingApprovals).toHaveLength(1);
      }),
    taskQueue,
  );
  return handle;
}

async function failedTasks(handle: Handle): Promise<number> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).filter(
    ({ workflowTaskFailedEventAttributes: failed }) => failed !== undefined && failed !== null,
  ).length;
}

test('an approval asked under one build and given under the next is carried out once (F41)', async () => {
  const taskQueue = `deploy-${randomUUID()}`;
  const handle = await waiting(taskQueue);
  const next = asking();
  await handle.signal(approveSignal, { by: 'ana' });
  const result = await temporal.withWorker(
    next.activities,
    () => handle.result(),
    taskQueue,
    await buildOf('./next-build.ts'),
  );

  expect(result).toMatchObject({ status: 'completed', outcome: 'acted' });
  expect(next.executed()).toHaveLength(1);
  expect(await failedTasks(handle)).toBe(0);
});

test('a build that changed without `patched` loses no cycle: its tasks fail, and the build before it finishes it once (F42)', async () => {
  const taskQueue = `deploy-${randomUUID()}`;
  const handle = await waiting(taskQueue);
  await handle.signal(approveSignal, { by: 'ana' });
  const broken = asking();
  await temporal.withWorker(
    broken.activities,
    () =>
      eventually(async () => {
        expect(await failedTasks(handle)).toBeGreaterThan(0);
      }),
    taskQueue,
    await buildOf('./changed-workflow.ts'),
  );
  expect((await handle.describe()).status.name).toBe('RUNNING');
  const back = asking();
  const result = await temporal.withWorker(back.activities, () => handle.result(), taskQueue);

  expect(result).toMatchObject({ status: 'completed', outcome: 'acted' });
  expect([...broken.executed(), ...back.executed()]).toHaveLength(1);
}, 60_000);
