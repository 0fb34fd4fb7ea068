/** Starts the workflow that takes an action back. */
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import type { UndoInput } from '../domain/undo.js';
import { UNDO_ACTION, undoEndWorkflowId, undoWorkflowId } from '../workflows/messages.js';
import type { undoAction } from '../workflows/undo-action.js';
import { orTemporalAway } from './temporal-away.js';
import type { StartedUndo } from './undo.js';

/** One that was started already is the same one, over or not. Throws `HttpError` 503 where Temporal cannot be reached. */
export async function startUndo(client: Client, taskQueue: string, input: UndoInput): Promise<StartedUndo> {
  const isNew = await orTemporalAway(beginUndo(client, taskQueue, input));
  return isNew || (await isRunning(client, undoWorkflowId(input.undoId))) ? 'under way' : 'over';
}

/** Answers whether it was started now. One that runs is the same one, and nothing happens. */
export async function beginUndo(client: Client, taskQueue: string, input: UndoInput): Promise<boolean> {
  try {
    await client.workflow.start<typeof undoAction>(UNDO_ACTION, {
      ...purposeOf(input),
      taskQueue,
      args: [input],
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      return false;
    }
    throw error;
  }
}

/** A try is one workflow for ever; how it ended may be looked up by another one as often as nobody knows. */
function purposeOf({ undoId, actionId, isOver }: UndoInput) {
  return isOver === true
    ? {
        workflowId: undoEndWorkflowId(undoId),
        workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
        staticSummary: `See how it ended: Take back ${actionId}`,
      }
    : {
        workflowId: undoWorkflowId(undoId),
        workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
        staticSummary: `Take back ${actionId}`,
      };
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
