/** Who is told of each workflow that starts and each cycle that ends: for log lines and metrics. Told after the commit. */
import type { CycleStatus } from '../../domain/cycle.js';
import type { EventSource } from '../../domain/event.js';
import type { EndedRow } from '../cycle-rows.js';

interface CycleOfEvent {
  readonly eventId: string;
  readonly cycleId: string;
  readonly subject: string | null;
}

export interface CycleStarted extends CycleOfEvent {
  readonly source: EventSource;
  /** The cycle that answers this event too; null for one that answers it itself. */
  readonly coalescedInto: string | null;
  /** From being received to now. */
  readonly waitedMs: number;
}

export interface CycleEnded extends CycleOfEvent {
  /** `lost`: closed from outside before it could say how; `dead_letter`: its workflow could not be started. */
  readonly status: CycleStatus | 'lost' | 'dead_letter';
  readonly reason: string | null;
  /** Null where it never started. */
  readonly tookMs: number | null;
}

export interface RelayWatch {
  started(cycle: CycleStarted): void;
  ended(cycle: CycleEnded): void;
}

export const nobodyWatches: RelayWatch = { started: () => undefined, ended: () => undefined };

/** How a row that was just ended is told. */
export function toCycleEnded(
  { eventId, cycleId, subject, startedAt }: EndedRow,
  how: { readonly status: CycleEnded['status']; readonly reason: string | null; readonly at: Date },
): CycleEnded {
  const { status, reason, at } = how;
  const tookMs = startedAt === null ? null : Math.max(0, at.getTime() - Date.parse(startedAt));
  return { eventId, cycleId, subject, status, reason, tookMs };
}
