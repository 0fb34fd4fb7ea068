import { headerOf, type SignedRequest } from './door.js';
import { isHmacOf } from './hmac.js';

const WINDOW_MS = 5 * 60_000;
const PREFIX = 'v0=';

/**
 * Slack's `v0` scheme: `X-Slack-Signature: v0=<hex>` over `v0:<timestamp>:<raw body>`, refused when the signed
 * timestamp is more than five minutes away from our clock (docs.slack.dev, "verifying requests").
 */
export function isSlackSignature(request: SignedRequest, secrets: readonly string[]): boolean {
  const timestamp = timestampOf(request);
  return timestamp !== null && isInTime(request, timestamp) && isSigned(request, timestamp, secrets);
}

/**
 * How far our clock is ahead of a time that Slack signed rightly and that is out of the window; null for everything
 * else. Only what the secret signed counts: a stranger must not make us doubt our clock. Milliseconds.
 */
export function slackSkewMs(request: SignedRequest, secrets: readonly string[]): number | null {
  const timestamp = timestampOf(request);
  return timestamp !== null && !isInTime(request, timestamp) && isSigned(request, timestamp, secrets)
    ? request.now - Number(timestamp) * 1_000
    : null;
}

function timestampOf({ headers }: SignedRequest): string | null {
  const timestamp = headerOf(headers, 'x-slack-request-timestamp');
  return timestamp !== null && /^\d{1,12}$/.test(timestamp) ? timestamp : null;
}

function isInTime({ now }: SignedRequest, timestamp: string): boolean {
  return Math.abs(now - Number(timestamp) * 1_000) <= WINDOW_MS;
}

function isSigned({ headers, raw }: SignedRequest, timestamp: string, secrets: readonly string[]): boolean {
  const signature = headerOf(headers, 'x-slack-signature');
  return (
    signature?.startsWith(PREFIX) === true &&
    isHmacOf(signature.slice(PREFIX.length), [`v0:${timestamp}:`, raw], secrets)
  );
}
