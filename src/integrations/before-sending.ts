/**
 * Between the ledger's word that a request may be at the vendor and the request itself nothing may take long: the next
 * attempt counts from that word on when it asks whether this one can still be in work.
 */
import type { AddressGuard } from './address-guard.js';
import type { Sent } from './http-failure.js';
import { notSent } from './integration-error.js';

/** Later than this after it was begun no write leaves: DNS stalled, or the machine slept. */
const LEAVES_WITHIN_MS = 5_000;

export interface Sending {
  readonly sent: Sent;
  readonly guard?: AddressGuard | undefined;
  /** Of the whole request, the guard's look included. */
  readonly signal: AbortSignal;
  /** Milliseconds of the wall clock: a monotonic one stands still while the machine sleeps. */
  readonly now?: (() => number) | undefined;
}

/** Looks at the address. Rejects where it may not be sent: nothing left then. */
export async function beforeSending({ sent, guard, signal, now = Date.now }: Sending): Promise<void> {
  const begunAt = now();
  if (guard !== undefined && (await endedBefore(guard(), signal))) {
    throw notSent(sent.service, `the address for ${sent.method} ${sent.path} was not found out in time`);
  }
  if (sent.write && now() - begunAt > LEAVES_WITHIN_MS) {
    throw notSent(sent.service, `${sent.method} ${sent.path} was kept from leaving for too long`);
  }
}

/** Did the signal end before the work did? */
function endedBefore(work: Promise<void>, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(true);
    signal.addEventListener('abort', stop, { once: true });
    work.then(() => resolve(false), reject).finally(() => signal.removeEventListener('abort', stop));
    if (signal.aborted) {
      stop();
    }
  });
}
