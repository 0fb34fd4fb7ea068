import { Gauge, type Registry } from 'prom-client';
import { ENOUGH, type Latency, type Oversight, type Share } from '../../domain/oversight.js';
import { atMostEvery } from './at-most-every.js';

/** Measuring reads a month of requests: more often than this nobody learns more. */
const EVERY_MS = 60_000;

const SHARES: { readonly [label: string]: (measured: Oversight) => Share } = {
  accepted: ({ accepted }) => accepted,
  edited: ({ edited }) => edited,
  clean: ({ clean }) => clean,
  rejected: ({ rejected }) => rejected,
  expired: ({ expired }) => expired,
  rubber_stamp: ({ rubberStamps }) => rubberStamps,
};

/** How people decided in the last 30 days. What is not known has no series. */
export function createOversightMetrics(
  registry: Registry,
  measure: () => Oversight,
  clock: () => Date,
): { read(): void } {
  const ratio = new Gauge({
    name: 'pm_agent_oversight_ratio',
    help: 'Shares of the requests of the last 30 days, by what became of them; nothing where none was decided',
    labelNames: ['measure'] as const,
    registers: [registry],
  });
  const latency = new Gauge({
    name: 'pm_agent_approval_latency_seconds',
    help: `From the question to the decision, of the last 30 days; nothing below ${ENOUGH} decisions`,
    labelNames: ['quantile'] as const,
    registers: [registry],
  });
  const working = new Gauge({
    name: 'pm_agent_approval_working_latency_seconds',
    help: `As pm_agent_approval_latency_seconds, in the working time of the request's team`,
    labelNames: ['quantile'] as const,
    registers: [registry],
  });
  return {
    read: atMostEvery(EVERY_MS, clock, () => {
      const measured = measure();
      ratio.reset();
      for (const [label, shareOf] of Object.entries(SHARES)) {
        const { share } = shareOf(measured);
        if (share !== null) {
          ratio.set({ measure: label }, share);
        }
      }
      show(latency, measured.latency);
      show(working, measured.workLatency);
    }),
  };
}

function show(gauge: Gauge<'quantile'>, { seconds, p50, p85 }: Latency): void {
  gauge.reset();
  if (seconds.length >= ENOUGH && p50 !== null && p85 !== null) {
    gauge.set({ quantile: '0.5' }, p50);
    gauge.set({ quantile: '0.85' }, p85);
  }
}
