/** Signing in and out of the page: a token is exchanged for a cookie, so that no script ever holds the token. */
import { z } from 'zod';
import { SCOPES } from '../../domain/operator.js';
import { clearedSessionCookies, sessionCookieOf, setSessionCookie } from '../cookies.js';
import { assertOwnWrite, type Identity, identityOf, type OperatorAuth } from '../operator-auth.js';
import { type Route, route } from '../route.js';
import { SESSION_IDLE_MS, SESSION_LONGEST_MS, type Session, type Sessions } from '../sessions.js';
import { errorShape, time } from '../views/common.js';

export interface SessionDeps {
  readonly auth: OperatorAuth;
  readonly sessions: Sessions;
  readonly clock: () => Date;
}

const loginBody = z
  .strictObject({
    token: z
      .string()
      .min(1)
      .max(500)
      .optional()
      .openapi({ description: 'Left out: the bearer token, or nothing at the machine itself' }),
  })
  .openapi('SessionRequest');

const sessionShape = z
  .object({
    operator: z.object({ id: z.string(), name: z.string(), scope: z.enum(SCOPES) }),
    via: z.enum(['token', 'session', 'local']),
    csrfToken: z
      .string()
      .nullable()
      .openapi({ description: 'For X-CSRF-Token on every write with the cookie; null without a session' }),
    expiresAt: time
      .nullable()
      .openapi({ description: `At the latest; sooner after ${SESSION_IDLE_MS / 60_000} idle minutes` }),
  })
  .openapi('Session');

export function sessionRoutes(deps: SessionDeps): readonly Route[] {
  return [loginRoute(deps), whoRoute(), logoutRoute(deps)];
}

function loginRoute({ auth, sessions, clock }: SessionDeps): Route {
  return route({
    method: 'post',
    path: '/api/session',
    access: 'open',
    tag: 'session',
    summary: 'Signs in: sets the cookie, under a new id each time',
    body: loginBody,
    answers: {
      201: { description: 'Signed in', schema: sessionShape },
      401: { description: 'The token does not count', schema: errorShape },
      403: { description: 'Asked by a page of another host', schema: errorShape },
      429: { description: 'Too many wrong tokens from this address', schema: errorShape },
    },
    async handle({ body, request, response }) {
      const identity = auth.logIn(request, body.token);
      const earlier = sessionCookieOf(request);
      if (earlier !== null) {
        await sessions.close(earlier.value);
      }
      const session = await sessions.open(identity.credential, clock().getTime());
      response
        .status(201)
        .setHeader('Set-Cookie', setSessionCookie(request, session.id, SESSION_LONGEST_MS / 1_000));
      response.setHeader('Cache-Control', 'no-store');
      return toView({ ...identity, via: 'session' }, session);
    },
  });
}

function whoRoute(): Route {
  return route({
    method: 'get',
    path: '/api/session',
    access: 'read',
    tag: 'session',
    summary: 'Who asks, and the CSRF token of their session',
    answers: { 200: { description: 'Who it is', schema: sessionShape } },
    handle: ({ response }) => {
      const identity = identityOf(response);
      return toView(identity, identity.session);
    },
  });
}

/** Idempotent: without a session there is only a cookie to forget. */
function logoutRoute({ sessions, clock }: SessionDeps): Route {
  return route({
    method: 'delete',
    path: '/api/session',
    access: 'open',
    tag: 'session',
    summary: 'Signs out: ends the session and clears the cookie',
    answers: {
      204: { description: 'There is no session any more' },
      403: { description: 'Without the CSRF token, or from a page of another host', schema: errorShape },
    },
    async handle({ request, response }) {
      const cookie = sessionCookieOf(request);
      const session = cookie === null ? null : sessions.find(cookie.value, clock().getTime());
      if (cookie !== null && session !== null) {
        assertOwnWrite(request, cookie, session);
        await sessions.close(session.id);
      }
      response.setHeader('Set-Cookie', clearedSessionCookies()).status(204).end();
      return undefined;
    },
  });
}

function toView({ operator, via }: Pick<Identity, 'operator' | 'via'>, session: Session | null) {
  return {
    operator: { id: operator.id, name: operator.name, scope: operator.scope },
    via,
    csrfToken: session?.csrfToken ?? null,
    expiresAt: session === null ? null : new Date(session.expiresMs).toISOString(),
  };
}
