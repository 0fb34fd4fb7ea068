import type { Request, Response, Router } from 'express';
import { actorOf, param, query, queryNumber } from '../http.js';
import { FIELDS, ISSUE_TYPES, ownEstimates, PRIORITIES, RESOLUTIONS } from './catalog.js';
import { jiraError } from './errors.js';
import {
  renderIssueType,
  renderPriority,
  renderProject,
  renderResolution,
  renderStatus,
  renderUser,
  rest,
} from './render.js';
import { requestedIssue, type ViewOf } from './routing.js';
import type { JiraState } from './state.js';

/** What belongs to the site and not to one issue: `/myself`, `/user…`, `/project…`, `/status`, `/field`, … */
export function addSiteRoutes(router: Router, state: JiraState, viewOf: ViewOf, clock: () => Date): void {
  router.get('/serverInfo', (request, response) => {
    const { base } = viewOf(request);
    response.json({
      baseUrl: base,
      version: '1001.0.0-SNAPSHOT',
      versionNumbers: [1001, 0, 0],
      deploymentType: 'Cloud',
      buildNumber: 100_290,
      buildDate: '2026-01-05T09:00:00.000+0000',
      serverTime: clock().toISOString().replace('Z', '+0000'),
      scmInfo: 'sandbox',
      serverTitle: 'Jira (pm-agent sandbox)',
    });
  });
  addUserRoutes(router, state, viewOf);
  addProjectRoutes(router, state, viewOf);

  const list = (path: string, entries: (request: Request) => unknown[]) =>
    router.get(path, (request, response) => void response.json(entries(request)));
  list('/status', (request) => state.statuses().map((status) => renderStatus(viewOf(request), status)));
  list('/issuetype', (request) => ISSUE_TYPES.map(({ name }) => renderIssueType(viewOf(request), name)));
  list('/resolution', (request) => RESOLUTIONS.map(({ name }) => renderResolution(viewOf(request), name)));
  list('/priority', (request) =>
    PRIORITIES.map(({ name, statusColor }) => ({
      ...renderPriority(viewOf(request), name),
      description: '',
      statusColor,
    })),
  );
  list('/field', () => [...FIELDS.map(renderField), ...ownFields(state)]);
}

function renderField([id, name, type, clauseNames]: (typeof FIELDS)[number]) {
  return {
    id,
    key: id,
    name,
    custom: id.startsWith('customfield_'),
    orderable: true,
    navigable: true,
    searchable: true,
    clauseNames,
    schema: id.startsWith('customfield_')
      ? { type, custom: 'com.sandbox:field', customId: Number(id.slice('customfield_'.length)) }
      : { type, system: id },
  };
}

/** The site's list has those of team-managed projects too; each says whose it is, by the project's id. */
function ownFields(state: JiraState): unknown[] {
  return ownEstimates(state).map(([id, name, project]) => ({
    ...renderField([id, name, 'number', []]),
    scope: { type: 'PROJECT', project: { id: project } },
  }));
}

function addUserRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.get('/myself', (request, response) => {
    const user = state.findUser(actorOf(response));
    response.json({
      ...renderUser(viewOf(request), actorOf(response)),
      ...(user?.emailAddress === null ? {} : { emailAddress: user?.emailAddress }),
      locale: 'en_US',
      groups: { size: 0, items: [] },
      applicationRoles: { size: 0, items: [] },
      expand: 'groups,applicationRoles',
    });
  });

  router.get('/user', (request, response) => {
    const accountId = query(request, 'accountId');
    if (accountId === null)
      return jiraError(response, 400, ["The 'accountId' query parameter needs to be provided"]);
    if (state.findUser(accountId) === null) {
      return jiraError(response, 404, [
        'Specified user does not exist or you do not have required permissions',
      ]);
    }
    response.json(renderUser(viewOf(request), accountId));
  });

  const people = (request: Request, response: Response): void => {
    const wanted = (query(request, 'query') ?? '').toLowerCase();
    const exact = query(request, 'accountId');
    const start = queryNumber(request, 'startAt', 0);
    const found = state
      .users()
      .filter((user) => user.active && (exact === null || user.accountId === exact))
      .filter((user) => `${user.displayName} ${user.emailAddress ?? ''}`.toLowerCase().includes(wanted))
      .slice(start, start + queryNumber(request, 'maxResults', 50));
    response.json(found.map(({ accountId }) => renderUser(viewOf(request), accountId)));
  };
  router.get('/user/search', people);
  router.get('/users/search', people);
  router.get('/user/assignable/search', (request, response) => {
    const key = query(request, 'issueKey') ?? query(request, 'issueId');
    const project = query(request, 'project');
    if (key === null && project === null) {
      return jiraError(response, 400, ['Either project or issueKey needs to be provided.']);
    }
    if (key !== null && state.findIssue(key) === null) {
      return jiraError(response, 404, ['Issue does not exist or you do not have permission to see it.']);
    }
    people(request, response);
  });
  router.get('/issue/:issue/assignable', (request, response) => {
    if (requestedIssue(state, request, response) !== null) people(request, response);
  });
}

function addProjectRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.get('/project/search', (request, response) => {
    const startAt = queryNumber(request, 'startAt', 0);
    const maxResults = queryNumber(request, 'maxResults', 50);
    const all = state.projects();
    const view = viewOf(request);
    const values = all.slice(startAt, startAt + maxResults).map((project) => renderProject(view, project));
    const isLast = startAt + values.length >= all.length;
    response.json({
      self: `${rest(view)}/project/search`,
      maxResults,
      startAt,
      total: all.length,
      isLast,
      values,
    });
  });
  router.get('/project', (request, response) => {
    response.json(state.projects().map((project) => renderProject(viewOf(request), project)));
  });
  router.get('/project/:project', (request, response) => {
    const name = param(request, 'project');
    const project = state.findProject(name);
    if (project === null) return jiraError(response, 404, [`No project could be found with key '${name}'.`]);
    const view = viewOf(request);
    response.json({
      ...renderProject(view, project),
      description: '',
      lead: renderUser(view, project.lead) ?? undefined,
      issueTypes: ISSUE_TYPES.map((type) => renderIssueType(view, type.name)),
    });
  });
}
