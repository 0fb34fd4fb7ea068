/** When an event that the model gave no decision on, and that people were told of, is looked at again. Pure. */
import { dayStart } from './budget.js';
import type { FailureKind } from './turn.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Later {
  /** How often at the most. */
  readonly most: number;
  /** @param n how often the model failed in this way, from 1 on */
  readonly waitMs: (n: number, now: Date) => number;
}

/** Doubled from a minute up to half an hour: for about a day. */
const WHEN_IT_IS_BACK: Later = { most: 50, waitMs: (n) => Math.min(2 ** (n - 1), 30) * MINUTE_MS };
/** Budgets are those of UTC days. */
const TOMORROW: Later = {
  most: 2,
  waitMs: (_n, now) => Date.parse(dayStart(now)) + DAY_MS + 5 * MINUTE_MS - now.getTime(),
};
/** The same question seldom gets another answer, but what it is about may have changed. */
const ONCE_MORE: Later = { most: 1, waitMs: () => 15 * MINUTE_MS };

const LATER: { readonly [K in FailureKind]?: Later } = {
  unavailable: WHEN_IT_IS_BACK,
  over_budget: TOMORROW,
};

/** @param failures how the model failed on this event so far, the latest last. @returns null where it is not looked at again */
export function analyseAgainAfterMs(failures: readonly FailureKind[], now: Date): number | null {
  const kind = failures.at(-1) ?? 'stopped';
  const { most, waitMs } = LATER[kind] ?? ONCE_MORE;
  const n = failures.filter((one) => one === kind).length;
  return n > most ? null : waitMs(n, now);
}
