/** Which row a cycle belongs to. */
import type Database from 'better-sqlite3';
import { hashesOfCycle } from './identity.js';

/** Null for a cycle that the inbox does not know: fits no row. */
export type CycleSeq = number | null;

export function createCycleSeq(database: Database.Database): (cycleId: string) => CycleSeq {
  const find = database
    .prepare<[number, number, string], number>(
      'SELECT seq FROM webhooks WHERE delivery_hash IN (?, ?) AND cycle_id = ? LIMIT 1',
    )
    .pluck();
  return (cycleId) => {
    const { own, base } = hashesOfCycle(cycleId);
    return find.get(own, base, cycleId) ?? null;
  };
}
