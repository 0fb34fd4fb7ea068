/** The HTTP server: webhooks first and lean, then everything that people and programs read. */
import express, { type Express, type RequestHandler } from 'express';
import type { ApiDeps } from './deps.js';
import { createErrorHandler, unknownPath } from './error-handler.js';
import { HttpError } from './http-error.js';
import { mountDocs, openApiRoute } from './openapi.js';
import { createOperatorAuth } from './operator-auth.js';
import type { Route } from './route.js';
import { allRoutes } from './routes/index.js';
import { securityHeaders } from './security-headers.js';
import { createAdmission } from './webhooks/admission.js';
import { allDoors } from './webhooks/index.js';
import { createOwnAccounts } from './webhooks/own-accounts.js';
import { type WebhookDeps, webhookHandler } from './webhooks/router.js';

const BODY_LIMIT = 64 * 1024;

export function createServer(deps: ApiDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', false);
  mountWebhooks(app, deps);
  app.use(securityHeaders());
  const routes = allRoutes(deps);
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

/** Before the security headers and without any parser: these are answered to machines, as fast as the commit allows. */
function mountWebhooks(app: Express, deps: ApiDeps): void {
  const { config, inbox, mirror } = deps;
  const accounts = createOwnAccounts(mirror, () => deps.clock().getTime());
  const webhooks: WebhookDeps = {
    inbox,
    admission: createAdmission(config, accounts),
    threads: {
      isOurs: (channel, threadTs) =>
        inbox.knowsSubject(`slack:${channel}/${threadTs}`) || mirror.postedInThread(channel, threadTs),
    },
    metrics: deps.metrics,
    log: deps.log,
    secrets: config.webhookSecrets,
    allowUnsigned: config.allowUnsignedWebhooks,
    clock: deps.clock,
  };
  for (const door of allDoors()) {
    app.route(door.path).post(webhookHandler(door, webhooks)).all(otherMethods('POST'));
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
