/** One cycle on a real server, with a worker for as long as the test looks at it. */
import type { WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { CycleInput } from '../../../src/domain/cycle.js';
import type { agentCycle } from '../../../src/workflows/agent-cycle.js';
import { AGENT_CYCLE, PM_AWAITING_APPROVAL, PM_STATUS } from '../../../src/workflows/messages.js';
import { cycleInput } from '../../support/builders.js';
import type { FakeActivities } from '../../support/fake-activities.js';
import type { TemporalHarness } from '../../support/temporal.js';

export type Handle = WorkflowHandle<typeof agentCycle>;

/** As the relay starts a cycle, so that it is found by how it stands. */
export const FOUND_BY_STATUS = new TypedSearchAttributes([
  { key: PM_STATUS, value: 'running' },
  { key: PM_AWAITING_APPROVAL, value: false },
]);

/** @param attributes left out: it is found by nothing */
export function runCycle<T>(
  temporal: TemporalHarness,
  fake: FakeActivities,
  body: (handle: Handle) => Promise<T>,
  input: CycleInput = cycleInput(),
  attributes?: TypedSearchAttributes,
): Promise<T> {
  return temporal.withWorker(fake.activities, async (taskQueue) => {
    const handle = await temporal.client.workflow.start<typeof agentCycle>(AGENT_CYCLE, {
      taskQueue,
      workflowId: input.cycleId,
      args: [input],
      ...(attributes === undefined ? {} : { typedSearchAttributes: attributes }),
    });
    return body(handle);
  });
}
