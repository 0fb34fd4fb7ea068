import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { RelayStats } from '../../inbox/relay/relay.js';
import type { RelayWatch } from '../../inbox/relay/relay-watch.js';

const START_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600];
const CYCLE_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600, 86_400];

/** What the relay has before it: one gauge each, read when somebody asks. */
const GAUGES: readonly {
  readonly name: string;
  readonly help: string;
  readonly value: (stats: RelayStats) => number;
}[] = [
  {
    name: 'pm_agent_relay_lag_seconds',
    help: 'How long the event that waits longest has been due without its workflow being started; 0 where none is due',
    value: ({ lagMs }) => lagMs / 1_000,
  },
  {
    name: 'pm_agent_relay_waiting_events',
    help: 'Accepted events that wait for their window, their lane or their turn, counted up to 100,000',
    value: ({ waiting }) => waiting,
  },
  {
    name: 'pm_agent_relay_starting_events',
    help: 'Events whose turn it is and whose workflow Temporal may not have yet, counted up to 1,000',
    value: ({ starting }) => starting,
  },
  {
    name: 'pm_agent_relay_folding_events',
    help: 'Events that another one answers too, and whose small workflow Temporal may not have yet, counted up to 100,000',
    value: ({ folding }) => folding,
  },
  {
    name: 'pm_agent_relay_lanes_held',
    help: 'Subjects whose cycle works now, counted up to 1,000',
    value: ({ lanesHeld }) => lanesHeld,
  },
  {
    name: 'pm_agent_relay_healthy',
    help: '1 while workflows can be started, 0 while Temporal cannot be reached',
    value: ({ healthy }) => (healthy ? 1 : 0),
  },
  {
    name: 'pm_agent_relay_working',
    help: '1 where this process relays, 0 where another API process over the same inbox does',
    value: ({ working }) => (working ? 1 : 0),
  },
];

export interface RelayMetrics {
  readonly watch: RelayWatch;
  /** Sets the gauges to what the relay has before it now; one reading serves all of them. */
  read(): void;
}

/** @param stats null until the relay runs */
export function createRelayMetrics(registry: Registry, stats: () => RelayStats | null): RelayMetrics {
  const registers = [registry];
  const gauges = GAUGES.map(({ name, help, value }) => ({
    value,
    gauge: new Gauge({ name, help, registers }),
  }));
  return {
    watch: createWatch(registers),
    read() {
      const now = stats();
      if (now !== null) {
        for (const { value, gauge } of gauges) {
          gauge.set(value(now));
        }
      }
    },
  };
}

function createWatch(registers: Registry[]): RelayWatch {
  const started = new Histogram({
    name: 'pm_agent_relay_start_seconds',
    help: 'From an event being received to its workflow being started: its window, its lane and its turn included',
    labelNames: ['source'] as const,
    buckets: START_SECONDS,
    registers,
  });
  const ended = new Counter({
    name: 'pm_agent_cycles_ended_total',
    help: 'Cycles by how they ended; lost: closed from outside, dead_letter: could not be started',
    labelNames: ['status'] as const,
    registers,
  });
  const took = new Histogram({
    name: 'pm_agent_cycle_seconds',
    help: 'From the start of a cycle to its end, waiting for people included; without those that only note that another answers',
    buckets: CYCLE_SECONDS,
    registers,
  });
  return {
    started: ({ source, waitedMs }) => started.observe({ source }, waitedMs / 1_000),
    ended: ({ status, tookMs }) => {
      ended.inc({ status });
      if (tookMs !== null && status !== 'coalesced') {
        took.observe(tookMs / 1_000);
      }
    },
  };
}
