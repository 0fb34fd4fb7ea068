/** Starts the workflow of a drill. */
import type { Client } from '@temporalio/client';
import type { DrillInput } from '../domain/drill.js';
import type { approvalDrill } from '../workflows/approval-drill.js';
import { APPROVAL_DRILL } from '../workflows/messages.js';
import { orTemporalAway } from './temporal-away.js';

/** Throws `HttpError` 503 where Temporal cannot be reached. */
export async function startDrill(client: Client, taskQueue: string, input: DrillInput): Promise<void> {
  await orTemporalAway(
    client.workflow.start<typeof approvalDrill>(APPROVAL_DRILL, {
      workflowId: input.cycleId,
      taskQueue,
      args: [input],
    }),
  );
}
