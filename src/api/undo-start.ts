/** Starts the workflow that takes an action back. */
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { UndoInput } from '../domain/undo.js';
import { UNDO_ACTION, undoWorkflowId } from '../workflows/messages.js';
import type { undoAction } from '../workflows/undo-action.js';
import { orTemporalAway } from './temporal-away.js';

/** One that was started already is the same one. Throws `HttpError` 503 where Temporal cannot be reached. */
export async function startUndo(client: Client, taskQueue: string, input: UndoInput): Promise<void> {
  try {
    await orTemporalAway(
      client.workflow.start<typeof undoAction>(UNDO_ACTION, {
        workflowId: undoWorkflowId(input.undoId),
        taskQueue,
        args: [input],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: `Take back ${input.actionId}`,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
      throw error;
    }
  }
}
