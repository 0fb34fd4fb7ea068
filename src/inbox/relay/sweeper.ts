/**
 * Finds started rows whose workflow will never say that it ended: terminated, timed out, or gone with Temporal's store.
 * Terminate writes nothing and wakes nobody, so only asking Temporal tells.
 */
import type { Log } from '../../database/open.js';
import { settledSince } from '../settled.js';
import type { InboxTables } from '../store.js';
import { type CycleMirror, hasEnded } from './lane-watch.js';
import { type CycleEnded, type RelayWatch, toCycleEnded } from './relay-watch.js';
import { createScan } from './scan.js';
import { MOST_ATTEMPTS } from './start-row.js';

export type DescribeCycle = (cycleId: string) => Promise<'running' | 'closed' | 'missing'>;

interface SweeperParts {
  readonly tables: InboxTables;
  readonly mirror: CycleMirror;
  readonly describeCycle: DescribeCycle;
  readonly log: Log;
  readonly clock: () => Date;
  readonly watch: RelayWatch;
}

/** Younger ones are left alone. */
const OLD_MS = 10_000;
/** Questions of one round to Temporal: lane holders, and others in turn. */
const HOLDERS_PER_ROUND = 100;
const OTHERS_PER_ROUND = 25;

/** The returned function does one round. It rejects where Temporal or a database cannot be asked. Answers whether a row or a lane changed. */
export function createSweeper(parts: SweeperParts): () => Promise<boolean> {
  const next = candidatesOf(parts);
  return async () => {
    const candidates = next();
    const ended = endedIn(parts.mirror, candidates);
    let hasChanged = false;
    for (const cycleId of candidates.filter((id) => !ended.has(id))) {
      const state = await parts.describeCycle(cycleId);
      if (state !== 'running') {
        await settle(parts, cycleId, state);
        hasChanged = true;
      }
    }
    return hasChanged;
  };
}

function candidatesOf({ tables, clock }: SweeperParts): () => readonly string[] {
  const settled = () => settledSince(clock(), OLD_MS);
  const holders = createScan<string, string>({
    first: '',
    limit: HOLDERS_PER_ROUND,
    read: (after, limit) => tables.lanes.holders({ after, settled: settled(), limit }),
    keyOf: (cycleId) => cycleId,
  });
  const others = createScan({
    first: 0,
    limit: OTHERS_PER_ROUND,
    read: (after, limit) => tables.rows.started({ after, settled: settled(), limit }),
    keyOf: (row) => row.seq,
  });
  return () => {
    holders.touch();
    others.touch();
    return [...new Set([...holders.next(), ...others.next().map((row) => row.cycleId)])];
  };
}

function endedIn(mirror: CycleMirror, cycleIds: readonly string[]): ReadonlySet<string> {
  const wishes = cycleIds.length === 0 ? [] : mirror.laneWishes(cycleIds);
  return new Set(wishes.filter(hasEnded).map((wish) => wish.id));
}

async function settle(parts: SweeperParts, cycleId: string, state: 'closed' | 'missing'): Promise<void> {
  const { tables, watch, log } = parts;
  if (state === 'closed') {
    const ended = await tables.write(() => settleClosed(parts, cycleId));
    if (ended !== null) {
      watch.ended(ended);
    }
    return;
  }
  const { attempts, ended } = await tables.write(() => settleMissing(parts, cycleId));
  if (ended !== null) {
    log.warn({ cycleId, reason: ended.reason }, 'an event became a dead letter');
    watch.ended(ended);
  } else if (attempts > 0) {
    log.warn({ cycleId, attempts }, 'Temporal does not know a started workflow; starting it again');
  }
}

/**
 * The cycle may have recorded its end between the two questions. After a restore the record of its end may be lost, and
 * is on its way from Temporal.
 */
function settleClosed({ tables, mirror, clock }: SweeperParts, cycleId: string): CycleEnded | null {
  const end = mirror.laneWishes([cycleId]).find(hasEnded);
  if (end === undefined && mirror.isRefilling()) {
    return null;
  }
  const status = end?.status ?? 'lost';
  const reason =
    end === undefined
      ? 'the workflow was closed from outside (terminated or timed out) before it could record its end'
      : null;
  const at = clock();
  const row = tables.rows.finish(cycleId, { reason, at, isAnswered: status === 'completed' });
  return row === null ? null : toCycleEnded(row, { status, reason, at });
}

/** `attempts`: how often it was started again, 0 where its row had ended; `ended`: it was given up. */
function settleMissing(
  { tables, clock }: SweeperParts,
  cycleId: string,
): { readonly attempts: number; readonly ended: CycleEnded | null } {
  const attempts = tables.rows.driveAgain(cycleId);
  const at = clock();
  if (attempts > MOST_ATTEMPTS) {
    const reason = `Temporal lost its workflow; it was started again ${MOST_ATTEMPTS} times`;
    const row = tables.rows.deadLetter(cycleId, { reason, at });
    return {
      attempts,
      ended: row === null ? null : toCycleEnded(row, { status: 'dead_letter', reason, at }),
    };
  }
  if (attempts === 0 && !tables.rows.isOpen(cycleId)) {
    tables.lanes.release(cycleId, at.getTime());
  }
  return { attempts, ended: null };
}
