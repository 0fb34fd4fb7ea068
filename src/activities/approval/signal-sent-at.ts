import { Context } from '@temporalio/activity';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { RecordActivities } from '../contract.js';

/**
 * By the history of the workflow that asks: Temporal writes there when it took a signal, by the clock that its timers go by, and
 * whoever sends one has no say in that.
 */
export const signalSentAt: RecordActivities['signalSentAt'] = async ({ name, nth }) => {
  const { client, info } = Context.current();
  const { workflowExecution } = info;
  if (workflowExecution === undefined) {
    return { at: null };
  }
  const { workflowId, runId } = workflowExecution;
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const sent = events?.filter((event) => event.workflowExecutionSignaledEventAttributes?.signalName === name);
  const time = sent?.[nth - 1]?.eventTime;
  return { at: time ? new Date(tsToMs(time)).toISOString() : null };
};
