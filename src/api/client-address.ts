/** Where a request comes from, for limits and the log. Who may use the API is never decided by it. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import proxyAddr from 'proxy-addr';

/** One client's address as text; empty for a connection that is gone. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * The address of the connection, or, where that is one of the trusted proxies (TRUSTED_PROXIES), the client that they
 * name in `X-Forwarded-For`: read from the right, up to the first hop that is not trusted. What any other hop says of
 * itself is ignored, and so is what is no address.
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) {
    return addressOf;
  }
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => {
    const address = addressOf(request);
    const named = address === '' ? '' : plain(proxyAddr(request, isTrusted));
    return isIP(named) === 0 ? address : named;
  };
}

function addressOf({ socket }: IncomingMessage): string {
  return plain(socket.remoteAddress ?? '');
}

/** A socket for both families writes IPv4 addresses as IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '');
}
