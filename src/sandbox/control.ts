/** The control routes of the contract: what arrived, the state, reset and faults. */
import { Router } from 'express';
import type { Faults } from './faults.js';
import { parseFault } from './faults.js';
import { query, queryNumber, refuse } from './http.js';
import { type Outbox, WEBHOOK_VENDORS } from './outbox.js';
import type { Received } from './received.js';
import type { Store } from './store.js';
import { VENDORS } from './vendors.js';

export interface ControlDeps {
  readonly store: Store;
  readonly received: Received;
  readonly faults: Faults;
  readonly outbox: Outbox;
  /** Puts the seed into an empty store. */
  readonly seed: () => void;
  readonly clock: () => Date;
  /** Called after lost webhooks were put into the queue. */
  readonly released: () => void;
}

/** `GET /_received` · `GET /_state` · `POST /_reset` · `GET|POST|DELETE /_faults` · `POST /_webhooks/release` */
export function createControlRouter(deps: ControlDeps): Router {
  const { store, received, faults, outbox, seed } = deps;
  const router = Router();
  router.get('/_received', (request, response) => {
    const wanted = query(request, 'vendor');
    const vendor = VENDORS.find((name) => name === wanted) ?? null;
    if (wanted !== null && vendor === null)
      return refuse(response, `"vendor" must be one of ${VENDORS.join(', ')}.`);
    response.json({ items: received.list(queryNumber(request, 'after', 0), vendor) });
  });
  router.get('/_state', (_request, response) => {
    response.json({ ...stateOf(store), faults: faults.list(), webhooks: outbox.recent(100) });
  });
  router.post('/_reset', (_request, response) => {
    store.transaction(() => {
      store.clear();
      seed();
    });
    response.json({ ok: true });
  });
  router.post('/_webhooks/release', (request, response) => {
    const wanted = query(request, 'vendor');
    const vendor = WEBHOOK_VENDORS.find((name) => name === wanted) ?? null;
    if (wanted !== null && vendor === null)
      return refuse(response, `"vendor" must be one of ${WEBHOOK_VENDORS.join(', ')}.`);
    const released = outbox.release(vendor, deps.clock().getTime());
    deps.released();
    response.json({ released });
  });
  router.get('/_faults', (_request, response) => void response.json({ items: faults.list() }));
  router.delete('/_faults', (_request, response) => {
    faults.clear();
    response.json({ items: [] });
  });
  router.post('/_faults', (request, response) => {
    const given: unknown[] = Array.isArray(request.body) ? request.body : [request.body];
    const read = given.map((fault) => parseFault(fault));
    const problem = read.find((fault) => typeof fault === 'string');
    if (problem !== undefined) return refuse(response, problem);
    for (const fault of read) if (typeof fault !== 'string') faults.add(fault);
    response.json({ items: faults.list() });
  });
  return router;
}

/** Documents by vendor and kind, as they are kept. */
function stateOf(store: Store): Record<string, Record<string, unknown[]>> {
  const state: Record<string, Record<string, unknown[]>> = Object.fromEntries(
    VENDORS.map((vendor) => [vendor, {}]),
  );
  for (const { vendor, kind, value } of store.all()) {
    const kinds = (state[vendor] ??= {});
    (kinds[kind] ??= []).push(value);
  }
  return state;
}
