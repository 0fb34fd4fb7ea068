import { EventEmitter } from 'node:events';
import type { Info } from '@temporalio/activity';
import {
  ActivityCancellationDetails,
  defaultFailureConverter,
  defaultPayloadConverter,
  noopMetricMeter,
} from '@temporalio/common';
import { Activity, type CancelReason } from '@temporalio/worker/lib/activity.js';

const quiet = () => undefined;
const QUIET = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

const WORKFLOW_ID = 'test';
const INFO: Info = {
  attempt: 1,
  taskQueue: 'test',
  isLocal: false,
  taskToken: Buffer.from('test'),
  base64TaskToken: Buffer.from('test').toString('base64'),
  activityId: 'test',
  activityType: 'unknown',
  workflowType: 'test',
  heartbeatDetails: undefined,
  activityNamespace: 'default',
  workflowNamespace: 'default',
  workflowExecution: { workflowId: WORKFLOW_ID, runId: '00000000-0000-0000-0000-000000000000' },
  scheduledTimestampMs: 1,
  startToCloseTimeoutMs: 1_000,
  scheduleToCloseTimeoutMs: 1_000,
  currentAttemptScheduledTimestampMs: 1,
  namespace: 'test',
  inWorkflow: true,
};

/**
 * Temporal's own activity without a server, in all as its `MockActivityEnvironment` has it, but quiet: that one loads the worker
 * and all that it is made of besides, which took most files longer than their tests. Emits `heartbeat`.
 */
export class ActivityEnvironment extends EventEmitter<{ heartbeat: [details: unknown] }> {
  readonly #activity: Activity;

  constructor(info: Partial<Info> = {}) {
    super();
    const converter = {
      payloadConverter: defaultPayloadConverter,
      payloadCodecs: [],
      failureConverter: defaultFailureConverter,
    };
    const whole = { ...INFO, ...info };
    this.#activity = new Activity(
      whole,
      undefined,
      converter,
      {
        type: 'activity',
        namespace: whole.namespace,
        activityId: whole.activityId,
        workflowId: WORKFLOW_ID,
        isLocal: whole.isLocal,
      },
      undefined,
      (details) => this.emit('heartbeat', details),
      undefined,
      QUIET,
      noopMetricMeter,
      [],
    );
  }

  cancel(
    reason: CancelReason = 'CANCELLED',
    details = new ActivityCancellationDetails({ cancelRequested: true }),
  ): void {
    this.#activity.cancel(reason, details);
  }

  /** Runs a function as this activity. */
  async run<P extends unknown[], R>(fn: (...args: P) => Promise<R>, ...args: P): Promise<R> {
    return (await this.#activity.runNoEncoding(fn, { args, headers: {} })) as R;
  }
}
