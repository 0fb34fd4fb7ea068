/** Jira's limits: which are there at once is told in `RateLimit-Reason` (developer.atlassian.com/cloud/jira/platform/rate-limiting). */
import type { IntegrationError } from '../integration-error.js';
import type { LimitReach } from '../traffic/call.js';
import { createTraffic, type Traffic, type TrafficParts } from '../traffic/traffic.js';

const REACH: Readonly<Record<string, LimitReach>> = {
  /** 20 writes in 2 s, 100 in 30 s on one issue. */
  'jira-per-issue-on-write': 'resource',
  /** Requests a second for one endpoint and method. */
  'jira-burst-based': 'endpoint',
};

/** Quotas (`jira-quota-…`) stop everything, and so does what gives no reason: Data Center counts all calls of a user. */
export function createJiraTraffic(parts: TrafficParts = {}): Traffic {
  const reachOf = ({ limitReason }: IntegrationError) => REACH[limitReason ?? ''] ?? 'client';
  return createTraffic({ service: 'jira', reachOf }, parts);
}

/** The issue that this path is about; null for none. */
export function issueOfPath(path: string): string | null {
  return /\/issue\/([^/]+)/.exec(path)?.[1]?.toUpperCase() ?? null;
}
