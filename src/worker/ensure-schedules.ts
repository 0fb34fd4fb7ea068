/**
 * The schedules of this installation, `pm-<kind>-<team>`: made and updated from the configuration, removed when it no
 * longer names them. Several workers may do this at once; where schedules are not allowed, the product runs without.
 */
import {
  ScheduleAlreadyRunning,
  type ScheduleClient,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOptionsStartWorkflowAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import type { Logger } from '../log.js';
import { RECONCILE_SWEEP } from '../workflows/messages.js';

export interface ScheduleParts {
  readonly client: ScheduleClient;
  readonly taskQueue: string;
  /** Null: no sweep. */
  readonly sweepEveryMs: number | null;
}

type WantedSchedule = ScheduleOptions<ScheduleOptionsStartWorkflowAction<Workflow>>;

/** Names the task queue that a schedule was made for: only that installation's workers touch it. */
const OWNER = 'pm-agent';
const SWEEP = 'pm-reconcile_sweep-all';
/** Temporal takes no shorter one. */
const SHORTEST_CATCHUP_MS = 10_000;

/** A refusal is logged with what it means, never thrown. */
export async function ensureSchedules(parts: ScheduleParts, log: Logger): Promise<void> {
  try {
    const wanted = wantedSchedules(parts);
    await removeOthers(parts, new Set(wanted.map((schedule) => schedule.scheduleId)), log);
    for (const schedule of wanted) {
      await ensure(parts, schedule, log);
    }
  } catch (error) {
    log.warn(
      { reason: reasonOf(error) },
      'schedules cannot be kept in this namespace: changes that no webhook told of are not looked for',
    );
  }
}

/** Everything that the configuration asks for; a further schedule is a row here. */
function wantedSchedules(parts: ScheduleParts): readonly WantedSchedule[] {
  return parts.sweepEveryMs === null ? [] : [sweepSchedule(parts.taskQueue, parts.sweepEveryMs)];
}

/** After an outage of Temporal one missed sweep is made up for, not each: a sweep begins where the last one ended. */
function sweepSchedule(taskQueue: string, everyMs: number): WantedSchedule {
  return {
    scheduleId: SWEEP,
    memo: { [OWNER]: taskQueue },
    spec: { intervals: [{ every: everyMs }] },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: Math.max(everyMs, SHORTEST_CATCHUP_MS),
    },
    action: {
      type: 'startWorkflow',
      workflowType: RECONCILE_SWEEP,
      workflowId: 'reconcile-sweep',
      taskQueue,
      args: [null],
      // One that is stuck must not keep all later ones from starting.
      workflowExecutionTimeout: '24h',
      staticSummary: 'Looks for changes that no webhook told of',
    },
  };
}

async function ensure(parts: ScheduleParts, schedule: WantedSchedule, log: Logger): Promise<void> {
  try {
    await parts.client.create(schedule);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) {
      throw error;
    }
    if (!(await update(parts, schedule, log))) {
      return;
    }
  }
  // The gap of an outage is found now, not at the next time. Where a run is under way, right after it.
  await parts.client.getHandle(schedule.scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
}

/** Answers whether it may run: it is ours, and no person paused it. A pause and its note stay. */
async function update(parts: ScheduleParts, schedule: WantedSchedule, log: Logger): Promise<boolean> {
  const handle = parts.client.getHandle(schedule.scheduleId);
  const existing = await handle.describe();
  const owner = ownerOf(existing);
  if (owner !== parts.taskQueue) {
    log.warn(
      { schedule: schedule.scheduleId, owner },
      'this schedule belongs to another task queue: give each installation a namespace of its own (TEMPORAL_NAMESPACE), or delete it where that one is gone',
    );
    return false;
  }
  const { spec, action, policies } = schedule;
  await handle.update(({ state: { paused, note } }) => ({
    spec,
    action,
    ...(policies === undefined ? {} : { policies }),
    state: { paused, ...(note === undefined ? {} : { note }) },
  }));
  return !existing.state.paused;
}

async function removeOthers(
  { client, taskQueue }: ScheduleParts,
  wanted: ReadonlySet<string>,
  log: Logger,
): Promise<void> {
  for await (const existing of client.list()) {
    if (ownerOf(existing) === taskQueue && !wanted.has(existing.scheduleId)) {
      await client.getHandle(existing.scheduleId).delete().catch(ignoreMissing);
      log.info(
        { schedule: existing.scheduleId },
        'removed a schedule that the configuration no longer names',
      );
    }
  }
}

function ownerOf({ memo }: Pick<ScheduleDescription, 'memo'>): unknown {
  return memo?.[OWNER];
}

/** Another worker was faster. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof ScheduleNotFoundError)) {
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
