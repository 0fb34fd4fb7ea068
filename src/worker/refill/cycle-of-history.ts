/** What a closed `agentCycle` in Temporal tells of itself: its input, what it carried out, how it ended. Pure. */
import { defaultPayloadConverter } from '@temporalio/common';
import type { RefilledAction, RefilledCycle } from '../../audit/refill.js';
import type { ActionResult, CycleInput, CycleResult, PlannedAction } from '../../domain/cycle.js';

/** What is read of a history's event (temporal.api.history.v1). */
export interface HistoryEvent {
  readonly eventId?: unknown;
  readonly eventTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null;
  readonly workflowExecutionStartedEventAttributes?: { readonly input?: Payloads } | null;
  readonly activityTaskScheduledEventAttributes?: {
    readonly activityType?: { readonly name?: string | null } | null;
    readonly input?: Payloads;
  } | null;
  readonly activityTaskCompletedEventAttributes?: {
    readonly scheduledEventId?: unknown;
    readonly result?: Payloads;
  } | null;
  readonly workflowExecutionCompletedEventAttributes?: { readonly result?: Payloads } | null;
  readonly workflowExecutionFailedEventAttributes?: {
    readonly failure?: { readonly message?: string | null } | null;
  } | null;
  readonly workflowExecutionCanceledEventAttributes?: object | null;
  readonly workflowExecutionTerminatedEventAttributes?: { readonly reason?: string | null } | null;
  readonly workflowExecutionTimedOutEventAttributes?: object | null;
}

type Payloads =
  | { readonly payloads?: readonly Parameters<typeof defaultPayloadConverter.fromPayload>[0][] | null }
  | null
  | undefined;

/** Null for a history that holds no input: not one of ours. */
export function cycleOfHistory(events: readonly HistoryEvent[], runId: string): RefilledCycle | null {
  const [first] = events;
  const last = events.at(-1);
  const input = inputOf<CycleInput>(events);
  if (first === undefined || last === undefined || input === null) {
    return null;
  }
  return {
    input,
    runId,
    startedAt: timeOf(first),
    endedAt: timeOf(last),
    actions: actionsIn(events),
    ...endOf(last),
  };
}

/** What a workflow was started with; null where the history does not hold it. */
export function inputOf<T>(events: readonly HistoryEvent[]): T | null {
  return firstOf<T>(events[0]?.workflowExecutionStartedEventAttributes?.input);
}

function actionsIn(events: readonly HistoryEvent[]): readonly RefilledAction[] {
  return events.flatMap((event) => {
    const scheduled = event.activityTaskScheduledEventAttributes;
    const planned =
      scheduled?.activityType?.name === 'executeAction'
        ? firstOf<{ planned: PlannedAction }>(scheduled.input)?.planned
        : undefined;
    if (planned === undefined) {
      return [];
    }
    const completed = events.find(
      (other) =>
        String(other.activityTaskCompletedEventAttributes?.scheduledEventId) === String(event.eventId),
    );
    const result = firstOf<ActionResult>(completed?.activityTaskCompletedEventAttributes?.result);
    return [{ planned, result, endedAt: timeOf(completed ?? events.at(-1) ?? event) }];
  });
}

type End = Pick<RefilledCycle, 'status' | 'outcome' | 'summary' | 'error'>;

function endOf(last: HistoryEvent): End {
  const result = firstOf<CycleResult>(last.workflowExecutionCompletedEventAttributes?.result);
  if (result !== null) {
    const { status, outcome, summary } = result;
    return { status, outcome, summary, error: null };
  }
  if (last.workflowExecutionCanceledEventAttributes) {
    return { status: 'cancelled', outcome: null, summary: 'cancelled by Temporal', error: null };
  }
  const why =
    last.workflowExecutionFailedEventAttributes?.failure?.message ??
    last.workflowExecutionTerminatedEventAttributes?.reason ??
    'the workflow was closed from outside before it could record its end';
  return { status: 'failed', outcome: null, summary: why, error: why };
}

function firstOf<T>(payloads: Payloads): T | null {
  const payload = payloads?.payloads?.[0];
  return payload === undefined ? null : defaultPayloadConverter.fromPayload<T>(payload);
}

function timeOf({ eventTime }: HistoryEvent): string {
  const ms = Number(eventTime?.seconds ?? 0) * 1_000 + Math.floor((eventTime?.nanos ?? 0) / 1_000_000);
  return new Date(ms).toISOString();
}
