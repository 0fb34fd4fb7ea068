/**
 * What stands between our clients and a vendor. A call that it asked us to put off, or that is stopped because the vendor
 * refuses us or is away, fails here: nothing leaves, and the failure says how long to wait.
 */
import type { IntegrationService } from '../../domain/effect.js';
import { asOneOfAll, IntegrationError, isRefusal } from '../integration-error.js';
import { type Call, type LimitReach, placeOf } from './call.js';
import { type CircuitWatch, createCircuit, isOutage, type Outage } from './circuit.js';
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
}

/** All that wait would go in the same moment: each waits up to so much longer, a third of the wait at most. */
const SPREAD_MS = 10_000;
/** While a circuit is open, those that wait ask again this soon: the first answer is for all of them. */
const ASK_AGAIN_MS = 30_000;

const UNWATCHED: CircuitWatch = { failing: () => undefined, closed: () => undefined };

/** One for each vendor, shared by all of its clients in this process. */
export function createTraffic(
  { service, reachOf, isOfAll = () => false }: TrafficRules,
  parts: TrafficParts = {},
): Traffic {
  const { now = () => performance.now(), random = Math.random, watch = UNWATCHED, outage = null } = parts;
  const pauses = createPauses(now, parts.book);
  const circuit = createCircuit({ watch, outage, now });
  const spread = (waitMs: number) => Math.ceil(waitMs + random() * Math.min(waitMs / 3, SPREAD_MS));

  function heldBy(
    call: Call,
    stopped: ReturnType<typeof circuit.peek>,
    left: number,
  ): IntegrationError | null {
    if (stopped !== null) {
      return stoppedCall(service, call, stopped.outage, spread(Math.min(stopped.waitMs, ASK_AGAIN_MS)));
    }
    return left === 0 ? null : putOff(service, call, spread(left));
  }

  function note(call: Call, error: unknown): void {
    if (!(error instanceof IntegrationError)) {
      return;
    }
    if (isOutage(error)) {
      circuit.failed(error, isOfAll(error) ? null : placeOf(call));
    } else {
      circuit.answered();
    }
    if (asksForPause(error)) {
      pauses.refused(call, reachOf(error), error.retryAfterMs);
    }
  }

  return {
    heldBack: (call) => heldBy(call, circuit.peek(), pauses.leftFor(call)),
    pass: async (call, send) => {
      const left = pauses.leftFor(call);
      const held = heldBy(call, left > 0 ? circuit.peek() : circuit.admit(), left);
      if (held !== null) {
        throw held;
      }
      try {
        const answer = await send();
        circuit.answered();
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

const WHY: { readonly [K in Outage['kind']]: string } = {
  auth: 'refuses our credentials',
  forbidden: 'refuses everything that we ask',
  away: 'does not answer',
};

function stoppedCall(
  service: IntegrationService,
  { sent }: Call,
  outage: Outage,
  retryAfterMs: number,
): IntegrationError {
  return heldBackError(
    service,
    'unavailable',
    retryAfterMs,
    `${service} ${WHY[outage.kind]}: ${sent.method} ${sent.path} was not sent and waits (last: ${outage.message})`,
  );
}

function heldBackError(
  service: IntegrationService,
  code: string,
  retryAfterMs: number,
  message: string,
): IntegrationError {
  return new IntegrationError({ service, message, code, retryable: true, retryAfterMs, heldBack: true });
}
