/** Starts the workflow that takes an action back. */
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import type { UndoInput } from '../domain/undo.js';
import { UNDO_ACTION, undoWorkflowId } from '../workflows/messages.js';
import type { undoAction } from '../workflows/undo-action.js';
import { orTemporalAway } from './temporal-away.js';
import type { StartedUndo } from './undo.js';

/** One that was started already is the same one, over or not. Throws `HttpError` 503 where Temporal cannot be reached. */
export async function startUndo(client: Client, taskQueue: string, input: UndoInput): Promise<StartedUndo> {
  const workflowId = undoWorkflowId(input.undoId);
  try {
    await orTemporalAway(
      client.workflow.start<typeof undoAction>(UNDO_ACTION, {
        workflowId,
        taskQueue,
        args: [input],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `Take back ${input.actionId}`,
      }),
    );
    return 'under way';
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
      throw error;
    }
    return (await isRunning(client, workflowId)) ? 'under way' : 'over';
  }
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await orTemporalAway(client.workflow.getHandle(workflowId).describe());
    return status.name === 'RUNNING' || status.name === 'PAUSED';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return false;
    }
    throw error;
  }
}
