/** Which crash is tried when, all of it from one seed. Pure. */
import { seededRandom } from '../random.js';
import { EFFECT_KINDS, SOAK_KINDS, type SoakKind } from './kinds.js';
import { POINTS, type Point } from './points.js';

export interface PlannedCrash {
  readonly n: number;
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
const FAULTY = 0.4;
const LONGEST_UNDER_WAY_MS = 5;

/** Each point with each kind before any comes again. */
export function planCrashes({ seed, runs }: { seed: number; runs: number }): readonly PlannedCrash[] {
  const random = seededRandom(seed);
  const pairs = shuffled(
    POINTS.flatMap((point) => SOAK_KINDS.map((kind) => ({ point, kind }))),
    random,
  );
  return Array.from({ length: runs }, (_, n) => {
    const { point, kind } = pairs[n % pairs.length] as { point: Point; kind: SoakKind };
    return {
      n,
      point,
      kind,
      // Early rather than late, so that most of the others are under way.
      hit: 1 + Math.floor(random() * random() * OF_KIND),
      underWayMs: Math.floor(random() * LONGEST_UNDER_WAY_MS),
      kinds: Array.from({ length: TOGETHER }, (_unused, i) =>
        i < OF_KIND ? kind : (SOAK_KINDS[i % SOAK_KINDS.length] as SoakKind),
      ),
      faults: random() < FAULTY ? [faultFor(kind, random)] : [],
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
function faultFor(kind: SoakKind, random: () => number): Readonly<Record<string, unknown>> {
  const { vendor, write } = EFFECT_KINDS[kind];
  const match = write.source;
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
