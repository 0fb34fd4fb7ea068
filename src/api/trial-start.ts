/** Starts the workflow of a trial run. */
import type { Client } from '@temporalio/client';
import type { TrialInput } from '../domain/trial.js';
import { RUN_TRIAL, trialWorkflowId } from '../workflows/messages.js';
import type { runTrial } from '../workflows/run-trial.js';
import { orTemporalAway } from './temporal-away.js';

/** Throws `HttpError` 503 where Temporal cannot be reached. */
export async function startTrial(client: Client, taskQueue: string, input: TrialInput): Promise<void> {
  await orTemporalAway(
    client.workflow.start<typeof runTrial>(RUN_TRIAL, {
      workflowId: trialWorkflowId(input.trialId),
      taskQueue,
      args: [input],
      staticSummary:
        input.kind === 'replay' ? 'Decide recorded events once more' : 'Score the written scenarios',
    }),
  );
}
