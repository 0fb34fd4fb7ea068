/** The reverse proxies whose word about a client's address counts (TRUSTED_PROXIES). */
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';
import { z } from 'zod';

/** A variable that holds a list of addresses and ranges; empty where it is unset. A range of everything is refused. */
export function trustedProxies() {
  return z
    .string()
    .default('')
    .transform((value, context): readonly string[] => {
      const entries = value.split(',').flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
      const wrong = entries.find((entry) => !isProxy(entry));
      if (wrong !== undefined) {
        const message = `"${wrong}" is neither an address nor a range (for example 127.0.0.1, 10.0.0.0/8)`;
        context.addIssue({ code: 'custom', message });
      }
      return entries;
    });
}

/** `proxy-addr` also reads `10` and `0x7f.1` as addresses: here these are slips. */
function isProxy(entry: string): boolean {
  if (isIP(entry.split('/', 1)[0] ?? '') === 0) {
    return false;
  }
  try {
    proxyAddr.compile(entry);
    return true;
  } catch {
    return false;
  }
}
