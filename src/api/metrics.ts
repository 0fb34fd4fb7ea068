/** Prometheus metrics of the API process, in a registry of their own. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventSource } from '../domain/event.js';
import type { WebhookMetrics } from './webhooks/router.js';

export interface ApiMetrics extends WebhookMetrics {
  /** `accepted`, `duplicate` or `ignored`: what became of a find of the sweep. */
  found(source: EventSource, result: string): void;
  readonly contentType: string;
  text(): Promise<string>;
  stop(): void;
}

/** Numbers that are read when somebody asks; a value that cannot be read is left out. */
export type GaugeSource = () => Readonly<Record<string, number>>;

const ACK_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3];

/** @param relay what the relay knows: becomes `pm_agent_relay{name="…"}`. */
export function createMetrics(relay: GaugeSource): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const deliveries = new Counter({
    name: 'pm_agent_webhook_deliveries_total',
    help: 'Deliveries by source and what became of them',
    labelNames: ['source', 'result'] as const,
    registers: [registry],
  });
  const acks = new Histogram({
    name: 'pm_agent_webhook_ack_seconds',
    help: 'From the request to the end of its answer, for deliveries that were stored',
    labelNames: ['source'] as const,
    buckets: ACK_SECONDS,
    registers: [registry],
  });
  const finds = new Counter({
    name: 'pm_agent_sweep_finds_total',
    help: 'Changes that the sweep found, by source and what became of them',
    labelNames: ['source', 'result'] as const,
    registers: [registry],
  });
  const relayGauge = new Gauge({
    name: 'pm_agent_relay',
    help: 'What the relay has before it',
    labelNames: ['name'] as const,
    registers: [],
    collect() {
      for (const [name, value] of Object.entries(relay())) {
        this.set({ name }, value);
      }
    },
  });
  registry.registerMetric(relayGauge);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    delivered: (source, result) => deliveries.inc({ source, result }),
    found: (source, result) => finds.inc({ source, result }),
    acknowledged: (source, milliseconds) => acks.observe({ source }, milliseconds / 1000),
    stop: () => registry.clear(),
  };
}
