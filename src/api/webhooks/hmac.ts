import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Claim } from './door.js';

const HUB_PREFIX = 'sha256=';
const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * What `X-Hub-Signature: sha256=<hex>` claims (Jira, Bitbucket). The header names its method; only `sha256` is believed.
 * A missing, cut, over-long, repeated or otherwise odd one claims nothing; never throws.
 */
export function hubClaim(headers: IncomingHttpHeaders): Claim {
  const header = headers['x-hub-signature'];
  const hex =
    typeof header === 'string' && header.startsWith(HUB_PREFIX) ? header.slice(HUB_PREFIX.length) : '';
  return isSha256Hex(hex) ? { ok: true, hex, before: '', signedAt: null } : { ok: false };
}

export function isSha256Hex(text: string): boolean {
  return SHA256_HEX.test(text);
}

/**
 * Does the claim hold: is its HMAC-SHA256 that of these bytes under one of the secrets?
 * Compares in constant time and tries every secret, so that the time does not tell which one fits.
 */
export function isClaimTrue(
  { hex, before }: Extract<Claim, { readonly ok: true }>,
  raw: Buffer,
  secrets: readonly string[],
): boolean {
  const given = Buffer.from(hex, 'hex');
  let found = false;
  for (const secret of secrets) {
    const hmac = createHmac('sha256', secret);
    if (before !== '') {
      hmac.update(before);
    }
    // Equal lengths are certain here; `timingSafeEqual` throws on others, and a 500 would make vendors retry.
    found = timingSafeEqual(hmac.update(raw).digest(), given) || found;
  }
  return found;
}
