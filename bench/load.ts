/** Load on one address, and what its answers took. */
import autocannon from 'autocannon';
import { nextDelivery } from './deliveries.js';

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** One burst of distinct, signed comment events. Anything but 202 makes the figure worthless, so it throws. */
export async function load(
  url: string,
  options: {
    readonly secret: string;
    readonly connections: number;
    readonly seconds: number;
    /** Deliveries a second; left out: as many as are answered. */
    readonly rate?: number;
  },
): Promise<Load> {
  const result = await autocannon({
    url: `${url}/webhooks/jira`,
    connections: options.connections,
    duration: options.seconds,
    ...(options.rate === undefined ? {} : { overallRate: options.rate }),
    requests: [
      { method: 'POST', setupRequest: (request) => ({ ...request, ...nextDelivery(options.secret) }) },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}
