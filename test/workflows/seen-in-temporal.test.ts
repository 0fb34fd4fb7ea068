/** What Temporal's own pages and command line tell of a request that waits: found by an attribute, and read word for word. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { agentCycle } from '../../src/workflows/agent-cycle.js';
import {
  AGENT_CYCLE,
  approveSignal,
  PM_AWAITING_APPROVAL,
  PM_STATUS,
  rejectSignal,
} from '../../src/workflows/messages.js';
import { comment, cycleInput, planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

let temporal: TemporalHarness;
beforeAll(async () => {
  temporal = await openTemporal();
});
afterAll(() => temporal.close());

/** Ids of the cycles that a person finds under this attribute. */
async function waitingCycles(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { workflowId } of temporal.client.workflow.list({ query: 'PmAwaitingApproval = true' })) {
    found.push(workflowId);
  }
  return found;
}

test('a waiting cycle is found by PmAwaitingApproval and shows the exact text and how to approve it; afterwards neither', async () => {
  expect(PM_AWAITING_APPROVAL).toEqual(defineSearchAttributeKey('PmAwaitingApproval', 'BOOL'));
  const input = cycleInput();
  const { cycleId } = input;
  const { activities } = fakeActivities(() => [planned(cycleId, 1, comment, { deciders: ['lead-1'] })]);
  await temporal.withWorker(activities, async (taskQueue) => {
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: cycleId,
      args: [input],
      typedSearchAttributes: new TypedSearchAttributes([{ key: PM_STATUS, value: 'running' }]),
    });
    const details = async () =>
      (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;

    await eventually(async () => expect(await waitingCycles()).toContain(cycleId), 30_000, 100);
    const shown = await details();
    expect(shown).toContain('  > It is in progress.');
    expect(shown).toContain('decides: lead-1');
    expect(shown).toContain(
      `temporal workflow signal --workflow-id ${cycleId} --name approve --input '{"by":"<your id>"}'`,
    );

    await handle.signal(approveSignal, { by: 'lead-1' });
    await handle.result();

    await eventually(async () => expect(await waitingCycles()).not.toContain(cycleId), 30_000, 100);
    expect(await details()).not.toContain('temporal workflow signal');
  });
});

test('what was decided stands there no longer while the rest waits', async () => {
  const input = cycleInput();
  const { cycleId } = input;
  const { activities } = fakeActivities(() => [
    planned(cycleId, 1, comment, { deciders: ['lead-1'] }),
    planned(cycleId, 2, transition, { deciders: ['lead-1'] }),
  ]);
  await temporal.withWorker(activities, async (taskQueue) => {
    const options = { taskQueue, workflowId: cycleId, args: [input] as [typeof input] };
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, options);
    const details = async () =>
      (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
    await eventually(async () => expect(await details()).toContain('waiting for approval of 2 actions'));

    await handle.signal(rejectSignal, { by: 'lead-1', actionId: `${cycleId}.a1` });

    await eventually(async () => expect(await details()).toContain('waiting for approval of one action'));
    expect(await details()).not.toContain('It is in progress.');
    await handle.signal(rejectSignal, { by: 'lead-1' });
    await handle.result();
  });
});
