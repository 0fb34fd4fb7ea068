/** Which crash is tried when, all of it from one seed. Pure. */
import { seededRandom } from '../random.js';
import { EFFECT_KINDS, SOAK_KINDS, type SoakKind, UNDOABLE_KINDS } from './kinds.js';
import { POINTS, type Point } from './points.js';

export interface PlannedCrash {
  readonly n: number;
  /** What is torn: effects that are made, or what takes back those that stand. */
  readonly what: 'do' | 'undo';
  readonly point: Point;
  /** The kind whose effects are counted at the point. */
  readonly kind: SoakKind;
  /** The how-manieth effect of that kind kills the worker there. */
  readonly hit: number;
  /** How long a request is under way at `during_write`, milliseconds. */
  readonly underWayMs: number;
  /** The effects that begin together. */
  readonly kinds: readonly SoakKind[];
  /** For the sandbox's `POST /_faults`. */
  readonly faults: readonly Readonly<Record<string, unknown>>[];
}

/** Effects of one run. */
export const TOGETHER = 50;
/** Those of them that are of the run's kind. */
const OF_KIND = 25;
/** Fewer are taken back in a run than are made in one, so that those that stand suffice. */
export const UNDONE_TOGETHER = 25;
export const OF_KIND_UNDONE = 12;
const FAULTY = 0.4;
const LONGEST_UNDER_WAY_MS = 5;

/** Each point with each kind, and with what takes it back, before any comes again. */
export function planCrashes({ seed, runs }: { seed: number; runs: number }): readonly PlannedCrash[] {
  const random = seededRandom(seed);
  const pairs = shuffled(
    POINTS.flatMap((point) => [
      ...SOAK_KINDS.map((kind) => ({ what: 'do' as const, point, kind })),
      ...UNDOABLE_KINDS.map((kind) => ({ what: 'undo' as const, point, kind })),
    ]),
    random,
  );
  return Array.from({ length: runs }, (_, n) => {
    const pair = pairs[n % pairs.length] as Pick<PlannedCrash, 'what' | 'point' | 'kind'>;
    const { what, kind } = pair;
    return {
      n,
      ...pair,
      // Early rather than late, so that most of the others are under way.
      hit: 1 + Math.floor(random() * random() * (what === 'do' ? OF_KIND : OF_KIND_UNDONE)),
      underWayMs: Math.floor(random() * LONGEST_UNDER_WAY_MS),
      kinds: Array.from({ length: TOGETHER }, (_unused, i) =>
        i < OF_KIND ? kind : (SOAK_KINDS[i % SOAK_KINDS.length] as SoakKind),
      ),
      faults: random() < FAULTY ? [faultFor(what, kind, random)] : [],
    };
  });
}

/** More than there are runs: what is tried again needs names of its own. */
const TRIED_AGAIN = 1_000_000;

/**
 * The same crash where it was not reached: a run makes one attempt of each effect, and a fault may stop so many of them
 * before the point that the planned one never comes there. The first that comes kills now, and no fault is in its way.
 */
export function surely(crash: PlannedCrash): PlannedCrash {
  return { ...crash, n: TRIED_AGAIN + crash.n, hit: 1, faults: [] };
}

/** What the vendor of this kind does besides. The waits between looks are a tenth of a second here, so marks hide for less. */
function faultFor(
  what: PlannedCrash['what'],
  kind: SoakKind,
  random: () => number,
): Readonly<Record<string, unknown>> {
  const { vendor, write, undo } = EFFECT_KINDS[kind];
  const match = (what === 'undo' && undo !== null ? undo.write : write).source;
  const faults = [
    { vendor, match, kind: 'cut_after', times: 5 },
    { vendor, match, kind: 'cut_before', times: 5 },
    { vendor, match, kind: 'status', status: 503, times: 5 },
    { vendor, match, kind: 'status', status: 429, headers: { 'Retry-After': '1' }, times: 5 },
    { vendor, match, kind: 'delay', ms: 30, times: 20 },
    { vendor, kind: 'hide_markers', ms: 150, times: 1_000 },
  ];
  return faults[Math.floor(random() * faults.length)] ?? {};
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}
