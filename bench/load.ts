/** Load on one address, and what its answers took. */
import autocannon from 'autocannon';
import { nextDelivery, type SignedDelivery } from './deliveries.js';

export interface Load {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

/** What is sent, and how fast. */
export interface LoadOptions {
  readonly connections: number;
  readonly seconds: number;
  /** Deliveries a second; left out: as many as are answered. */
  readonly rate?: number;
  /** Where to; Jira's where left out, with distinct, signed comment events. */
  readonly path?: string;
  readonly next?: () => SignedDelivery;
  readonly secret?: string;
}

/** One burst of deliveries. Anything but 2xx makes the figure worthless, so it throws. */
export async function load(url: string, options: LoadOptions): Promise<Load> {
  const { path = '/webhooks/jira', secret = '', next = () => nextDelivery(secret) } = options;
  const result = await autocannon({
    url: `${url}${path}`,
    connections: options.connections,
    duration: options.seconds,
    ...(options.rate === undefined ? {} : { overallRate: options.rate }),
    requests: [{ method: 'POST', setupRequest: (request) => ({ ...request, ...next() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}
