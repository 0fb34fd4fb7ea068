/** Does a request come from the machine itself, and does a browser's request come from our own page? */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isLoopbackHost } from '../config/loopback.js';

const FORWARDING = /^(?:forwarded|x-forwarded-.*|x-real-ip|via)$/;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** A form of another page can send a POST with one of the three types of forms, and nothing else. */
const FORM_METHOD = 'POST';

/** Over loopback, to the one Host of this machine, with no foreign Origin and no sign of a proxy in between. */
export function isLocalRequest(request: IncomingMessage, target: string): boolean {
  const { headers } = request;
  return (
    isLoopbackHost((request.socket.remoteAddress ?? '').replace(/^::ffff:/i, '')) &&
    target.startsWith('/') &&
    hasOneHost(request.rawHeaders) &&
    isOwnHost(headers.host) &&
    (headers.origin === undefined || isOriginOf(headers, ['http'])) &&
    !Object.keys(headers).some((name) => FORWARDING.test(name))
  );
}

/** A request that only reads changes nothing, whoever made a browser send it. */
export function isWrite(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/** Of several Node shows the first; a proxy in between may have gone by another. */
function hasOneHost(rawHeaders: readonly string[]): boolean {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length === 1;
}

/** Host names a page elsewhere could have been rebound to are refused: only the three spellings of this machine. */
export function isOwnHost(host: string | undefined): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host ?? '');
}

/** Does the page that sent this stand at our own host, under one of these schemes? False where no page says so. */
export function isOriginOf(
  { origin, host }: IncomingHttpHeaders,
  schemes: readonly ('http' | 'https')[],
): boolean {
  return (
    origin !== undefined &&
    host !== undefined &&
    schemes.some((scheme) => origin.toLowerCase() === `${scheme}://${host.toLowerCase()}`)
  );
}

/**
 * Can a page elsewhere not have caused this write? A browser says where it comes from; what is no browser sends
 * something that no form of another page can: another method, JSON, or a header of its own.
 */
export function isSameOriginWrite(request: IncomingMessage): boolean {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) {
    return site === 'same-origin' || site === 'none';
  }
  return (
    headers.origin !== undefined ||
    headers.authorization !== undefined ||
    request.method !== FORM_METHOD ||
    headers['x-pm-agent-client'] !== undefined ||
    /^application\/json\b/i.test(headers['content-type'] ?? '')
  );
}
