import type { IncomingHttpHeaders } from 'node:http';
import { type Claim, headerOf } from './door.js';
import { isSha256Hex } from './hmac.js';

const PREFIX = 'v0=';

/**
 * What Slack's `v0` scheme claims: `X-Slack-Signature: v0=<hex>` over `v0:<timestamp>:<raw body>`
 * (docs.slack.dev, "verifying requests").
 */
export function slackClaim(headers: IncomingHttpHeaders): Claim {
  const timestamp = headerOf(headers, 'x-slack-request-timestamp') ?? '';
  const signature = headerOf(headers, 'x-slack-signature') ?? '';
  const hex = signature.startsWith(PREFIX) ? signature.slice(PREFIX.length) : '';
  return /^\d{1,12}$/.test(timestamp) && isSha256Hex(hex)
    ? { ok: true, hex, before: `v0:${timestamp}:`, signedAt: Number(timestamp) * 1_000 }
    : { ok: false };
}
