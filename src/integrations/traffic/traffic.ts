/**
 * What stands between our clients and a vendor. A call that it asked us to put off, or that is stopped because the vendor
 * refuses us or is away, fails here: nothing leaves, and the failure says how long to wait.
 */
import type { IntegrationService } from '../../domain/effect.js';
import { asOneOfAll, IntegrationError, isRefusal } from '../integration-error.js';
import { type Call, type LimitReach, placeOf } from './call.js';
import { type CircuitWatch, createCircuit, isOutage, type Outage } from './circuit.js';
import { createPartCircuits, type PartRules, type PartState } from './part-circuits.js';
import type { PauseBook } from './pause-book.js';
import { createPauses } from './pauses.js';

export interface Traffic {
  /** Sends, where nothing is to be waited for; else throws as `heldBack` says, and nothing left. */
  pass<T>(call: Call, send: () => Promise<T>): Promise<T>;
  /** The failure that this call would end with now; null where it would be sent. */
  heldBack(call: Call): IntegrationError | null;
}

/** What the process knows of itself. */
export interface TrafficParts {
  readonly watch?: CircuitWatch;
  /** How the circuit stood when the process before this one ended. */
  readonly outage?: Outage | null;
  /** What other processes were asked; none where this one is alone. */
  readonly book?: PauseBook;
  /** Of a part of the vendor; left out: nobody watches, and none was missing. */
  readonly partState?: (part: string) => PartState;
  /** Monotonic, milliseconds. */
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** What is known of the vendor. */
export interface TrafficRules {
  readonly service: IntegrationService;
  /** How far a refusal for too many calls reaches, by what the vendor says of it. */
  readonly reachOf: (refusal: IntegrationError) => LimitReach;
  /** Is this failure about everything, whatever was asked? Left out: as far as failures about several things tell. */
  readonly isOfAll?: (failure: IntegrationError) => boolean;
  /** Parts that may be missing while others answer; left out: the vendor has none. */
  readonly parts?: PartRules;
}

/** All that wait would go in the same moment: each waits up to so much longer, a third of the wait at most. */
const SPREAD_MS = 10_000;
/** While a circuit is open, those that wait ask again this soon: the first answer is for all of them. */
const ASK_AGAIN_MS = 30_000;

const ONE_PART: PartRules = { partOf: () => '', isGone: () => false };
const UNWATCHED: CircuitWatch = { failing: () => undefined, closed: () => undefined };

/** One for each vendor, shared by all of its clients in this process. */
export function createTraffic(
  { service, reachOf, isOfAll = () => false, parts: partRules = ONE_PART }: TrafficRules,
  parts: TrafficParts = {},
): Traffic {
  const { now = () => performance.now(), random = Math.random, watch = UNWATCHED, outage = null } = parts;
  const { partState = () => ({}) } = parts;
  const partCircuits = createPartCircuits(partRules, partState, now);
  const pauses = createPauses(now, parts.book);
  const circuit = createCircuit({ watch, outage, now });
  const spread: Spread = (waitMs) => Math.ceil(waitMs + random() * Math.min(waitMs / 3, SPREAD_MS));

  const held = (call: Call, stopped: ReturnType<typeof circuit.peek>, left: number) =>
    missingPart(service, call, { part: partRules.partOf(call), missing: partCircuits.peek(call) }, spread) ??
    (stopped === null ? null : stoppedCall(service, call, stopped, spread)) ??
    (left === 0 ? null : putOff(service, call, spread(left)));

  function note(call: Call, error: unknown): void {
    if (!(error instanceof IntegrationError)) {
      return;
    }
    if (isOutage(error) && !partCircuits.failed(call, error)) {
      circuit.failed(error, isOfAll(error) ? null : placeOf(call));
    } else {
      circuit.answered();
    }
    if (asksForPause(error)) {
      pauses.refused(call, reachOf(error), error.retryAfterMs);
    }
  }

  return {
    heldBack: (call) => held(call, circuit.peek(), pauses.leftFor(call)),
    pass: async (call, send) => {
      const left = pauses.leftFor(call);
      const goes = left === 0 && partCircuits.peek(call) === null;
      const notNow = held(call, goes ? circuit.admit() : circuit.peek(), left);
      if (notNow !== null) {
        throw notNow;
      }
      partCircuits.admit(call);
      try {
        const answer = await send();
        circuit.answered();
        partCircuits.answered(call);
        pauses.taken(call);
        return answer;
      } catch (error) {
        note(call, error);
        throw isRefusal(error) && circuit.peek() !== null ? asOneOfAll(error) : error;
      }
    },
  };
}

/** Too many calls; or away, and it says for how long: maintenance, mostly, which is over for all calls at once. */
function asksForPause({ code, retryAfterMs }: IntegrationError): boolean {
  return code === 'rate_limit' || (code === 'unavailable' && retryAfterMs !== null);
}

function putOff(service: IntegrationService, { sent }: Call, retryAfterMs: number): IntegrationError {
  return heldBackError(
    service,
    'rate_limit',
    retryAfterMs,
    `${service} asked for a pause: ${sent.method} ${sent.path} was not sent and waits ${Math.ceil(retryAfterMs / 1_000)} s`,
  );
}

interface Stopped {
  readonly outage: Outage;
  readonly waitMs: number;
}

/** Makes a wait a little longer, so that not all of them end in the same moment. */
type Spread = (waitMs: number) => number;

const WHY: { readonly [K in Outage['kind']]: string } = {
  auth: 'refuses our credentials',
  forbidden: 'refuses everything that we ask',
  away: 'does not answer',
};

function stoppedCall(
  service: IntegrationService,
  { sent }: Call,
  { outage, waitMs }: Stopped,
  spread: Spread,
): IntegrationError {
  return heldBackError(
    service,
    'unavailable',
    spread(Math.min(waitMs, ASK_AGAIN_MS)),
    `${service} ${WHY[outage.kind]}: ${sent.method} ${sent.path} was not sent and waits (last: ${outage.message})`,
  );
}

/** Its status is that of the answer which stopped it: whoever can do without the part tells it so. */
function missingPart(
  service: IntegrationService,
  { sent }: Call,
  { part, missing }: { readonly part: string; readonly missing: Stopped | null },
  spread: Spread,
): IntegrationError | null {
  if (missing === null) {
    return null;
  }
  const { outage, waitMs } = missing;
  const message = `${service} does not have the ${part}: ${sent.method} ${sent.path} was not sent and waits (last: ${outage.message})`;
  return heldBackError(service, 'unavailable', spread(Math.min(waitMs, ASK_AGAIN_MS)), message, 404);
}

function heldBackError(
  service: IntegrationService,
  code: string,
  retryAfterMs: number,
  message: string,
  status: number | null = null,
): IntegrationError {
  return new IntegrationError({
    service,
    message,
    code,
    status,
    retryable: true,
    retryAfterMs,
    heldBack: true,
  });
}
