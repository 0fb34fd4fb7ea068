import { Context } from '@temporalio/activity';
import type { TryOf } from '../audit/calls-under-way.js';
import type { StepRecord } from '../audit/step-record.js';
import type { StepName } from '../domain/cycle.js';

/** One attempt of a step, as the mirror records it once it is done. */
export interface RunningStep {
  readonly attempt: number;
  readonly startedAt: string;
  record(detail: StepRecord['detail']): StepRecord;
}

export function beginStep(name: StepName, clock: () => Date): RunningStep {
  const { attempt } = Context.current().info;
  const startedAt = clock().toISOString();
  return { attempt, startedAt, record: (detail) => ({ name, attempt, startedAt, detail }) };
}

/** This try of this activity. */
export function currentTry(): TryOf {
  const { activityId, attempt } = Context.current().info;
  return { runId: currentRunId(), activityId, attempt };
}

/** The run that this activity belongs to. */
export function currentRunId(): string {
  return Context.current().info.workflowExecution?.runId ?? '';
}
