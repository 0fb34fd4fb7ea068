import { headerOf, type SignedRequest } from './door.js';
import { isHmacOf } from './hmac.js';

const WINDOW_SECONDS = 5 * 60;
const PREFIX = 'v0=';

/**
 * Slack's `v0` scheme: `X-Slack-Signature: v0=<hex>` over `v0:<timestamp>:<raw body>`, refused when the signed
 * timestamp is more than five minutes away from our clock (docs.slack.dev, "verifying requests").
 */
export function isSlackSignature({ headers, raw, now }: SignedRequest, secrets: readonly string[]): boolean {
  const timestamp = headerOf(headers, 'x-slack-request-timestamp');
  const signature = headerOf(headers, 'x-slack-signature');
  if (timestamp === null || signature === null || !/^\d{1,12}$/.test(timestamp)) {
    return false;
  }
  return (
    Math.abs(now / 1000 - Number(timestamp)) <= WINDOW_SECONDS &&
    signature.startsWith(PREFIX) &&
    isHmacOf(signature.slice(PREFIX.length), [`v0:${timestamp}:`, raw], secrets)
  );
}
