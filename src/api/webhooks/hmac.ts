import { createHmac, timingSafeEqual } from 'node:crypto';

const HUB_PREFIX = 'sha256=';
const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * Is this `sha256=<hex>` header the HMAC of these bytes under one of the secrets (Jira, Bitbucket: `X-Hub-Signature`)?
 * The header names its method; only `sha256` is believed. False for a missing, cut, over-long or odd header; never throws.
 */
export function isHubSignature(header: unknown, raw: Buffer, secrets: readonly string[]): boolean {
  return (
    typeof header === 'string' &&
    header.startsWith(HUB_PREFIX) &&
    isHmacOf(header.slice(HUB_PREFIX.length), [raw], secrets)
  );
}

/**
 * Is `hex` the HMAC-SHA256 of the parts, one after the other, under one of the secrets?
 * Compares in constant time and tries every secret, so that the time does not tell which one fits.
 */
export function isHmacOf(
  hex: string,
  parts: readonly (string | Buffer)[],
  secrets: readonly string[],
): boolean {
  if (!SHA256_HEX.test(hex)) {
    return false;
  }
  const given = Buffer.from(hex, 'hex');
  let found = false;
  for (const secret of secrets) {
    const hmac = createHmac('sha256', secret);
    for (const part of parts) {
      hmac.update(part);
    }
    // Equal lengths are certain here; `timingSafeEqual` throws on others, and a 500 would make vendors retry.
    found = timingSafeEqual(hmac.digest(), given) || found;
  }
  return found;
}
