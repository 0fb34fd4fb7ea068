/**
 * Timeouts and retries, one profile per kind of work, each with its reason. `cancellationType` is set by name:
 * `proxyActivities` forwards `undefined`, which the server reads as TRY_CANCEL, and a cycle would give its subject's
 * lane back while its activity still runs.
 *
 * How long a try that failed rests is said by the activity, which knows the tries from the waits (activities/patience.ts).
 * The policies speak for tries that had no word of their own: their worker died, or a beat was lost. To them each wait was
 * an attempt as well, so their longest interval is what such a loss costs after many waits.
 */
import { ActivityCancellationType, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';

import type {
  AutonomyActivities,
  DrillActivities,
  RecordActivities,
  StepActivities,
  SweepActivities,
  TrialActivities,
  UndoActivities,
} from '../activities/contract.js';
import { LONGEST_WAIT_MS } from '../domain/reply-tokens.js';

/** What else an activity does beside its call. */
const MARGIN_MS = 40_000;

const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;

/**
 * Reads of vendors: short calls, safe to repeat. The activity itself gives up after sixty tries (an hour) besides those
 * that a vendor only made wait (activities/patience.ts); there is no schedule-to-close limit, because that would also
 * count the time in which no worker runs.
 */
export const vendor = proxyActivities<Pick<StepActivities, 'gatherContext' | 'useTool' | 'lookAgain'>>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
  cancellationType,
  summary: 'Read the item and what belongs to it',
});

/**
 * The model: the client gives up after 290 s at the latest (domain/reply-tokens.ts); the heartbeat tells a dead worker from a slow answer. The activity itself
 * gives up after ten tries (a quarter of an hour) besides those that only waited: for a budget that others hold, or for
 * the pause that the vendor asked for.
 */
export const model = proxyActivities<
  Pick<StepActivities, 'decide' | 'triage' | 'takeTurn' | 'answerQuestion'>
>({
  startToCloseTimeout: LONGEST_WAIT_MS + MARGIN_MS,
  heartbeatTimeout: '20s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s' },
  cancellationType,
  summary: 'Ask the model what should happen',
});

/**
 * Writes to vendors: the HTTP timeout (15 s) is below startToClose, so attempts never overlap; a beat each second lets
 * a dead worker be noticed in five. From the second attempt on the executor looks before it posts, and it ends by itself
 * after `MAX_WRITE_ATTEMPTS` tries besides waits.
 */
export const write = proxyActivities<Pick<StepActivities, 'executeAction'> & UndoActivities>({
  startToCloseTimeout: '45s',
  heartbeatTimeout: '5s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '60s' },
  cancellationType,
  summary: 'Carry out an action',
});

/**
 * The sweep's reads: a page is up to some dozens of calls, each of 15 s at most; the beat tells a dead worker. A vendor
 * that is away, or asks for a longer pause, is left to the next sweep: while this one waits, none is started.
 */
export const sweep = proxyActivities<SweepActivities>({
  startToCloseTimeout: '10m',
  scheduleToCloseTimeout: '15m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '30s', maximumAttempts: 6 },
  cancellationType,
  summary: 'Look for changes that no webhook told of',
});

/**
 * A trial's case is a look and up to a dozen turns of the model, 290 s each at most; the heartbeat tells a dead worker. Its next try goes on after
 * the last turn that was answered (trial/trial-call.ts). One that cannot be asked is given up, and the trial goes on.
 */
export const trial = proxyActivities<Pick<TrialActivities, 'runCase'>>({
  startToCloseTimeout: '30m',
  heartbeatTimeout: '20s',
  retry: { initialInterval: '2s', backoffCoefficient: 2, maximumInterval: '5m', maximumAttempts: 10 },
  cancellationType,
  summary: 'Ask the model on trial',
});

/** Judging and mirror writes: milliseconds of local work. They must never give up: a locked or full disk is waited for. */
export const record = proxyLocalActivities<
  RecordActivities &
    AutonomyActivities &
    DrillActivities &
    Pick<StepActivities, 'planActions' | 'judgeEdit'> &
    Omit<TrialActivities, 'runCase'>
>({
  startToCloseTimeout: '10s',
  localRetryThreshold: '30s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
  cancellationType,
});

/**
 * What people decided, by regular activities: they begin only once the history holds the decision. A local one runs before,
 * and a workflow task that fails then (a signal came in at the same moment) may take the decisions in another order, while
 * the mirror tells of the first. They must never give up either.
 */
export const settled = proxyActivities<Pick<RecordActivities, 'settleApproval' | 'noteApproval'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
  cancellationType,
  summary: 'Record what a person decided',
});

/**
 * Whose decision it is, and when it was made. A regular activity like those: beside a local one that runs at the same moment, one more local one may
 * end first now and second in a replay. It must never give up either.
 */
export const look = proxyActivities<Pick<RecordActivities, 'proveDecision' | 'signalSentAt'>>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '10s' },
  cancellationType,
  summary: 'Look whose decision it is, and from when',
});
