/** Starts the workflow of a drill. */
import { type Client, ServiceError } from '@temporalio/client';
import type { DrillInput } from '../domain/drill.js';
import type { approvalDrill } from '../workflows/approval-drill.js';
import { APPROVAL_DRILL } from '../workflows/messages.js';
import { temporalAway } from './http-error.js';

/** Throws `HttpError` 503 where Temporal cannot be reached. */
export async function startDrill(client: Client, taskQueue: string, input: DrillInput): Promise<void> {
  try {
    await client.workflow.start<typeof approvalDrill>(APPROVAL_DRILL, {
      workflowId: input.cycleId,
      taskQueue,
      args: [input],
    });
  } catch (error) {
    throw error instanceof ServiceError ? temporalAway() : error;
  }
}
