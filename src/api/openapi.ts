/** The OpenAPI 3.1 document, made from the tables that are mounted, and the page to read and try it. */
import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { type Express, type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { HttpError } from './http-error.js';
import { type Route, type RouteAnswer, route } from './route.js';
import { docsHeaders } from './security-headers.js';
import { errorShape } from './views/common.js';
import { acceptedShape } from './views/event-view.js';
import type { WebhookDoor } from './webhooks/door.js';
import { allDoors } from './webhooks/index.js';

type Document = ReturnType<OpenApiGeneratorV31['generateDocument']>;
type Answers = Readonly<Record<number, RouteAnswer>>;

const documentShape = z.looseObject({ openapi: z.string() });

const storedShape = z
  .object({
    status: z.enum(['duplicate', 'processed', 'ignored', 'quarantined', 'dead_letter']),
    eventId: z.string(),
    cycleId: z
      .string()
      .optional()
      .openapi({ description: 'Of a duplicate: the cycle of the first delivery' }),
    reason: z.string().optional(),
  })
  .openapi('Stored');

const ERRORS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read; the message names the field',
  401: 'Not signed, or not an operator',
  403: 'Known, but not allowed: the scope is too small, or another page may have caused this write',
  404: 'Not known here',
  405: 'The path takes other methods; Allow names them',
  413: 'The body is too large',
  415: 'The body has another type, or is encoded',
  429: 'Too many wrong signatures or tokens from this address; Retry-After says when to try again',
  500: 'Something went wrong here',
  503: 'It could not be stored; send it again after Retry-After seconds',
};

/** Serves the document; built at the first request, because most processes are never asked for it. */
export function openApiRoute(version: string, routes: readonly Route[]): Route {
  let document: Document | null = null;
  const own = route({
    method: 'get',
    path: '/openapi.json',
    access: 'open',
    tag: 'service',
    summary: 'This document',
    answers: { 200: { description: 'OpenAPI 3.1', schema: documentShape } },
    handle() {
      document ??= buildDocument(version, [...routes, own]);
      return document;
    },
  });
  return own;
}

/** `/docs`: Swagger UI with its own files, nothing from elsewhere. */
export function mountDocs(app: Express): void {
  let page: Promise<Router> | null = null;
  app.use('/docs', onlyReading, docsHeaders(), async (request, response, next) => {
    page ??= docsPage();
    (await page)(request, response, next);
  });
}

const onlyReading: RequestHandler = (request, response, next) => {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads) {
    response.setHeader('Allow', 'GET, HEAD, OPTIONS');
  }
  if (request.method === 'OPTIONS') {
    response.status(204).end();
    return;
  }
  next(reads ? undefined : new HttpError(405, 'method_not_allowed', 'this path takes GET, HEAD'));
};

function buildDocument(version: string, routes: readonly Route[]): Document {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'operator', {
    type: 'http',
    scheme: 'bearer',
    description:
      'A token of `pm-agent token create`, or PM_AGENT_ADMIN_TOKEN. Not needed at the machine itself until the first one is made.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-pm_agent_session',
    description:
      'What POST /api/session gives a page; a write also needs X-CSRF-Token. Named pm_agent_session on the machine itself, without HTTPS.',
  });
  for (const one of routes) {
    registry.registerPath(toPath(one));
  }
  for (const door of allDoors()) {
    registry.registerPath(toWebhookPath(door));
  }
  registry.registerPath(DOCS_PATH);
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'pm-agent',
      version,
      description:
        'Deliveries of Jira, Bitbucket and Slack come in; cycles, approvals and the audit trail go out.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'webhooks', description: 'Doors for vendors; each proves itself by its signature' },
      { name: 'approvals', description: 'What waits for a person' },
      { name: 'cycles', description: 'What the agent did, and why' },
      { name: 'events', description: 'What arrived, and what is held back' },
      { name: 'session', description: 'Signing a page in and out' },
      { name: 'audit', description: 'The hash-chained log' },
      { name: 'trials', description: 'What the model would decide, with every write blocked' },
      { name: 'service', description: 'The process itself' },
    ],
  });
}

const DOCS_PATH: RouteConfig = {
  method: 'get',
  path: '/docs',
  operationId: 'get_docs',
  tags: ['service'],
  summary: 'A page to read and try this document',
  security: [],
  responses: toResponses({ 200: { description: 'The page', contentType: 'text/html' } }, [405]),
};

function toPath(one: Route): RouteConfig {
  const errors = [
    405,
    500,
    ...(one.access === 'open' ? [] : [401, 403, 429]),
    ...(one.query === null && one.body === null ? [] : [400]),
    ...(one.body === null ? [] : [413, 415]),
    ...(one.path.includes('{id}') ? [404] : []),
  ];
  return {
    method: one.method,
    path: one.path,
    operationId: operationId(one.method, one.path),
    tags: [one.tag],
    summary: one.summary,
    security: one.access === 'open' ? [] : [{ operator: [] }, { session: [] }],
    request: {
      ...(one.path.includes('{id}') ? { params: z.object({ id: z.string() }) } : {}),
      ...(one.query === null ? {} : { query: one.query }),
      ...(one.body === null
        ? {}
        : {
            body: { required: !isOptional(one.body), content: { 'application/json': { schema: one.body } } },
          }),
    },
    responses: toResponses(one.answers, errors),
  };
}

/** A body whose every field may be left out may be left out itself. */
function isOptional(body: z.ZodObject): boolean {
  return body.safeParse({}).success;
}

function toWebhookPath(door: WebhookDoor): RouteConfig {
  return {
    method: 'post',
    path: door.path,
    operationId: operationId('post', door.path),
    tags: ['webhooks'],
    summary: door.summary,
    security: [],
    request: { body: { required: true, content: { [door.contentType]: { schema: z.looseObject({}) } } } },
    responses: toResponses(
      {
        202: { description: 'Stored; a cycle will answer it', schema: acceptedShape },
        200: {
          description: 'Known already, or stored without a cycle, with the reason; empty for a form of Slack',
          schema: storedShape,
        },
      },
      [400, 401, 405, 413, 415, 429, 503],
    ),
  };
}

function toResponses(answers: Answers, errors: readonly number[]): RouteConfig['responses'] {
  const failures = errors
    .filter((status) => !Object.hasOwn(answers, status))
    .map((status): [number, RouteAnswer] => [
      status,
      { description: ERRORS[status] ?? 'Failed', schema: errorShape },
    ]);
  return Object.fromEntries(
    [...Object.entries(answers), ...failures].map(([status, { description, schema, contentType }]) => [
      status,
      {
        description,
        ...(schema === undefined && contentType === undefined
          ? {}
          : { content: { [contentType ?? 'application/json']: { schema: schema ?? z.string() } } }),
      },
    ]),
  );
}

/** `get_api_cycles_id`: stable names for generated clients. */
function operationId(method: string, path: string): string {
  return `${method}${path.replace(/[^a-z]+/gi, '_').replace(/_$/, '')}` || method;
}

/** Loaded when somebody first looks: most processes are never asked, and it holds megabytes. */
async function docsPage(): Promise<Router> {
  const { default: ui } = await import('swagger-ui-express');
  const page = ui.setup(undefined, {
    customSiteTitle: 'pm-agent API',
    swaggerOptions: { url: '/openapi.json', validatorUrl: null },
  });
  return Router().use(leaveToUs).use(ui.serve).get('/', page);
}

/** Swagger UI refuses this one name in words of its own. */
const leaveToUs: RequestHandler = (request, _response, next) => {
  next(request.path.endsWith('/package.json') ? 'router' : undefined);
};
