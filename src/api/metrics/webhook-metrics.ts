import { Counter, Histogram, type Registry } from 'prom-client';
import { EVENT_SOURCES, type EventSource } from '../../domain/event.js';
import type { WebhookMetrics } from '../webhooks/delivery-report.js';
import { DELIVERY_RESULTS, REFUSALS, type Refusal } from '../webhooks/refusals.js';

/** From a millisecond to the three seconds after which Slack sends again. */
const ACK_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];

/**
 * What the doors tell. Each counter is looked up once for every label, at start: an acknowledgement makes no object of
 * labels, and each series stands at 0 from the first reading on.
 */
export function createWebhookMetrics(registry: Registry): WebhookMetrics {
  const registers = [registry];
  const deliveries = new Counter({
    name: 'pm_agent_webhook_deliveries_total',
    help: 'Deliveries by source and what became of them',
    labelNames: ['source', 'result'] as const,
    registers,
  });
  const refusals = new Counter({
    name: 'pm_agent_webhook_refused_total',
    help: 'Deliveries that were not taken, by source and reason',
    labelNames: ['source', 'reason'] as const,
    registers,
  });
  const skews = new Counter({
    name: 'pm_agent_webhook_skew_rejects_total',
    help: 'Signed deliveries turned away because their time and ours differ by more than 5 minutes: Slack refused, Jira quarantined',
    labelNames: ['source'] as const,
    registers,
  });
  const acks = new Histogram({
    name: 'pm_agent_webhook_ack_seconds',
    help: 'From the request to the end of its answer, for deliveries that were taken',
    labelNames: ['source'] as const,
    buckets: ACK_SECONDS,
    registers,
  });
  const reasons: readonly Refusal[] = [...REFUSALS, 'other'];
  const delivered = bySource((source) =>
    each(DELIVERY_RESULTS, (result) => counting(deliveries, source, result)),
  );
  const refused = bySource((source) => each(reasons, (reason) => counting(refusals, source, reason)));
  const skewed = bySource((source) => counting(skews, source));
  const acknowledged = bySource((source) => {
    acks.zero({ source });
    return acks.labels(source);
  });
  return {
    delivered: (source, result) => delivered[source][result].inc(),
    refused: (source, reason) => refused[source][reason].inc(),
    skewed: (source) => skewed[source].inc(),
    acknowledged: (source, milliseconds) => acknowledged[source].observe(milliseconds / 1_000),
  };
}

function counting<L extends string>(counter: Counter<L>, ...labels: string[]) {
  const child = counter.labels(...labels);
  child.inc(0);
  return child;
}

function bySource<T>(make: (source: EventSource) => T): { readonly [S in EventSource]: T } {
  return each(EVENT_SOURCES, make);
}

function each<K extends string, T>(keys: readonly K[], make: (key: K) => T): { readonly [N in K]: T } {
  return Object.fromEntries(keys.map((key) => [key, make(key)])) as { readonly [N in K]: T };
}
