/**
 * Keeps requests off addresses inside the network, also where a public-looking name leads there. A base URL that is an
 * address itself, or this machine, was written on purpose; what a name leads to may change.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { IntegrationService } from '../domain/effect.js';
import { IntegrationError } from './integration-error.js';

export interface AddressGuardOptions {
  readonly service: IntegrationService;
  /** What a person knows the address by: a setting; the service where left out. */
  readonly setting?: string;
  readonly baseUrl: string;
  /** Hosts that may lead inside; nothing is looked up for them. */
  readonly privateHosts: readonly string[];
  /** All addresses of a name. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Monotonic, milliseconds. */
  readonly now?: () => number;
}

/** Rejects with an `IntegrationError` (nothing was sent) where the name leads inside the network. */
export type AddressGuard = () => Promise<void>;

/** An answer of DNS is good for so long: one look for a burst of requests. */
const GOOD_FOR_MS = 10_000;

export function createAddressGuard(options: AddressGuardOptions): AddressGuard {
  const { service, setting = service, baseUrl, privateHosts } = options;
  const { resolve = allAddresses, now = () => performance.now() } = options;
  const host = new URL(baseUrl).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(host) !== 0 || host === 'localhost' || privateHosts.includes(host)) {
    return () => Promise.resolve();
  }
  let checkedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now() - checkedAt < GOOD_FOR_MS) {
      return;
    }
    // A name that leads nowhere is told by the request itself, in the words for that.
    const addresses = await resolve(host).catch(() => []);
    const inside = addresses.find(isInside);
    if (inside !== undefined) {
      throw leadsInside(service, `${setting}: ${host}`, inside);
    }
    checkedAt = now();
  };
}

function leadsInside(service: IntegrationService, name: string, address: string): IntegrationError {
  return new IntegrationError({
    service,
    message: `${name} leads to ${address}, an address inside the network, and nothing was sent; name the host in VENDOR_PRIVATE_HOSTS where that is meant`,
    code: 'network',
    retryable: true,
  });
}

async function allAddresses(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** Blocks that no public service lives in (IANA special-purpose registries). */
const INSIDE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  INSIDE.addSubnet(net, prefix, 'ipv4');
}
for (const [net, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INSIDE.addSubnet(net, prefix, 'ipv6');
}

/** Is this an address of this machine or of a private network? IPv4 inside IPv6 counts as what it holds. */
export function isInside(address: string): boolean {
  const embedded = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const bare = embedded ?? address;
  return INSIDE.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
}
