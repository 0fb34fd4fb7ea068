/** The HTTP server: webhooks first and lean, then everything that people and programs read. */
import type { RequestListener } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import { admissionOf } from './admission.js';
import { type ClientAddress, createClientAddress } from './client-address.js';
import type { ApiDeps } from './deps.js';
import { withDrillEvents } from './drill-events.js';
import { createErrorHandler, unknownPath } from './error-handler.js';
import { createFindJudge } from './find-delivery.js';
import { createFormProblems } from './form-problems.js';
import { HttpError } from './http-error.js';
import { withInboxEnds } from './inbox-ends.js';
import { mountDocs, openApiRoute } from './openapi.js';
import { createOperatorAuth, type OperatorAuth } from './operator-auth.js';
import { createOperators } from './operators.js';
import { createReadmit } from './readmission.js';
import type { Route } from './route.js';
import { allRoutes } from './routes/index.js';
import { securityHeaders } from './security-headers.js';
import { createSessions, type Sessions } from './sessions.js';
import { createBadSignatures } from './webhooks/bad-signatures.js';
import { createBodyRoom } from './webhooks/body-room.js';
import { createClockSkew } from './webhooks/clock-skew.js';
import { allDoors } from './webhooks/index.js';
import type { ReadingParts } from './webhooks/reading.js';
import { createReread } from './webhooks/reread.js';
import { type WebhookDeps, type WebhookHandler, webhookHandler } from './webhooks/router.js';

const BODY_LIMIT = 64 * 1024;
/** Bytes that all deliveries together may hold in memory while they arrive; Jira sends up to 30 at once. */
const BODIES_LIMIT = 128 * 1024 * 1024;

/**
 * What answers a request. A delivery to a door goes straight to its handler: Express would cost it a tenth of its time.
 * Everything else, and whatever a delivery fails with, is answered by Express and its one error handler.
 */
export function createServer(deps: ApiDeps): RequestListener {
  const clientAddress = createClientAddress(deps.config.trustedProxies);
  const reading = createReading(deps);
  const doors = webhookHandlers(deps, reading, clientAddress);
  const failures = new WeakMap<object, unknown>();
  const app = createApp(deps, {
    reading,
    doors,
    clientAddress,
    failureOf: (request) => failures.get(request),
  });
  return (request, response) => {
    const door = request.method === 'POST' ? doors.get(request.url ?? '') : undefined;
    if (door === undefined) {
      app(request, response);
      return;
    }
    door(request, response).catch((error: unknown) => {
      failures.set(request, error);
      app(request, response);
    });
  };
}

type Doors = ReadonlyMap<string, WebhookHandler>;

interface AppParts {
  readonly reading: ReadingParts;
  readonly doors: Doors;
  readonly clientAddress: ClientAddress;
  readonly failureOf: (request: object) => unknown;
}

function createApp(deps: ApiDeps, { reading, doors, clientAddress, failureOf }: AppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  // What a proxy says counts in limits alone (client-address.ts): nothing that Express derives from it is believed.
  app.set('trust proxy', false);
  app.use((request, _response, next) => next(failureOf(request)));
  mountDoors(app, doors);
  app.use(securityHeaders());
  const sessions = createSessions(deps.sessions);
  const auth = createAuth(deps, sessions, clientAddress);
  const mirror = withInboxEnds(deps.mirror, deps.inbox);
  const endOf = (cycleId: string) => mirror.getCycle(cycleId)?.cycle ?? null;
  const inbox = withDrillEvents(deps.inbox, deps.mirror);
  const routes = allRoutes(
    { ...deps, mirror, inbox },
    { auth, sessions, clock: deps.clock },
    createReadmit({ ...deps, inbox, endOf, reread: rereadWith(deps, reading) }),
  );
  mountRoutes(app, [...routes, openApiRoute(deps.config.version, routes)], auth);
  mountDocs(app);
  app.use(unknownPath);
  app.use(createErrorHandler(deps.log));
  return app;
}

/** By what rules a body means something, when it arrives and when it is read again. */
function createReading(deps: ApiDeps): ReadingParts {
  const { inbox, mirror } = deps;
  return {
    admission: admissionOf(deps),
    threads: {
      isOurs: (channel, threadTs) =>
        inbox.knowsSubject(`slack:${channel}/${threadTs}`) || mirror.postedInThread(channel, threadTs),
    },
  };
}

function rereadWith({ clock }: ApiDeps, reading: ReadingParts): ReturnType<typeof createReread> {
  return createReread({ ...reading, judgeFind: createFindJudge(reading.admission, clock) });
}

function webhookHandlers(deps: ApiDeps, reading: ReadingParts, clientAddress: ClientAddress): Doors {
  const { config } = deps;
  const webhooks: WebhookDeps = {
    ...reading,
    inbox: deps.inbox,
    formProblems: createFormProblems(deps),
    metrics: deps.metrics,
    log: deps.log,
    secrets: config.webhookSecrets,
    allowUnsigned: config.allowUnsignedWebhooks,
    bodyLimits: config.bodyLimits,
    bodyRoom: createBodyRoom(deps.bodiesLimit ?? BODIES_LIMIT),
    clientAddress,
    badSignatures: createBadSignatures(),
    clockSkew: createClockSkew(deps),
    clock: deps.clock,
  };
  return new Map(allDoors().map((door) => [door.path, webhookHandler(door, webhooks)]));
}

/** Without any parser and security header: for a path with a query, and to say which methods a door takes. */
function mountDoors(app: Express, doors: Doors): void {
  for (const [path, handler] of doors) {
    app.route(path).post(handler).all(otherMethods('POST'));
  }
}

function createAuth(deps: ApiDeps, sessions: Sessions, clientAddress: ClientAddress): OperatorAuth {
  const { config, agentFile, tokens, tokenUses, clock } = deps;
  const operators = createOperators({
    adminToken: config.server.adminToken,
    tokens,
    uses: tokenUses,
    people: () => agentFile().people,
  });
  return createOperatorAuth({ operators, sessions, clientAddress, clock });
}

/** By path: which methods one takes is known only when all of its routes are. */
function mountRoutes(app: Express, routes: readonly Route[], auth: OperatorAuth): void {
  const paths = new Map<string, readonly Route[]>();
  for (const route of routes) {
    paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  }
  for (const [path, sharing] of paths) {
    const mounted = app.route(path.replace('{id}', ':id'));
    for (const route of sharing) {
      mounted[route.method](...before(route, auth), route.handler);
    }
    mounted.all(otherMethods(allowed(sharing)));
  }
}

/** In the order of their cost. */
function before(route: Route, auth: OperatorAuth): readonly RequestHandler[] {
  return [
    ...(route.body === null ? [] : [needsJson]),
    ...(route.access === 'open' ? [] : [auth.need(route.access, route.onRefused)]),
    ...(route.body === null ? [] : [express.json({ limit: BODY_LIMIT, inflate: false })]),
  ];
}

function allowed(routes: readonly Route[]): string {
  return routes
    .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    .join(', ');
}

/** No body at all is the route's to judge. */
const needsJson: RequestHandler = (request, _response, next) => {
  const isEmpty = request.headers['content-length'] === '0';
  next(
    isEmpty || request.is('application/json') !== false
      ? undefined
      : new HttpError(415, 'unsupported_media_type', 'the body must be application/json'),
  );
};

/** A known path with another method: 405, or for OPTIONS the list of what there is. No cross-origin permissions. */
export function otherMethods(allow: string): RequestHandler {
  return (request, response, next) => {
    response.setHeader('Allow', `${allow}, OPTIONS`);
    if (request.method === 'OPTIONS') {
      response.status(204).end();
      return;
    }
    next(new HttpError(405, 'method_not_allowed', `this path takes ${allow}`));
  };
}
