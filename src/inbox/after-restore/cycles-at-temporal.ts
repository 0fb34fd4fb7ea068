/** What is asked of Temporal after a restore: cycles from before it, their inputs and states; and their end. */
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import type { CycleInput, CycleState } from '../../domain/cycle.js';
import { AGENT_CYCLE, cancelSignal, stateQuery } from '../../workflows/messages.js';

/** A cycle that was begun before the restore and was not closed then. */
export interface OldCycle {
  readonly cycleId: string;
  readonly runId: string;
  readonly isRunning: boolean;
}

export interface CyclesAtTemporal {
  /** `restoredAt`: ISO 8601. */
  list(restoredAt: string): Promise<readonly OldCycle[]>;
  /** Null where it is none of ours. */
  inputOf(cycle: OldCycle): Promise<CycleInput | null>;
  /** Needs a worker. Rejects where none answers. */
  stateOf(cycle: OldCycle): Promise<CycleState>;
  /** Ends it in order: what it asked for is withdrawn, and its last row says why. */
  cancel(cycle: OldCycle, reason: string): Promise<void>;
}

export function createCyclesAtTemporal({
  client,
  taskQueue,
}: {
  readonly client: Client;
  readonly taskQueue: string;
}): CyclesAtTemporal {
  const handleOf = ({ cycleId, runId }: OldCycle) => client.workflow.getHandle(cycleId, runId);
  return {
    list: async (restoredAt) => {
      const query = `WorkflowType = "${AGENT_CYCLE}" AND StartTime < "${restoredAt}" AND (ExecutionStatus = "Running" OR CloseTime >= "${restoredAt}")`;
      const cycles: OldCycle[] = [];
      for await (const { workflowId, runId, status, taskQueue: queue } of client.workflow.list({ query })) {
        if (queue === taskQueue) {
          cycles.push({ cycleId: workflowId, runId, isRunning: status.name === 'RUNNING' });
        }
      }
      return cycles;
    },
    inputOf: async ({ cycleId, runId }) => {
      const { history } = await client.workflowService.getWorkflowExecutionHistory({
        namespace: client.options.namespace,
        execution: { workflowId: cycleId, runId },
        maximumPageSize: 1,
      });
      const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
      return payload === undefined || payload === null
        ? null
        : defaultPayloadConverter.fromPayload<CycleInput>(payload);
    },
    stateOf: (cycle) => handleOf(cycle).query(stateQuery),
    cancel: (cycle, reason) => handleOf(cycle).signal(cancelSignal, { by: 'restore', reason }),
  };
}
