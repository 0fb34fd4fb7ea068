/** The headers of a 429, as each vendor sends them (developer.atlassian.com/cloud/jira/platform/rate-limiting, docs.slack.dev). */
import type { Vendor } from './vendors.js';

/** Which limit was reached. Only Jira says so. */
export const LIMITS = ['issue', 'burst', 'quota'] as const;
export type Limit = (typeof LIMITS)[number];

const REASONS: { readonly [L in Limit]: string } = {
  issue: 'jira-per-issue-on-write',
  burst: 'jira-burst-based',
  quota: 'jira-quota-tenant-based',
};

/** @param ms until the limit is over; told in whole seconds, as all vendors do */
export function rateLimitHeaders(
  vendor: Vendor,
  limit: Limit,
  ms: number,
  now: Date,
): Record<string, string> {
  const retryAfter = { 'Retry-After': String(Math.ceil(ms / 1_000)) };
  return vendor === 'jira'
    ? {
        ...retryAfter,
        'RateLimit-Reason': REASONS[limit],
        'X-RateLimit-Limit': '100',
        'X-RateLimit-Remaining': '0',
        'X-RateLimit-Reset': new Date(now.getTime() + ms).toISOString(),
      }
    : retryAfter;
}
