/** Which delay each effect meets, all of it from one seed; and what that showed, as a table. Pure. */
import { SOAK_KINDS, type SoakKind } from '../effects/kinds.js';
import { seededRandom } from '../random.js';

/**
 * `shows late`: the answer is lost, and what was made is hidden for so long. `is done late`: the vendor carries the request
 * out only then, long after the client has given up.
 */
export const WAYS = ['shows late', 'is done late'] as const;
export type Way = (typeof WAYS)[number];

export interface Trial {
  readonly kind: SoakKind;
  readonly way: Way;
  readonly delayMs: number;
}

export interface Outcome extends Trial {
  /** How often it was carried out at its vendor. */
  readonly writes: number;
}

/** Around the 45 s for which nothing is repeated, and the six seconds of looks after them. */
const SHORTEST_MS = 35_000;
const LONGEST_MS = 65_000;

/** So many delays for each kind and way, spread evenly, each moved within its part by the seed. */
export function planTrials({ seed, delays }: { seed: number; delays: number }): readonly Trial[] {
  const random = seededRandom(seed);
  const part = (LONGEST_MS - SHORTEST_MS) / delays;
  return WAYS.flatMap((way) =>
    SOAK_KINDS.flatMap((kind) =>
      Array.from({ length: delays }, (_, i) => ({
        kind,
        way,
        delayMs: Math.round(SHORTEST_MS + (i + random()) * part),
      })),
    ),
  );
}

export interface Window {
  readonly kind: SoakKind;
  readonly way: Way;
  readonly trials: number;
  readonly twice: number;
  /** Carried out never. */
  readonly lost: number;
  /** The longest delay below the first duplicate, milliseconds; null where the shortest one had one. */
  readonly onceUpToMs: number | null;
  /** The shortest delay with a duplicate, milliseconds; null where none had one. */
  readonly twiceFromMs: number | null;
}

/** One row for each kind and way. */
export function windowsOf(outcomes: readonly Outcome[]): readonly Window[] {
  return WAYS.flatMap((way) =>
    SOAK_KINDS.map((kind) => {
      const mine = outcomes.filter((one) => one.kind === kind && one.way === way);
      const twice = mine.filter(({ writes }) => writes > 1);
      const twiceFromMs = least(twice.map(({ delayMs }) => delayMs));
      const once = mine.filter(({ delayMs }) => twiceFromMs === null || delayMs < twiceFromMs);
      return {
        kind,
        way,
        trials: mine.length,
        twice: twice.length,
        lost: mine.filter(({ writes }) => writes === 0).length,
        onceUpToMs: once.length === 0 ? null : Math.max(...once.map(({ delayMs }) => delayMs)),
        twiceFromMs,
      };
    }),
  );
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.min(...values);
}

/** As Markdown: a row for each kind. */
export function tableOf(windows: readonly Window[]): string {
  const rows = SOAK_KINDS.map((kind) => {
    const mine = windows.filter((one) => one.kind === kind);
    const cells = mine.flatMap(({ onceUpToMs, twiceFromMs }) => [
      inSeconds(onceUpToMs),
      inSeconds(twiceFromMs),
    ]);
    return `| ${[kind, ...cells].join(' | ')} |`;
  });
  const heads = WAYS.flatMap((way) => [`${way}: once up to`, 'twice from']);
  return [`| ${['effect', ...heads].join(' | ')} |`, '|---|---|---|---|---|', ...rows].join('\n');
}

function inSeconds(ms: number | null): string {
  return ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`;
}
