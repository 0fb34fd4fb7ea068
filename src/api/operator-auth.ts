/** Who may read, decide and manage: the holder of a token, a session given for one, or who is at the machine while there is none. */
import type { Request, RequestHandler, Response } from 'express';
import type { Decider } from '../domain/approval.js';
import { includesScope, type Operator, type Scope } from '../domain/operator.js';
import { sha256Of } from '../operators/token-secret.js';
import { type Attempts, createAttempts } from './attempts.js';
import type { ClientAddress } from './client-address.js';
import { type SessionCookie, sessionCookieOf } from './cookies.js';
import { HttpError } from './http-error.js';
import { isLocalRequest, isOriginOf, isSameOriginWrite, isWrite } from './local-request.js';
import { LOCAL_OPERATOR, type Operators } from './operators.js';
import { isCsrfTokenOf, type Session, type Sessions } from './sessions.js';

/** Wrong tokens of one address in a minute. A person mistypes a few times; a token cannot be guessed at any rate. */
const MOST_WRONG = 20;
/** What a session that nobody needed a token for is given for. */
const LOCAL_CREDENTIAL = 'local';

export interface Identity {
  readonly operator: Operator;
  readonly via: 'token' | 'session' | 'local';
  /** The sha256 of the token, or `local`: what a session is given for. */
  readonly credential: string;
  readonly session: Session | null;
}

export interface OperatorAuth {
  /** Throws `HttpError`: 401 for nobody we know, 403 for a write that another page may have caused, 429. */
  identify(request: Request): Identity;
  /** The same for a token that came in a body. Refuses all of an address that guessed too often in this minute. */
  logIn(request: Request, token: string | undefined): Identity;
  /** Lets those through who hold this scope; `identityOf` answers who it is, also in `onRefused`. */
  need(scope: Scope, onRefused?: (request: Request, response: Response) => Promise<void>): RequestHandler;
}

export interface OperatorAuthParts {
  readonly operators: Operators;
  readonly sessions: Sessions;
  /** Whom wrong tokens are counted against; who somebody is never follows from it. */
  readonly clientAddress: ClientAddress;
  readonly clock: () => Date;
}

export function createOperatorAuth(parts: OperatorAuthParts): OperatorAuth {
  const wrong = createAttempts(MOST_WRONG);
  const identify = (request: Request): Identity => {
    const token = parts.operators.isLocalEnough() ? null : bearerOf(request);
    if (token !== null) {
      return byToken(parts, wrong, request, token);
    }
    return bySession(parts, request) ?? byPlace(parts, request);
  };
  return {
    identify,
    logIn(request, token) {
      const pause = wrong.pauseSeconds(parts.clientAddress(request), parts.clock().getTime());
      if (pause > 0) {
        throw tooManyAttempts(pause);
      }
      assertNoForeignOrigin(request);
      return token === undefined ? identify(request) : byToken(parts, wrong, request, token);
    },
    need: (scope, onRefused) => async (request, response, next) => {
      const identity = identify(request);
      response.locals['identity'] = identity;
      if (!includesScope(identity.operator.scope, scope)) {
        await onRefused?.(request, response);
        throw insufficientScope(scope, identity.operator);
      }
      // What an operator may read is nobody else's, a proxy's cache included.
      response.setHeader('Cache-Control', 'no-store');
      next();
    },
  };
}

/** Who is behind a request that came through `need`. */
export function identityOf(response: Response): Identity {
  const identity = response.locals['identity'] as Identity | undefined;
  if (identity === undefined) {
    throw new Error('the route does not say which scope it needs');
  }
  return identity;
}

/** The same as decisions name them. The command line says so itself; a session is the page's. */
export function deciderOf(request: Request, response: Response): Decider {
  const { operator, via } = identityOf(response);
  const isCli = request.headers['x-pm-agent-client'] === 'cli';
  return {
    id: operator.id,
    name: operator.name,
    channel: via === 'session' ? 'web' : isCli ? 'cli' : 'api',
  };
}

/** Null for any other scheme too: a proxy in front may ask for a password of its own. */
function bearerOf(request: Request): string | null {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** Both sides are hashed before they are compared: equal lengths, and nothing of the token is told by the time. */
function byToken(parts: OperatorAuthParts, wrong: Attempts, request: Request, token: string): Identity {
  const credential = sha256Of(token);
  const now = parts.clock();
  const operator = parts.operators.bySha256(credential, now);
  if (operator === null) {
    const pause = wrong.count(parts.clientAddress(request), now.getTime());
    throw pause > 0
      ? tooManyAttempts(pause)
      : unauthorised('the token is not known, has expired or was revoked');
  }
  return { operator, via: 'token', credential, session: null };
}

/** Null where no session is left: then the request stands for itself. */
function bySession({ operators, sessions, clock }: OperatorAuthParts, request: Request): Identity | null {
  const cookie = sessionCookieOf(request);
  const now = clock();
  const session = cookie === null ? null : sessions.find(cookie.value, now.getTime());
  if (cookie === null || session === null) {
    return null;
  }
  const { credential } = session;
  const isLocal = credential === LOCAL_CREDENTIAL;
  const operator = isLocal ? localOperator(operators, request) : operators.bySha256(credential, now);
  if (operator === null) {
    return null;
  }
  if (isWrite(request.method)) {
    assertOwnWrite(request, cookie, session);
  }
  return { operator, via: 'session', credential, session };
}

function byPlace({ operators }: OperatorAuthParts, request: Request): Identity {
  const operator = localOperator(operators, request);
  if (operator === null) {
    throw unauthorised(operators.isLocalEnough() ? LOCAL_ONLY : TOKEN_NEEDED);
  }
  if (isWrite(request.method) && !isSameOriginWrite(request)) {
    throw foreignOrigin();
  }
  return { operator, via: 'local', credential: LOCAL_CREDENTIAL, session: null };
}

function localOperator(operators: Operators, request: Request): Operator | null {
  return operators.isLocalEnough() && isLocalRequest(request, request.originalUrl) ? LOCAL_OPERATOR : null;
}

/** Throws 403 for a write with this session that another page may have caused. */
export function assertOwnWrite(request: Request, cookie: SessionCookie, session: Session): void {
  assertOwnPage(request, cookie.isSecure ? 'https' : 'http');
  assertCsrfToken(request, session);
}

/** The header token proves that our page sent this; what the browser itself says of the page must not speak against it. */
function assertOwnPage(request: Request, scheme: 'http' | 'https'): void {
  const { origin } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const isForeign = origin !== undefined && !isOriginOf(request.headers, [scheme]);
  if (isForeign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    throw foreignOrigin();
  }
}

/** Nobody is signed in by a page elsewhere, neither as themselves nor as somebody else. */
function assertNoForeignOrigin(request: Request): void {
  const isForeign = request.headers.origin !== undefined && !isOriginOf(request.headers, ['http', 'https']);
  if (isForeign || !isSameOriginWrite(request)) {
    throw foreignOrigin();
  }
}

function assertCsrfToken(request: Request, session: Session): void {
  const given = request.headers['x-csrf-token'];
  if (!isCsrfTokenOf(session, typeof given === 'string' ? given : undefined)) {
    throw new HttpError(
      403,
      'csrf_token',
      'a write with a session needs the header X-CSRF-Token with what GET /api/session says',
    );
  }
}

const TOKEN_NEEDED = 'send Authorization: Bearer <token>, or sign in (POST /api/session)';
const LOCAL_ONLY =
  'without a token only this machine may ask, directly and as localhost; make one (pm-agent token create) or set PM_AGENT_ADMIN_TOKEN to ask from elsewhere';

function unauthorised(message: string): HttpError {
  return new HttpError(401, 'unauthorised', message, {
    headers: { 'WWW-Authenticate': 'Bearer realm="pm-agent"' },
  });
}

export function insufficientScope(needed: Scope, { name, scope }: Operator): HttpError {
  return new HttpError(403, 'insufficient_scope', `this needs the scope ${needed}; "${name}" has ${scope}`);
}

function foreignOrigin(): HttpError {
  return new HttpError(
    403,
    'foreign_origin',
    'only a page of this very host may write here; a proxy in front must pass on the Host header',
  );
}

function tooManyAttempts(pauseSeconds: number): HttpError {
  return new HttpError(429, 'too_many_attempts', 'too many wrong tokens from this address; try again later', {
    headers: { 'Retry-After': String(pauseSeconds) },
  });
}
