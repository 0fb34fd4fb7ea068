/** Who may read and decide: the one at this machine while no token is configured, else the holder of the token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Request, RequestHandler } from 'express';
import { isLoopbackHost } from '../config/loopback.js';
import type { Decider } from '../domain/approval.js';
import { HttpError } from './http-error.js';

const FORWARDING = /^(?:forwarded|x-forwarded-.*|x-real-ip|via)$/;

/**
 * Lets operators through, 401 for everybody else. With a token: `Authorization: Bearer <token>`. Without one: only over
 * loopback, to the one Host of this machine, with no foreign Origin and no sign of a proxy in between.
 */
export function createOperatorAuth(adminToken: string | null): RequestHandler {
  const expected = adminToken === null ? null : sha256(adminToken);
  return (request, response, next) => {
    const allowed = expected === null ? isLocal(request) : holdsToken(request, expected);
    if (allowed) {
      next();
      return;
    }
    response.setHeader('WWW-Authenticate', 'Bearer realm="pm-agent"');
    next(new HttpError(401, 'unauthorised', expected === null ? LOCAL_ONLY : TOKEN_NEEDED));
  };
}

const TOKEN_NEEDED = 'send Authorization: Bearer <token>';
const LOCAL_ONLY =
  'without PM_AGENT_ADMIN_TOKEN only this machine may ask, directly and as localhost; set a token to ask from elsewhere';

/** The operator behind a request that came through. Their client says so itself where it is the command line. */
export function operatorOf(request: Request, adminToken: string | null): Decider {
  const channel = request.headers['x-pm-agent-client'] === 'cli' ? 'cli' : 'api';
  return adminToken === null
    ? { id: 'local', name: 'local operator', channel }
    : { id: 'admin', name: 'admin', channel };
}

/** Both sides are hashed first: equal lengths, and nothing of the token is told by the time. */
function holdsToken(request: Request, expected: Buffer): boolean {
  const given = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(sha256(given), expected);
}

function isLocal(request: Request): boolean {
  const { headers } = request;
  return (
    isLoopbackAddress(request.socket.remoteAddress ?? '') &&
    request.originalUrl.startsWith('/') &&
    hasOneHost(request.rawHeaders) &&
    isOwnHost(headers.host) &&
    isOwnOrigin(headers) &&
    !Object.keys(headers).some((name) => FORWARDING.test(name))
  );
}

function isLoopbackAddress(address: string): boolean {
  return isLoopbackHost(address.replace(/^::ffff:/i, ''));
}

/** Of several Node shows the first; a proxy in between may have gone by another. */
function hasOneHost(rawHeaders: readonly string[]): boolean {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length === 1;
}

/** Host names a page elsewhere could have been rebound to are refused: only the three spellings of this machine. */
function isOwnHost(host: string | undefined): boolean {
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host ?? '');
}

function isOwnOrigin({ origin, host }: IncomingHttpHeaders): boolean {
  return (
    origin === undefined || (host !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`)
  );
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
