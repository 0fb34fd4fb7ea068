/** What the process says of itself. */
import { z } from 'zod';
import type { ApiDeps } from '../deps.js';
import { CHECKS, type Checks } from '../readiness.js';
import { type Route, route } from '../route.js';

const VENDORS = ['jira', 'bitbucket', 'slack', 'claude'] as const;

const indexShape = z
  .object({
    name: z.string(),
    version: z.string(),
    mode: z.enum(['default', 'simulation', 'production']),
    paused: z
      .boolean()
      .openapi({ description: 'A person stopped all effects; GET /api/pause says who and why' }),
    sandboxed: z.array(z.enum(VENDORS)).openapi({ description: 'Vendors that the sandbox plays' }),
    links: z.record(z.string(), z.string()),
  })
  .openapi('Index');

const healthShape = z.object({ status: z.literal('healthy') }).openapi('Health');

const checkResult = z.enum(['ok', 'degraded', 'off']);
const readyShape = z
  .object({
    status: z.enum(['ok', 'degraded']),
    checks: z.object(Object.fromEntries(CHECKS.map((name) => [name, checkResult]))),
  })
  .openapi('Ready');

const LINKS = {
  docs: '/docs',
  openapi: '/openapi.json',
  ready: '/ready',
  metrics: '/metrics',
  cycles: '/api/cycles',
  approvals: '/api/approvals',
  events: '/api/events',
  audit: '/api/audit',
};

export function serviceRoutes(deps: ApiDeps): readonly Route[] {
  return [indexRoute(deps), healthRoute(), readyRoute(deps), metricsRoute(deps)];
}

function indexRoute({ config, pausing }: ApiDeps): Route {
  return route({
    method: 'get',
    path: '/',
    access: 'open',
    tag: 'service',
    summary: 'Name, version, mode and links; a browser is sent to the documentation',
    answers: {
      200: { description: 'Who answers here', schema: indexShape },
      302: { description: 'For browsers' },
    },
    handle({ request, response }) {
      response.vary('Accept');
      if (request.accepts(['json', 'html']) === 'html') {
        response.redirect('/docs');
        return undefined;
      }
      return {
        name: 'pm-agent',
        version: config.version,
        mode: config.agentMode,
        paused: pausing.current() !== null,
        sandboxed: VENDORS.filter((vendor) => config[vendor].sandboxed),
        links: LINKS,
      };
    },
  });
}

function healthRoute(): Route {
  return route({
    method: 'get',
    path: '/health',
    access: 'open',
    tag: 'service',
    summary: 'Is the process alive?',
    answers: { 200: { description: 'It is', schema: healthShape } },
    handle: () => ({ status: 'healthy' }),
  });
}

function readyRoute({ readiness }: ApiDeps): Route {
  return route({
    method: 'get',
    path: '/ready',
    access: 'open',
    tag: 'service',
    summary: 'Can deliveries be stored, and how is everything else?',
    answers: {
      200: { description: 'Deliveries are stored', schema: readyShape },
      503: { description: 'The database cannot be written', schema: readyShape },
    },
    async handle({ response }) {
      const checks = await readiness.check();
      response.status(checks.database === 'ok' ? 200 : 503);
      return { status: overall(checks), checks };
    },
  });
}

function overall(checks: Checks): 'ok' | 'degraded' {
  return Object.values(checks).includes('degraded') ? 'degraded' : 'ok';
}

function metricsRoute({ metrics }: ApiDeps): Route {
  return route({
    method: 'get',
    path: '/metrics',
    access: 'read',
    tag: 'service',
    summary: 'Prometheus metrics of this process',
    answers: { 200: { description: 'Prometheus text', contentType: 'text/plain' } },
    async handle({ response }) {
      response.type(metrics.contentType).send(await metrics.text());
    },
  });
}
