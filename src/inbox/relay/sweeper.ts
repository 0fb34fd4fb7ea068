/**
 * Finds started rows whose workflow will never say that it ended: terminated, timed out, or gone with Temporal's store.
 * Terminate writes nothing and wakes nobody, so only asking Temporal tells.
 */
import type { Log } from '../../database/open.js';
import type { InboxTables } from '../store.js';
import { type CycleMirror, hasEnded } from './lane-watch.js';
import { createScan } from './scan.js';
import { MOST_ATTEMPTS } from './start-row.js';

export type DescribeCycle = (cycleId: string) => Promise<'running' | 'closed' | 'missing'>;

interface SweeperParts {
  readonly tables: InboxTables;
  readonly mirror: CycleMirror;
  readonly describeCycle: DescribeCycle;
  readonly log: Log;
  readonly clock: () => Date;
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
        await parts.tables.write(() =>
          state === 'closed' ? settleClosed(parts, cycleId) : settleMissing(parts, cycleId),
        );
        hasChanged = true;
      }
    }
    return hasChanged;
  };
}

function candidatesOf({ tables, clock }: SweeperParts): () => readonly string[] {
  const oldest = () => clock().getTime() - OLD_MS;
  const holders = createScan<string, string>({
    first: '',
    limit: HOLDERS_PER_ROUND,
    read: (after, limit) => tables.lanes.holders({ after, since: oldest(), limit }),
    keyOf: (cycleId) => cycleId,
  });
  const others = createScan({
    first: 0,
    limit: OTHERS_PER_ROUND,
    read: (after, limit) =>
      tables.rows.started({ after, startedBefore: new Date(oldest()).toISOString(), limit }),
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

/** The cycle may have recorded its end between the two questions. */
function settleClosed({ tables, mirror, clock }: SweeperParts, cycleId: string): void {
  const end = mirror.laneWishes([cycleId]).find(hasEnded);
  const reason =
    end === undefined
      ? 'the workflow was closed from outside (terminated or timed out) before it could record its end'
      : null;
  tables.rows.finish(cycleId, { reason, at: clock(), isAnswered: end?.status === 'completed' });
}

function settleMissing({ tables, log, clock }: SweeperParts, cycleId: string): void {
  const attempts = tables.rows.driveAgain(cycleId);
  if (attempts > MOST_ATTEMPTS) {
    const reason = `Temporal lost its workflow; it was started again ${MOST_ATTEMPTS} times`;
    tables.rows.deadLetter(cycleId, { reason, at: clock() });
    log.warn({ cycleId, reason }, 'an event became a dead letter');
  } else if (attempts > 0) {
    log.warn({ cycleId, attempts }, 'Temporal does not know a started workflow; starting it again');
  } else if (!tables.rows.isOpen(cycleId)) {
    tables.lanes.release(cycleId, clock().getTime());
  }
}
