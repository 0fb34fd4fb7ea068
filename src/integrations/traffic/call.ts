import type { Sent } from '../http-failure.js';

/** How far a vendor's refusal for too many calls reaches. */
export type LimitReach =
  /** Writes of this one thing: an issue of Jira's, a channel of Slack's. */
  | 'resource'
  /** This method on this kind of address. */
  | 'endpoint'
  /** Everything that this vendor gets from us. */
  | 'client';

/** One call as a vendor's limits see it. */
export interface Call {
  readonly sent: Sent;
  /** The one thing that it writes; null for none, and for reads. */
  readonly resource: string | null;
  /** What it is about, where neither path nor resource says so. */
  readonly place?: string;
}

// What names one thing is left out: `POST /rest/api/3/issue/PAY-1/comment` and PAY-2's are one endpoint.
export function endpointOf({ method, path }: Sent): string {
  const parts = path
    .split('/')
    .map((part) => (/^v?\d(?:\.\d+)?$/.test(part) || !/[\d{%]/.test(part) ? part : '*'));
  return `${method} ${parts.join('/')}`;
}

/** The one thing that a call is about: an issue, a repository, a channel, else the path. */
export function placeOf({ sent, resource, place }: Call): string {
  const named = /^\/(?:repositories\/[^/]+\/[^/]+|.*?\/issue\/[^/]+)/.exec(sent.path)?.[0];
  return place ?? named ?? resource ?? sent.path;
}
