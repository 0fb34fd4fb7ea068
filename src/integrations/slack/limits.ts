/** Slack's limits: a tier for each method, and a message a second for each channel (docs.slack.dev/apis/web-api/rate-limits). */
import { createTraffic, type Traffic, type TrafficParts } from '../traffic/traffic.js';

/** A refusal never says which limit it was: of a post the channel's, as that is the narrower one. */
export function createSlackTraffic(parts: TrafficParts = {}): Traffic {
  return createTraffic({ service: 'slack', reachOf: () => 'resource' }, parts);
}

/** The channel that this call writes into, with its method; null for none. */
export function channelOfCall(method: string, args: Readonly<Record<string, unknown>>): string | null {
  const { channel } = args;
  return method.startsWith('chat.') && typeof channel === 'string' ? `${method} ${channel}` : null;
}
