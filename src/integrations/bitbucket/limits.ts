import { createTraffic, type Traffic, type TrafficParts } from '../traffic/traffic.js';

/**
 * One rolling hour for all that a user asks of repositories (support.atlassian.com/bitbucket-cloud/docs/api-request-limits):
 * a refusal stops everything.
 */
export function createBitbucketTraffic(parts: TrafficParts = {}): Traffic {
  return createTraffic({ service: 'bitbucket', reachOf: () => 'client' }, parts);
}
