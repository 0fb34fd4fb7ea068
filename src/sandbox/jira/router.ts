/** The simulated Jira over HTTP, below `/jira`: API v3, v2 and agile 1.0, and its MCP server. */
import { randomUUID } from 'node:crypto';
import { type NextFunction, type Request, type Response, Router } from 'express';
import type { SandboxDeps } from '../deps.js';
import type { Faults } from '../faults.js';
import { credentialOf, isTokenExpired, setActor } from '../http.js';
import { createAgileRouter } from './agile-routes.js';
import { addCommentRoutes } from './comment-routes.js';
import { CLOUD_ONLY, isDataCenter } from './data-center.js';
import { jiraError, jiraFault } from './errors.js';
import { addIssueRoutes } from './issue-routes.js';
import { addLinkRoutes } from './link-routes.js';
import { addMcpRoutes } from './mcp-routes.js';
import { answerNobody } from './nobody.js';
import type { ApiVersion } from './render.js';
import { viewOf } from './routing.js';
import { addSearchRoutes } from './search-routes.js';
import { addSiteRoutes } from './site-routes.js';
import { addTransitionRoutes } from './transition-routes.js';

type JiraDeps = Pick<SandboxDeps, 'jira' | 'accounts' | 'clock'> & { readonly faults: Faults };

/** Any non-empty credential is the agent's, save Basic with the e-mail address of a person: that acts as this person. */
export function createJiraRouter(deps: JiraDeps): Router {
  const router = Router({ caseSensitive: true });
  router.use((request, response, next) => authenticate(deps, request, response, next));
  router.use('/rest', refuseBrokenJson);
  router.use('/rest/api', refuseCloudOnly);
  for (const version of ['2', '3'] as const)
    router.use(`/rest/api/${version}`, createPlatformRouter(deps, version));
  router.use('/rest/api/latest', createPlatformRouter(deps, '2'));
  addMcpRoutes(router, viewOf(deps.jira, '3'), deps.faults);
  router.use('/rest/agile/1.0', createAgileRouter(deps.jira, viewOf(deps.jira, '2'), deps.clock));
  router.use((request, response) => {
    const message = `null for uri: ${request.originalUrl}`;
    response.status(404).json({ message, 'status-code': 404 });
  });
  return router;
}

function createPlatformRouter({ jira, clock }: JiraDeps, version: ApiVersion): Router {
  const router = Router();
  const view = viewOf(jira, version);
  addSearchRoutes(router, jira, view, clock);
  addSiteRoutes(router, jira, view, clock);
  addIssueRoutes(router, jira, view);
  addCommentRoutes(router, jira, view);
  addTransitionRoutes(router, jira, view);
  addLinkRoutes(router, jira, view);
  return router;
}

function authenticate(deps: JiraDeps, request: Request, response: Response, next: NextFunction): void {
  const credential = credentialOf(request);
  if (credential === null) return jiraFault(response, 401);
  if (isTokenExpired(response)) return answerNobody(request, response);
  const person = deps.jira.users().find(({ emailAddress }) => emailAddress === credential.user);
  setActor(response, person?.accountId ?? deps.accounts.jira.accountId);
  response.set('X-AREQUESTID', randomUUID());
  next();
}

function refuseCloudOnly(request: Request, response: Response, next: NextFunction): void {
  if (!isDataCenter(request) || !CLOUD_ONLY.test(request.path)) return next();
  response.status(404).json({ message: `null for uri: ${request.originalUrl}`, 'status-code': 404 });
}

function refuseBrokenJson(_request: Request, response: Response, next: NextFunction): void {
  if (response.locals.brokenJson === true) {
    return jiraError(response, 400, [
      'Invalid request payload. Refer to the REST API documentation and try again.',
    ]);
  }
  next();
}
