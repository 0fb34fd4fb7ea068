/**
 * Which of several relays works. Every API process over one inbox has one; only the one that holds the lease claims lanes
 * and starts workflows, the others accept deliveries and wait. A holder that dies loses it after a while.
 */
import type Database from 'better-sqlite3';
import type { GroupCommit } from '../group-commit.js';

export interface RelayLease {
  /** True while this process holds the lease; takes or renews it when that is due. Rejects where the inbox cannot be written. */
  readonly isHeld: () => Promise<boolean>;
  /** Gives it back, so that another relay can begin at once. */
  readonly letGo: () => Promise<void>;
}

/** The statements; synchronous, for one transaction. */
export interface LeaseTable {
  /** False while another process holds the lease. `now` in epoch milliseconds. */
  take(holder: string, now: number): boolean;
  letGo(holder: string): void;
}

const LEASE_MS = 15_000;
const RENEW_AFTER_MS = 5_000;

export function createLeaseTable(database: Database.Database): LeaseTable {
  const take = database.prepare<[{ holder: string; now: number; until: number; latest: number }]>(
    // A lease that ends later than any that could have been taken by now means that the clock was set back.
    `UPDATE relay SET holder = @holder, held_until_ms = @until
     WHERE id = 1 AND (holder IS NULL OR holder = @holder OR held_until_ms < @now OR held_until_ms > @latest)`,
  );
  const letGo = database.prepare<[string]>(
    'UPDATE relay SET holder = NULL, held_until_ms = 0 WHERE id = 1 AND holder = ?',
  );
  return {
    take: (holder, now) => {
      const until = now + LEASE_MS;
      return take.run({ holder, now, until, latest: until + LEASE_MS }).changes === 1;
    },
    letGo: (holder) => {
      letGo.run(holder);
    },
  };
}

/** `holder` names this process uniquely. */
export function createRelayLease(parts: {
  readonly lease: LeaseTable;
  readonly write: GroupCommit['write'];
  readonly holder: string;
  readonly clock: () => Date;
}): RelayLease {
  const { lease, write, holder, clock } = parts;
  let takenAt: number | null = null;
  return {
    isHeld: async () => {
      const now = clock().getTime();
      if (takenAt === null || now < takenAt || now - takenAt >= RENEW_AFTER_MS) {
        takenAt = (await write(() => lease.take(holder, now))) ? now : null;
      }
      return takenAt !== null;
    },
    letGo: async () => {
      if (takenAt !== null) {
        takenAt = null;
        await write(() => lease.letGo(holder));
      }
    },
  };
}
