/** The HTTP server: webhooks first and lean, then everything that people and programs read. */
import type { RequestListener } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import type { ApiDeps } from './deps.js';
import { createErrorHandler, unknownPath } from './error-handler.js';
import { HttpError } from './http-error.js';
import { withInboxEnds } from './inbox-ends.js';
import { mountDocs, openApiRoute } from './openapi.js';
import { createOperatorAuth } from './operator-auth.js';
import type { Route } from './route.js';
import { allRoutes } from './routes/index.js';
import { securityHeaders } from './security-headers.js';
import { createAdmission } from './webhooks/admission.js';
import { createBadSignatures } from './webhooks/bad-signatures.js';
import { allDoors } from './webhooks/index.js';
import { createOwnAccounts } from './webhooks/own-accounts.js';
import { createOwnEffects } from './webhooks/own-effects.js';
import { type WebhookDeps, type WebhookHandler, webhookHandler } from './webhooks/router.js';

const BODY_LIMIT = 64 * 1024;

/**
 * What answers a request. A delivery to a door goes straight to its handler: Express would cost it a tenth of its time.
 * Everything else, and whatever a delivery fails with, is answered by Express and its one error handler.
 */
export function createServer(deps: ApiDeps): RequestListener {
  const doors = webhookHandlers(deps);
  const failures = new WeakMap<object, unknown>();
  const app = createApp(deps, doors, (request) => failures.get(request));
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

function createApp(deps: ApiDeps, doors: Doors, failureOf: (request: object) => unknown): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', false);
  app.use((request, _response, next) => next(failureOf(request)));
  mountDoors(app, doors);
  app.use(securityHeaders());
  const routes = allRoutes({ ...deps, mirror: withInboxEnds(deps.mirror, deps.inbox) });
  const documented = [...routes, openApiRoute(deps.config.version, routes)];
  const operator = createOperatorAuth(deps.config.server.adminToken);
  for (const route of documented) {
    mount(app, route, operator);
  }
  mountDocs(app);
  app.use(unknownPath);
  app.use(createErrorHandler(deps.log));
  return app;
}

function webhookHandlers(deps: ApiDeps): Doors {
  const { config, inbox, mirror } = deps;
  const accounts = createOwnAccounts(mirror, () => deps.clock().getTime());
  const webhooks: WebhookDeps = {
    inbox,
    admission: createAdmission(config, accounts, createOwnEffects(mirror)),
    threads: {
      isOurs: (channel, threadTs) =>
        inbox.knowsSubject(`slack:${channel}/${threadTs}`) || mirror.postedInThread(channel, threadTs),
    },
    metrics: deps.metrics,
    log: deps.log,
    secrets: config.webhookSecrets,
    allowUnsigned: config.allowUnsignedWebhooks,
    badSignatures: createBadSignatures(),
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

function mount(app: Express, route: Route, operator: RequestHandler): void {
  const before = [
    ...(route.access === 'operator' ? [operator] : []),
    ...(route.body === null ? [] : [needsJson, express.json({ limit: BODY_LIMIT, inflate: false })]),
  ];
  const path = app.route(route.path.replace('{id}', ':id'));
  if (route.method === 'get') {
    path.get(...before, route.handler).all(otherMethods('GET, HEAD'));
  } else {
    path.post(...before, route.handler).all(otherMethods('POST'));
  }
}

const needsJson: RequestHandler = (request, _response, next) => {
  next(
    request.is('application/json') === 'application/json'
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
