/**
 * Stops calls to a vendor that refuses our credentials or is away: instead of every event one call in a while tries it,
 * and the first that is answered lets all others go. Pure but for its clock.
 */
import type { IntegrationError } from '../integration-error.js';
import { LONGEST_ASKED_MS } from './pauses.js';

/** Why a circuit is open. */
export interface Outage {
  /** `auth`: the credentials are refused; `forbidden`: they may do nothing; `away`: no usable answer comes. */
  readonly kind: 'auth' | 'forbidden' | 'away';
  /** The failure that opened it, or the latest that kept it open, in the vendor's words. */
  readonly message: string;
}

export interface CircuitWatch {
  /** It opened, or a trial failed while it was open. */
  failing(outage: Outage): void;
  /** Calls go again. */
  closed(): void;
}

export interface Circuit {
  /** Null where a call may go; it is the trial then where the circuit is open. Otherwise how long to wait, in milliseconds. */
  admit(): { readonly outage: Outage; readonly waitMs: number } | null;
  /** Would a call be stopped now? Takes no trial away. */
  peek(): { readonly outage: Outage; readonly waitMs: number } | null;
  /** A call was answered, also with a refusal of what it wanted. */
  answered(): void;
  /** @param place what the call was about; null where the failure is about everything, as if several things had failed */
  failed(error: IntegrationError, place: string | null): void;
}

/**
 * Failures in a row, with no answer between, that open it, and about how many things. One 401 may be somebody else's
 * between us and the vendor. A 403 is mostly about one project, a 500 often about one thing, which is tried again and
 * again while nothing else is asked.
 */
const OPENS_AFTER: {
  readonly [K in Outage['kind']]: { readonly failures: number; readonly places: number };
} = {
  auth: { failures: 2, places: 1 },
  forbidden: { failures: 5, places: 4 },
  away: { failures: 5, places: 3 },
};

const MOST_PLACES = 10;

/** Between trials: doubled from the first up to the last. Wrong credentials tried too often lock accounts. */
const FIRST_TRIAL_MS = 5_000;
const LAST_TRIAL_MS: { readonly [K in Outage['kind']]: number } = {
  auth: 5 * 60_000,
  forbidden: 5 * 60_000,
  away: 60_000,
};
/** A trial that never came to its end is one no more. */
const TRIAL_ENDS_AFTER_MS = 30_000;

export interface CircuitOptions {
  readonly watch: CircuitWatch;
  /** How it stood when the process before this one ended: then the first call is the trial. */
  readonly outage: Outage | null;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

interface Open {
  readonly outage: Outage;
  readonly trialAt: number;
  readonly trialMs: number;
  /** A trial is under way: what fails besides was sent before it opened, and says nothing new. */
  readonly isTrying: boolean;
}

export function createCircuit({ watch, outage, now }: CircuitOptions): Circuit {
  let open: Open | null =
    outage === null ? null : { outage, trialAt: now(), trialMs: FIRST_TRIAL_MS, isTrying: false };
  const inRow = { auth: createRow(), forbidden: createRow(), away: createRow() };

  function peek() {
    const waitMs = open === null ? 0 : open.trialAt - now();
    return open === null || waitMs <= 0 ? null : { outage: open.outage, waitMs };
  }

  /** @param askedMs how long the vendor asked to be left alone: no trial is earlier */
  function stayOpen(outage: Outage, trialMs: number, askedMs: number | null): void {
    const waitMs = Math.max(trialMs, Math.min(askedMs ?? 0, LONGEST_ASKED_MS));
    open = { outage, trialMs, trialAt: now() + waitMs, isTrying: false };
    watch.failing(outage);
  }

  return {
    peek,
    admit: () => {
      const stopped = peek();
      if (open !== null && stopped === null) {
        open = { ...open, trialAt: now() + TRIAL_ENDS_AFTER_MS, isTrying: true };
      }
      return stopped;
    },
    answered: () => {
      for (const row of Object.values(inRow)) {
        row.clear();
      }
      if (open !== null) {
        open = null;
        watch.closed();
      }
    },
    failed: (error, place) => {
      const kind = kindOf(error);
      const failing = { kind, message: error.message };
      const { retryAfterMs } = error;
      const { failures, places } = inRow[kind].add(place);
      const limit = OPENS_AFTER[kind];
      if (open?.isTrying === true) {
        stayOpen(failing, Math.min(open.trialMs * 2, LAST_TRIAL_MS[kind]), retryAfterMs);
      } else if (open === null && failures >= limit.failures && places >= limit.places) {
        stayOpen(failing, FIRST_TRIAL_MS, retryAfterMs);
      }
    },
  };
}

/** Failures with no answer between. */
function createRow() {
  let failures = 0;
  const places = new Set<string | number>();
  return {
    clear: () => {
      failures = 0;
      places.clear();
    },
    add: (place: string | null) => {
      failures += 1;
      if (places.size < MOST_PLACES) {
        places.add(place ?? failures);
      }
      return { failures, places: places.size };
    },
  };
}

/** Does this failure say something of the vendor as a whole? Everything else is an answer. */
export function isOutage(error: IntegrationError): boolean {
  return ['auth', 'forbidden', 'unavailable', 'network', 'timeout'].includes(error.code);
}

function kindOf({ code }: IntegrationError): Outage['kind'] {
  return code === 'auth' || code === 'forbidden' ? code : 'away';
}
