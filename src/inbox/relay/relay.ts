/**
 * The relay: claims lanes for what waits, starts the workflows, watches how cycles end, and looks for lost ones.
 * All of its state is in the inbox's tables, so a crash anywhere is repaired by running it again.
 */
import { randomUUID } from 'node:crypto';
import { createLoop } from '../../background/loop.js';
import { createTroubleLog } from '../../background/trouble-log.js';
import type { Log } from '../../database/open.js';
import type { InboxStore, InboxTables } from '../store.js';
import { type Backoff, createBackoff } from './backoff.js';
import { type CycleMirror, createLaneWatch } from './lane-watch.js';
import { createRelayLease } from './relay-lease.js';
import { nobodyWatches, type RelayWatch } from './relay-watch.js';
import { createStartQueue } from './start-queue.js';
import type { StartCycle } from './start-row.js';
import { createSweeper, type DescribeCycle } from './sweeper.js';

export interface RelayOptions {
  readonly inbox: InboxStore;
  readonly mirror: CycleMirror;
  readonly startCycle: StartCycle;
  readonly describeCycle: DescribeCycle;
  /** Looks after undos whose workflow got lost or was closed; left out: nobody does. */
  readonly sweepUndos?: () => Promise<void>;
  /** How long a subject has to be quiet before its newest event is answered; 0: no waiting. A steady drip waits 5 times that. */
  readonly windowMs: number;
  readonly approvalTimeoutMs: number;
  /** Cycles that may hold a lane at once (RELAY_MAX_CYCLES); what waits longer begins by priority, not in Temporal's queue. */
  readonly maxCycles: number;
  readonly log: Log;
  readonly clock?: () => Date;
  readonly watch?: RelayWatch;
}

export interface RelayStats {
  /** False while workflows cannot be started. */
  readonly healthy: boolean;
  /** False while the relay of another API process over this inbox works. */
  readonly working: boolean;
  readonly lastError: string | null;
  /** Accepted events that wait for their window, their lane or their turn, counted up to 100,000. */
  readonly waiting: number;
  /** Claimed rows that Temporal may not have yet, counted up to 1,000. */
  readonly starting: number;
  /** The same of rows that fold into another's cycle, counted up to 100,000. */
  readonly folding: number;
  /** How long the event that waits longest has been due; 0 where none is. Milliseconds. */
  readonly lagMs: number;
  readonly lanesHeld: number;
}

export interface Relay {
  /** Something was stored or decided: look now. Never ends a pause after a failure. */
  readonly kick: () => void;
  /** Ends after what is under way; nothing runs any more then. */
  readonly stop: () => Promise<void>;
  readonly stats: () => RelayStats;
}

const CAP_WINDOWS = 5;
const HELD_POLL_MS = 25;
const PARKED_POLL_MS = 100;
const IDLE_POLL_MS = 1_000;
/** Between two looks, however often it is kicked. */
const REST_MS = 5;
const SWEEP_EVERY_MS = 5_000;
/** Lanes of one transaction, and how many unstarted ones stop further claims: what waits longer coalesces better. */
const CLAIM_LIMIT = 64;
const STARTING_LIMIT = 128;
const STATS_LIMIT = 1_000;
const BACKLOG_LIMIT = 100_000;

export function startRelay(options: RelayOptions): Relay {
  const clock = options.clock ?? (() => new Date());
  const { tables } = options.inbox;
  const parts = { watch: nobodyWatches, ...options, tables, clock, backoff: createBackoff() };
  const queue = createStartQueue(parts);
  const lookAtMirror = createLook(parts);
  const sweepOnce = sweepBoth(parts);
  const claiming = createTroubleLog(options.log, 'lanes cannot be claimed');
  const sweeping = createTroubleLog(options.log, 'started workflows cannot be checked');
  const lease = createRelayLease({ ...tables, holder: randomUUID(), clock });
  let isWorking = false;
  let pauseMs = IDLE_POLL_MS;

  async function tick(): Promise<void> {
    pauseMs = IDLE_POLL_MS;
    isWorking = false;
    await claiming.during(async () => {
      isWorking = await lease.isHeld();
    });
    if (isWorking) {
      await work();
    }
  }

  async function work(): Promise<void> {
    await lookAtMirror();
    await claiming.during(async () => {
      if (!parts.backoff.isFailing()) {
        await claim(options, tables, clock);
      }
      void queue.run();
      pauseMs = nextTick(tables, options.windowMs, clock, parts.backoff);
    });
  }

  async function sweep(): Promise<void> {
    if (isWorking && !parts.backoff.isFailing() && (await sweepOnce())) {
      ticks.kick();
    }
  }

  const ticks = createLoop(tick, { pauseMs: () => pauseMs, restMs: REST_MS });
  const sweeps = createLoop(() => sweeping.during(sweep), { pauseMs: () => SWEEP_EVERY_MS, restMs: REST_MS });
  options.inbox.onReceived(() =>
    ticks.within(parts.backoff.isFailing() ? parts.backoff.remainingMs() : options.windowMs),
  );
  ticks.kick();
  sweeps.kick();
  return {
    kick: ticks.kick,
    stop: async () => {
      await Promise.all([ticks.stop(), sweeps.stop(), queue.stop()]);
      await claiming.during(lease.letGo);
    },
    stats: () => ({
      healthy: queue.lastError() === null,
      working: isWorking,
      lastError: queue.lastError(),
      ...backlogOf(tables),
      lagMs: lagOf(tables, options.windowMs, clock),
      lanesHeld: tables.lanes.heldCount(STATS_LIMIT),
    }),
  };
}

/** Cycles first; answers whether something of those changed. */
function sweepBoth(
  parts: Parameters<typeof createSweeper>[0] & Pick<RelayOptions, 'sweepUndos'>,
): () => Promise<boolean> {
  const sweepCycles = createSweeper(parts);
  return async () => {
    const hasChanged = await sweepCycles();
    await parts.sweepUndos?.();
    return hasChanged;
  };
}

function backlogOf({ rows, backlog }: InboxTables): Pick<RelayStats, 'waiting' | 'starting' | 'folding'> {
  const starting = rows.startingCount(STATS_LIMIT);
  const folding = backlog.folding(BACKLOG_LIMIT);
  return { waiting: Math.max(0, backlog.received(BACKLOG_LIMIT) - starting - folding), starting, folding };
}

/** Due is what has its turn already, and what could have it by its window's end. Behind a held lane nothing is. */
function lagOf({ lanes, backlog }: InboxTables, windowMs: number, clock: () => Date): number {
  const claimed = backlog.firstClaimed();
  const dues = [
    lanes.nextDue(windowMs, windowMs * CAP_WINDOWS),
    claimed === null ? null : claimed + windowMs,
  ].filter((due) => due !== null);
  return Math.max(0, clock().getTime() - Math.min(...dues));
}

/** Looks at the mirror; once a second at every cycle, whether the mirror changed or not. Never rejects. */
function createLook(
  parts: Parameters<typeof createLaneWatch>[0] & { readonly log: Log },
): () => Promise<void> {
  const watch = createLaneWatch(parts);
  const trouble = createTroubleLog(parts.log, 'the mirror cannot be read, so lanes stay as they are');
  let touchedAt = 0;
  return () =>
    trouble.during(async () => {
      if (performance.now() - touchedAt >= IDLE_POLL_MS) {
        touchedAt = performance.now();
        watch.touch();
      }
      await watch.look();
    });
}

async function claim(
  { windowMs, maxCycles }: Pick<RelayOptions, 'windowMs' | 'maxCycles'>,
  tables: InboxTables,
  clock: () => Date,
): Promise<void> {
  const timing = () => ({ now: clock().getTime(), windowMs, capMs: windowMs * CAP_WINDOWS });
  const room = () =>
    Math.min(
      CLAIM_LIMIT,
      maxCycles - tables.lanes.heldCount(maxCycles),
      STARTING_LIMIT - tables.rows.startingCount(STARTING_LIMIT),
    );
  let hasMore = room() > 0 && tables.lanes.hasReady(timing());
  while (hasMore) {
    // All of it before the first claim: the most urgent event may have come last.
    hasMore = await tables.write(() => tables.lanes.takeIn());
  }
  let claimed = CLAIM_LIMIT;
  while (claimed > 0 && room() > 0 && tables.lanes.hasReady(timing())) {
    claimed = await tables.write(() => tables.lanes.claimReady(timing(), room()));
  }
}

/** Milliseconds to the next look: soon while a lane is held, in time for a window or a pause that ends, else seldom. */
function nextTick(tables: InboxTables, windowMs: number, clock: () => Date, backoff: Backoff): number {
  if (tables.lanes.anyHeld()) {
    return HELD_POLL_MS;
  }
  const due = tables.lanes.nextDue(windowMs, windowMs * CAP_WINDOWS);
  const untilDue = due === null ? IDLE_POLL_MS : Math.max(REST_MS, due - clock().getTime());
  const untilRetry = backoff.isFailing() ? Math.max(HELD_POLL_MS, backoff.remainingMs()) : IDLE_POLL_MS;
  return Math.min(untilDue, untilRetry, tables.rows.hasStarted() ? PARKED_POLL_MS : IDLE_POLL_MS);
}
