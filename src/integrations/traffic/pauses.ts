/** What a vendor asked us to leave alone, and for how long: as this process was told, and as others noted it. */
import { type Call, endpointOf, type LimitReach } from './call.js';
import { NO_BOOK, type PauseBook } from './pause-book.js';

/** No vendor's quota lasts longer than an hour (facts of Jira and Bitbucket); a header that says so is not believed. */
export const LONGEST_ASKED_MS = 2 * 60 * 60_000;

/** Where the vendor does not say how long: Atlassian's advice, two seconds doubled up to thirty. */
const FIRST_UNTOLD_MS = 2_000;
const LONGEST_UNTOLD_MS = 30_000;

export interface Pauses {
  /** Milliseconds until this call may be sent; 0 for now. */
  leftFor(call: Call): number;
  /** The vendor refused this call. @param askedMs how long it asked us to wait; null where it did not say */
  refused(call: Call, reach: LimitReach, askedMs: number | null): void;
  /** The vendor took this call: what follows is refused for the first time again. */
  taken(call: Call): void;
}

interface Pause {
  readonly until: number;
  /** Refusals in a row. */
  readonly refusals: number;
}

/**
 * What this process was told it keeps by its own clock, so that a jump of the machine's does not shorten it.
 * @param now monotonic, milliseconds
 */
export function createPauses(now: () => number, book: PauseBook = NO_BOOK): Pauses {
  const pauses = new Map<string, Pause>();
  const leftOf = (key: string): number => Math.max(0, (pauses.get(key)?.until ?? 0) - now());
  return {
    leftFor: (call) => {
      const keys = keysOf(call);
      return Math.max(...keys.map(leftOf), ...book.read(keys).map(({ leftMs }) => leftMs));
    },
    refused: (call, reach, askedMs) => {
      forgetOld(pauses, now());
      const key = keyOf(call, reach);
      const known = Math.max(
        pauses.get(key)?.refusals ?? 0,
        ...book.read([key]).map(({ refusals }) => refusals),
      );
      const refusals = known + 1;
      const leftMs = Math.max(Math.min(askedMs ?? untoldMs(refusals), LONGEST_ASKED_MS), leftOf(key));
      pauses.set(key, { refusals, until: now() + leftMs });
      book.note({ key, leftMs, refusals });
    },
    taken: (call) => {
      const keys = keysOf(call);
      for (const key of keys.filter((one) => leftOf(one) === 0)) {
        pauses.delete(key);
      }
      const over = book.read(keys).filter(({ leftMs }) => leftMs === 0);
      if (over.length > 0) {
        book.drop(over.map(({ key }) => key));
      }
    },
  };
}

const EVERYTHING = 'everything';

function keyOf(call: Call, reach: LimitReach): string {
  switch (reach) {
    case 'resource':
      return call.resource === null ? endpointOf(call.sent) : `resource ${call.resource}`;
    case 'endpoint':
      return endpointOf(call.sent);
    case 'client':
      return EVERYTHING;
  }
}

function keysOf(call: Call): readonly string[] {
  return [EVERYTHING, endpointOf(call.sent), keyOf(call, 'resource')];
}

function untoldMs(refusals: number): number {
  return Math.min(FIRST_UNTOLD_MS * 2 ** (refusals - 1), LONGEST_UNTOLD_MS);
}

/** One entry for each issue that was ever refused would grow for ever. */
function forgetOld(pauses: Map<string, Pause>, now: number): void {
  for (const [key, { until }] of pauses) {
    if (until + LONGEST_UNTOLD_MS < now) {
      pauses.delete(key);
    }
  }
}
