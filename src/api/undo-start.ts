/** Starts the workflow that takes an action back. */
import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import type { UndoInput } from '../domain/undo.js';
import type { UndoWorkflows } from '../inbox/relay/undo-sweeper.js';
import { UNDO_ACTION, undoWorkflowId } from '../workflows/messages.js';
import type { undoAction } from '../workflows/undo-action.js';
import { orTemporalAway } from './temporal-away.js';
import type { StartedUndo } from './undo.js';

/** One that was started already is the same one, over or not. Throws `HttpError` 503 where Temporal cannot be reached. */
export async function startUndo(client: Client, taskQueue: string, input: UndoInput): Promise<StartedUndo> {
  const workflowId = undoWorkflowId(input.undoId);
  const isNew = await orTemporalAway(
    start(client, taskQueue, input, { workflowId, workflowIdReusePolicy: 'REJECT_DUPLICATE' }),
  );
  return isNew || (await isRunning(client, workflowId)) ? 'under way' : 'over';
}

/** What becomes of tries that nobody waits for: see undo-sweeper.ts. */
export function undoWorkflows(client: Client, taskQueue: string): UndoWorkflows {
  const startAs =
    (workflowIdReusePolicy: ReusePolicy) =>
    async (workflowId: string, input: UndoInput): Promise<void> => {
      await start(client, taskQueue, input, { workflowId, workflowIdReusePolicy });
    };
  return { begin: startAs('REJECT_DUPLICATE'), end: startAs('ALLOW_DUPLICATE') };
}

type ReusePolicy = 'REJECT_DUPLICATE' | 'ALLOW_DUPLICATE';

/** Answers whether it was started now. */
async function start(
  client: Client,
  taskQueue: string,
  input: UndoInput,
  how: { readonly workflowId: string; readonly workflowIdReusePolicy: ReusePolicy },
): Promise<boolean> {
  const end = input.isOver === true ? 'See how it ended: ' : '';
  try {
    await client.workflow.start<typeof undoAction>(UNDO_ACTION, {
      ...how,
      taskQueue,
      args: [input],
      staticSummary: `${end}Take back ${input.actionId}`,
    });
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) {
      return false;
    }
    throw error;
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
