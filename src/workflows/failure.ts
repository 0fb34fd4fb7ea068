import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';

/** The sentence of the innermost failure: what a person should read instead of "Activity task failed". */
export function causeOf(error: unknown): string {
  if (error instanceof ActivityFailure && error.cause !== undefined) {
    return `${error.activityType}: ${causeOf(error.cause)}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** Ends the workflow as failed, so that Temporal's lists show it; the mirror already says why. */
export function cycleFailed(cause: string): ApplicationFailure {
  return ApplicationFailure.create({ type: 'CycleFailed', message: cause, nonRetryable: true });
}
