import { Gauge, type Registry } from 'prom-client';
import type { MirrorVitals } from '../../audit/mirror-reader.js';
import { isOutageOf } from '../outages.js';

export interface AgentMetrics {
  /** Sets the gauges to what the worker recorded up to now. */
  read(): void;
}

/** What the worker does, as far as its records tell this process. @param vitals null before the worker first ran */
export function createAgentMetrics(
  registry: Registry,
  vitals: () => MirrorVitals | null,
  clock: () => Date,
): AgentMetrics {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const approvals = gauge('pm_agent_approvals_pending', 'Requests that wait for a person');
  const breakers = gauge(
    'pm_agent_breakers_open',
    'Subjects and bots on which the agent stopped by itself in the last hour',
  );
  const unknown = gauge(
    'pm_agent_effects_unknown',
    'Effects of which nobody knows whether they were done, until a person settles them',
  );
  const denied = gauge(
    'pm_agent_actions_denied',
    'Actions of the last day that code or policy refused: foreign targets, secrets, reasons that name nothing that was read, …',
  );
  const declined = gauge(
    'pm_agent_events_declined',
    'Events of the last day that the model declined to answer, and that have no decision: people have to look',
  );
  const sweep = gauge(
    'pm_agent_sweep_age_seconds',
    'Since the last sweep that read a place to its end began; 0 before the first',
  );
  const cost = gauge('pm_agent_model_cost_usd', 'What calls of the model cost in the last day');
  const cacheHits = gauge(
    'pm_agent_model_cache_hit_ratio',
    "Share of the last day's prompt tokens that came from the model's cache; 0 before the first call",
  );
  const circuits = new Gauge({
    name: 'pm_agent_vendor_circuit_open',
    help: '1 while calls to this vendor are held back because it refuses the credentials, is away, or does not have a model',
    labelNames: ['vendor'] as const,
    registers: [registry],
  });
  return {
    read() {
      const now = vitals();
      if (now !== null) {
        approvals.set(now.approvalsPending);
        breakers.set(now.breakersOpen);
        unknown.set(now.effectsUnknown);
        denied.set(now.actionsDenied);
        declined.set(now.eventsDeclined);
        cost.set(now.modelCost);
        cacheHits.set(now.promptTokens === 0 ? 0 : now.cachedTokens / now.promptTokens);
        const outages = now.outages.split(',');
        for (const vendor of ['jira', 'bitbucket', 'slack', 'claude']) {
          circuits.set({ vendor }, outages.some((target) => isOutageOf(vendor, target)) ? 1 : 0);
        }
        sweep.set(now.sweptAt === null ? 0 : ageSeconds(now.sweptAt, clock()));
      }
    },
  };
}

function ageSeconds(since: string, now: Date): number {
  return Math.max(0, (now.getTime() - Date.parse(since)) / 1_000);
}
