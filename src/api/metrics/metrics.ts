/** Prometheus metrics of the API process, in a registry of their own. docs/operations.md lists each of them. */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { MirrorVitals } from '../../audit/mirror-reader.js';
import type { EventSource } from '../../domain/event.js';
import type { Oversight } from '../../domain/oversight.js';
import type { CommitWatch } from '../../inbox/group-commit.js';
import type { RelayStats } from '../../inbox/relay/relay.js';
import type { RelayWatch } from '../../inbox/relay/relay-watch.js';
import type { WebhookMetrics } from '../webhooks/delivery-report.js';
import { createAgentMetrics } from './agent-metrics.js';
import { type BudgetSources, createBudgetMetrics } from './budget-metrics.js';
import { createInboxMetrics } from './inbox-metrics.js';
import { createOversightMetrics } from './oversight-metrics.js';
import { createRelayMetrics } from './relay-metrics.js';
import { createWebhookMetrics } from './webhook-metrics.js';

export interface ApiMetrics extends WebhookMetrics {
  /** What became of a find of the sweep. */
  found(source: EventSource, result: 'accepted' | 'duplicate' | 'quarantined' | 'ignored'): void;
  /** A request that was refused before any route saw it. */
  readonly unreadable: (status: number) => void;
  /** A decision that did not count, and how the audit log has it. */
  readonly decisionRefused: (recorded: 'listed' | 'counted') => void;
  readonly commits: CommitWatch;
  readonly relay: RelayWatch;
  readonly contentType: string;
  text(): Promise<string>;
  stop(): void;
}

/** What is read when somebody asks. */
export interface MetricSources {
  readonly version: string;
  readonly mode: string;
  /** Null until the relay runs. */
  readonly relay: () => RelayStats | null;
  readonly pendingDecisions: () => number;
  readonly isPaused: () => boolean;
  /** Is pm-agent.yaml as it stands on disk another than the one in force? */
  readonly isFileRefused: () => boolean;
  /** Null before the worker first ran. */
  readonly vitals: (now: string) => MirrorVitals | null;
  /** How people decided in the last 30 days. */
  readonly oversight: () => Oversight;
  readonly budgets: Omit<BudgetSources, 'clock'>;
  readonly clock: () => Date;
}

export function createMetrics(sources: MetricSources): ApiMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const relay = createRelayMetrics(registry, sources.relay);
  const { vitals, clock } = sources;
  const agent = createAgentMetrics(registry, () => vitals(clock().toISOString()), clock);
  const oversight = createOversightMetrics(registry, sources.oversight, clock);
  const budgets = createBudgetMetrics(registry, { ...sources.budgets, clock });
  const finds = new Counter({
    name: 'pm_agent_sweep_finds_total',
    help: 'Changes that the sweep found, by source and what became of them',
    labelNames: ['source', 'result'] as const,
    registers: [registry],
  });
  const unreadable = new Counter({
    name: 'pm_agent_http_unreadable_total',
    help: 'Requests that no route saw, by status: no HTTP (400), too slow (408), headers too large (431)',
    labelNames: ['status'] as const,
    registers: [registry],
  });
  const refusedDecisions = new Counter({
    name: 'pm_agent_refused_decisions_total',
    help: 'Decisions that did not count, by how the audit log has them: listed one by one, or counted',
    labelNames: ['recorded'] as const,
    registers: [registry],
  });
  sayWhoAnswers(registry, sources);
  const paused = new Gauge({
    name: 'pm_agent_paused',
    help: '1 while a person has all effects stopped (pm-agent pause), else 0',
    registers: [registry],
  });
  const refused = new Gauge({
    name: 'pm_agent_configuration_refused',
    help: '1 while pm-agent.yaml on disk cannot be used and the one before holds on, else 0',
    registers: [registry],
  });
  return {
    ...createWebhookMetrics(registry),
    found: (source, result) => finds.inc({ source, result }),
    unreadable: (status) => unreadable.inc({ status }),
    decisionRefused: (recorded) => refusedDecisions.inc({ recorded }),
    commits: createInboxMetrics(registry, sources.pendingDecisions),
    relay: relay.watch,
    contentType: registry.contentType,
    text: () => {
      relay.read();
      agent.read();
      oversight.read();
      budgets.read();
      paused.set(sources.isPaused() ? 1 : 0);
      refused.set(sources.isFileRefused() ? 1 : 0);
      return registry.metrics();
    },
    stop: () => registry.clear(),
  };
}

function sayWhoAnswers(registry: Registry, { version, mode }: MetricSources): void {
  new Gauge({
    name: 'pm_agent_info',
    help: 'Always 1: which version answers, and in which mode',
    labelNames: ['version', 'mode'] as const,
    registers: [registry],
  }).set({ version, mode }, 1);
}
