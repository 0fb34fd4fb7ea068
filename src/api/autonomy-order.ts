/** Has the workflow carry out an admin's order about a level of autonomy, and waits for its answer. */
import type { Client } from '@temporalio/client';
import type { LevelChange, LevelOrder } from '../domain/autonomy.js';
import type { changeAutonomy } from '../workflows/change-autonomy.js';
import { autonomyWorkflowId, CHANGE_AUTONOMY } from '../workflows/messages.js';
import { orTemporalAway } from './temporal-away.js';

const PATIENCE_MS = 10_000;

/** Null where no worker answered in time. Throws `HttpError` 503 where Temporal cannot be reached. */
export async function orderAutonomy(
  client: Client,
  taskQueue: string,
  order: LevelOrder,
): Promise<LevelChange | null> {
  const handle = await orTemporalAway(
    client.workflow.start<typeof changeAutonomy>(CHANGE_AUTONOMY, {
      workflowId: autonomyWorkflowId(order.id),
      taskQueue,
      args: [order],
      staticSummary: `${order.kind} in ${order.project}: from ${order.from} to ${order.to}`,
    }),
  );
  return Promise.race([orTemporalAway(handle.result()), afterPatience()]);
}

async function afterPatience(): Promise<null> {
  await new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS).unref();
  });
  return null;
}
