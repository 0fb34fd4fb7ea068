/** What happens when in a soak, all of it from one seed. Pure. */
import { seededRandom } from './random.js';

export interface SoakOptions {
  readonly seed: number;
  readonly kills: number;
  readonly deliveries: number;
  /** Keys of the issues that are commented on. */
  readonly issues: readonly string[];
}

export interface PlannedDelivery {
  readonly id: string;
  readonly n: number;
  readonly key: string;
  /** When it happened, milliseconds from the start. */
  readonly at: number;
  /** When it is sent: later than what happened after it, for one in ten. */
  readonly sentAt: readonly [number, ...number[]];
}

export interface PlannedKill {
  readonly at: number;
  readonly victim: 'api' | 'worker' | 'temporal';
}

export interface PlannedFault {
  readonly at: number;
  readonly fault: Readonly<Record<string, unknown>>;
}

export interface Schedule {
  readonly lengthMs: number;
  readonly deliveries: readonly PlannedDelivery[];
  readonly kills: readonly PlannedKill[];
  readonly faults: readonly PlannedFault[];
}

/**
 * The supervisor gives up on a part that dies five times within a minute. Three parts in turn, each anywhere within its
 * slot: five deaths of one part lie at least 66 s apart.
 */
const SLOT_MS = 6_000;
const VICTIMS = ['api', 'worker', 'temporal'] as const;
const REDELIVERED = 0.2;
const REORDERED = 0.1;
const FAULT_EVERY_MS = 4_000;

const FAULTS: readonly Readonly<Record<string, unknown>>[] = [
  { vendor: 'jira', kind: 'delay', ms: 2_000, times: 3 },
  { vendor: 'jira', match: 'POST .*/comment', kind: 'cut_after', times: 1 },
  { vendor: 'jira', match: 'POST .*/comment', kind: 'cut_before', times: 1 },
  { vendor: 'jira', match: 'GET', kind: 'status', status: 503, times: 2 },
  { vendor: 'jira', kind: 'status', status: 429, headers: { 'Retry-After': '1' }, times: 2 },
  { vendor: 'anthropic', kind: 'status', status: 529, times: 2 },
  { vendor: 'anthropic', kind: 'delay', ms: 3_000, times: 2 },
];

export function scheduleOf({ seed, kills, deliveries, issues }: SoakOptions): Schedule {
  const random = seededRandom(seed);
  const lengthMs = Math.max(kills, 1) * SLOT_MS;
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  return {
    lengthMs,
    deliveries: Array.from({ length: deliveries }, (_, n): PlannedDelivery => {
      const at = Math.floor((n / deliveries) * lengthMs);
      const first = at + (random() < REORDERED ? 500 + random() * 5_000 : 0);
      const again = random() < REDELIVERED ? [first + random() * 10_000] : [];
      return { id: `soak-${seed}-${n}`, n, key: one(issues), at, sentAt: [first, ...again] };
    }),
    kills: Array.from({ length: kills }, (_, n) => ({
      at: n * SLOT_MS + Math.floor(random() * SLOT_MS),
      victim: VICTIMS[n % VICTIMS.length] ?? 'api',
    })),
    faults: Array.from({ length: Math.floor(lengthMs / FAULT_EVERY_MS) }, (_, n) => ({
      at: n * FAULT_EVERY_MS + Math.floor(random() * FAULT_EVERY_MS),
      fault: one(FAULTS),
    })),
  };
}
