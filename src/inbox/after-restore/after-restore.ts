/**
 * After a restore cycles run on in Temporal that the restored records do not know, or know only the beginning of. None of
 * them may act (its fence is below the floor); here they are ended, and what they answered is answered anew by cycles
 * that the records know. Effects that they had made are found at the vendors by the marks of the change.
 */
import type { MirrorReader } from '../../audit/mirror-reader.js';
import { createLoop, type Loop } from '../../background/loop.js';
import { createTroubleLog } from '../../background/trouble-log.js';
import type { Log } from '../../database/open.js';
import type { CycleInput } from '../../domain/cycle.js';
import type { PmEvent } from '../../domain/event.js';
import type { Restore } from '../../domain/restore.js';
import type { WebhookRow } from '../inbox.js';
import type { InboxStore } from '../store.js';
import type { CyclesAtTemporal, OldCycle } from './cycles-at-temporal.js';
import { isInStep } from './in-step.js';

export interface AfterRestoreParts {
  readonly inbox: Pick<InboxStore, 'byCycle' | 'get' | 'tables' | 'restores'>;
  readonly mirror: Pick<MirrorReader, 'getCycle'>;
  readonly temporal: CyclesAtTemporal;
  /** Stores an event of a lost row like one that the sweep found; true where it is new. */
  readonly acceptAgain: (event: PmEvent, lostEventId: string) => Promise<boolean>;
  readonly log: Log;
  readonly clock: () => Date;
}

/** Temporal's lists are a moment behind: what was started right before the crash may be listed later. */
const LISTED_AFTER_MS = 60_000;
const PAUSE_MS = 3_000;
const NOTHING_MORE_MS = 3_600_000;

/** Looks until a minute after the restore nothing was left to do; a Temporal or a worker that is away is waited for. */
export function startAfterRestore(parts: AfterRestoreParts): Pick<Loop, 'stop'> {
  const trouble = createTroubleLog(parts.log, 'cycles from before the restore cannot be looked through');
  const look = createLook(parts);
  const restore = parts.inbox.restores.latest();
  let isDone = restore === null || restore.settledAt !== null;

  async function work(): Promise<void> {
    if (restore !== null && !isDone) {
      await trouble.during(async () => {
        isDone = await look(restore);
      });
    }
  }

  const loop = createLoop(work, { pauseMs: () => (isDone ? NOTHING_MORE_MS : PAUSE_MS), restMs: 0 });
  if (!isDone) {
    loop.kick();
  }
  return { stop: loop.stop };
}

/** One look; answers whether it was the last. Rejects where a cycle could not be looked at; the others were all the same. */
export function createLook(given: AfterRestoreParts): (restore: Restore) => Promise<boolean> {
  const parts = { ...given, temporal: cancellingOnce(given.temporal) };
  const { inbox, temporal, clock } = parts;
  const dealWith = createDealing(parts);
  return async (restore) => {
    const beganAt = clock().getTime();
    let isQuiet = true;
    let failure: unknown = null;
    for (const cycle of await temporal.list(restore.at)) {
      try {
        isQuiet = !(await dealWith(cycle)) && isQuiet;
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== null) {
      throw failure;
    }
    const isLast = isQuiet && beganAt > Date.parse(restore.at) + LISTED_AFTER_MS;
    if (isLast) {
      await inbox.restores.settle(clock().toISOString());
    }
    return isLast;
  };
}

/** A signal that Temporal took waits for its worker: another one with each look would only fill the history. */
function cancellingOnce(temporal: CyclesAtTemporal): CyclesAtTemporal {
  const asked = new Set<string>();
  return {
    ...temporal,
    cancel: async (cycle, reason) => {
      const run = `${cycle.cycleId} ${cycle.runId}`;
      if (!asked.has(run)) {
        await temporal.cancel(cycle, reason);
        asked.add(run);
      }
    },
  };
}

/** Deals with one cycle; answers whether there was anything to do. */
function createDealing(parts: AfterRestoreParts): (cycle: OldCycle) => Promise<boolean> {
  const { inbox, mirror, temporal } = parts;
  /** Out of step when they were last looked at: once may be a moment, twice is not. */
  const suspects = new Set<string>();

  async function isOutOfStep(cycle: OldCycle): Promise<boolean> {
    return !isInStep(await temporal.stateOf(cycle), mirror.getCycle(cycle.cycleId));
  }

  return async (cycle) => {
    const input = await temporal.inputOf(cycle);
    if (input === null) {
      return false;
    }
    const row = inbox.byCycle(cycle.cycleId);
    if (row === null) {
      return endUnknown(parts, cycle, input);
    }
    if (!isOpen(row) || (row.id === input.eventId && !cycle.isRunning)) {
      return false;
    }
    // Another row: the vendor delivered again what the records had lost.
    const isAnothers = row.id !== input.eventId;
    if (!isAnothers && !(await isOutOfStep(cycle))) {
      suspects.delete(cycle.cycleId);
      return false;
    }
    if (isAnothers || suspects.delete(cycle.cycleId)) {
      await answerAnew(parts, cycle, row);
    } else {
      suspects.add(cycle.cycleId);
    }
    return true;
  };
}

function isOpen({ status }: WebhookRow): boolean {
  return status === 'received' || status === 'started';
}

/** The events first: should this process die in between, the next look finds the cycle again. */
async function endUnknown(parts: AfterRestoreParts, cycle: OldCycle, input: CycleInput): Promise<boolean> {
  const { inbox, acceptAgain } = parts;
  const { eventId, event, alsoAnswers } = input;
  // A row that was renewed, or came again under the same delivery, answers it already.
  const own = inbox.tables.rows.hasDeliveryOf(cycle.cycleId) ? [] : [{ eventId, event }];
  let isNew = false;
  for (const lost of [...own, ...alsoAnswers]) {
    const isKnown = inbox.get(lost.eventId) !== null;
    isNew = (!isKnown && (await acceptAgain(lost.event, lost.eventId))) || isNew;
  }
  if (cycle.isRunning) {
    await parts.temporal.cancel(cycle, 'not known to the restored records; its change is answered anew');
    parts.log.info({ cycleId: cycle.cycleId, isNew }, 'ended a cycle that a restore had lost');
  }
  return isNew || cycle.isRunning;
}

async function answerAnew(parts: AfterRestoreParts, cycle: OldCycle, row: WebhookRow): Promise<void> {
  const { rows } = parts.inbox.tables;
  const renewed = await parts.inbox.tables.write(() => rows.renew(cycle.cycleId, parts.clock()));
  if (cycle.isRunning) {
    await parts.temporal.cancel(cycle, `answered anew by ${renewed ?? 'nobody'} after a restore`);
  }
  parts.log.info(
    { cycleId: cycle.cycleId, eventId: row.id, renewed },
    'a cycle is begun anew after a restore',
  );
}
