/** Deliveries that were turned away only because two clocks differ: counted each time, told once a minute at most. */

import type { Log } from '../../database/open.js';
import type { EventSource } from '../../domain/event.js';

export interface ClockSkew {
  /** `skewMs`: our clock less the vendor's. */
  noticed(source: EventSource, skewMs: number): void;
}

const QUIET_MS = 60_000;

/** @param now monotonic, milliseconds: the clock that may be wrong does not time the warnings */
export function createClockSkew(parts: {
  readonly metrics: { skewed(source: EventSource): void };
  readonly log: Pick<Log, 'warn'>;
  readonly now?: () => number;
}): ClockSkew {
  const now = parts.now ?? (() => performance.now());
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    noticed(source, skewMs) {
      parts.metrics.skewed(source);
      if (now() - toldAt < QUIET_MS) {
        return;
      }
      toldAt = now();
      parts.log.warn({ source, skewSeconds: Math.round(skewMs / 1_000) }, ADVICE);
    },
  };
}

const ADVICE =
  'signed deliveries are turned away because their time is more than 5 minutes from ours: the clock of this machine may be wrong (or old deliveries are replayed). Compare it with pm-agent doctor and set it by NTP';
