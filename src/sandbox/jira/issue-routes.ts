import type { Request, Router } from 'express';
import { actorOf, bodyAt, param, query, queryNumber } from '../http.js';
import { textAt } from '../loose-json.js';
import { findByServerName, isDataCenter } from './data-center.js';
import { jiraError, propertyNotFound } from './errors.js';
import { addedComments, readIssueFields } from './issue-fields.js';
import { readProperties } from './properties.js';
import type { JiraIssueRecord } from './records.js';
import { renderChange, renderUser, rest } from './render.js';
import { namesOfFields, renderIssue } from './render-issue.js';
import { readCommentText, requestedIssue, type ViewOf } from './routing.js';
import type { JiraState } from './state.js';

/** `/issue…` */
export function addIssueRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  addCreateRoute(router, state, viewOf);
  addEditRoutes(router, state, viewOf);
  addPropertyRoute(router, state);
  addReadRoute(router, state, viewOf);

  router.get('/issue/:issue/changelog', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const view = viewOf(request);
    const all = state.changes(issue.id);
    const startAt = queryNumber(request, 'startAt', 0);
    const maxResults = queryNumber(request, 'maxResults', 100);
    const values = all.slice(startAt, startAt + maxResults).map((change) => renderChange(view, change));
    const self = `${rest(view)}/issue/${issue.key}/changelog?maxResults=${maxResults}&startAt=${startAt}`;
    const isLast = startAt + values.length >= all.length;
    response.json({ self, maxResults, startAt, total: all.length, isLast, values });
  });

  router.get('/issue/:issue/watchers', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const view = viewOf(request);
    const watchers = [renderUser(view, issue.reporter)].filter((user) => user !== null);
    const self = `${rest(view)}/issue/${issue.key}/watchers`;
    response.json({ self, isWatching: false, watchCount: watchers.length, watchers });
  });

  router.get('/issue/:issue/remotelink', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const self = `${rest(viewOf(request))}/issue/${issue.key}/remotelink`;
    response.json(
      state.remoteLinks(issue.id).map((link) => ({
        id: link.id,
        self: `${self}/${link.id}`,
        ...(link.globalId === null ? {} : { globalId: link.globalId }),
        application: {},
        object: { url: link.url, title: link.title, icon: {}, status: { icon: {} } },
      })),
    );
  });

  router.post('/issue/:issue/remotelink', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const url = textAt(request.body, 'object', 'url');
    const title = textAt(request.body, 'object', 'title');
    if (url === null) return jiraError(response, 400, [], { url: "'url' is required." });
    if (title === null) return jiraError(response, 400, [], { title: "'title' is required." });
    const globalId = textAt(request.body, 'globalId');
    const link = state.addRemoteLink({ issueId: issue.id, globalId, url, title });
    const self = `${rest(viewOf(request))}/issue/${issue.key}/remotelink/${link.id}`;
    response.status(201).json({ id: link.id, self });
  });
}

/** `expand=names` names the fields that are shown. */
function addReadRoute(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.get('/issue/:issue', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const fields = query(request, 'fields')?.split(',') ?? null;
    const expand = (query(request, 'expand') ?? '').split(',');
    const properties = query(request, 'properties')?.split(',') ?? [];
    const shown = renderIssue(viewOf(request), issue, { fields, expand, properties });
    const names = expand.includes('names') ? { names: namesOfFields(viewOf(request), shown.fields) } : {};
    response.json({ ...shown, ...names });
  });
}

function addCreateRoute(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.post('/issue', (request, response) => {
    const view = viewOf(request);
    const projectName = textAt(request.body, 'fields', 'project', 'key');
    const project = state.findProject(projectName ?? textAt(request.body, 'fields', 'project', 'id') ?? '');
    const { changes, errors } = readIssueFields(view, null, request.body);
    const properties = readProperties(bodyAt(request, 'properties'));
    if (properties === null) errors.properties = 'The properties of the issue are not valid.';
    if (project === null) errors.project = 'Specify a valid project ID or key';
    if (changes.summary === undefined) errors.summary ??= 'You must specify a summary of the issue.';
    if (changes.issueType === undefined) errors.issuetype ??= 'Specify an issue type';
    if (project === null || changes.summary === undefined || Object.keys(errors).length > 0) {
      return jiraError(response, 400, [], errors);
    }
    const issue = state.createIssue(actorOf(response), {
      ...changes,
      summary: changes.summary,
      projectKey: project.key,
      properties: properties ?? [],
    });
    response.status(201).json({ id: issue.id, key: issue.key, self: `${rest(view)}/issue/${issue.id}` });
  });
}

function addEditRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.put('/issue/:issue', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const view = viewOf(request);
    const { changes, errors } = readIssueFields(view, issue, request.body);
    if (Object.keys(errors).length > 0) return jiraError(response, 400, [], errors);
    const comments = addedComments(request.body).map((text) => readCommentText(view, text, response));
    if (comments.includes(null)) return;
    const edited = state.updateIssue(actorOf(response), issue, changes);
    for (const text of comments) if (text !== null) state.addComment(actorOf(response), edited, text);
    response.status(204).end();
  });

  router.delete('/issue/:issue', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const children = state.issues().filter((child) => isSubtaskOf(child, issue));
    if (children.length > 0 && query(request, 'deleteSubtasks') !== 'true') {
      return jiraError(response, 400, [
        `The issue '${issue.key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete this issue and all its subtasks.`,
      ]);
    }
    for (const child of children) state.deleteIssue(actorOf(response), child);
    state.deleteIssue(actorOf(response), issue);
    response.status(204).end();
  });

  router.put('/issue/:issue/assignee', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const accountId = assigneeOf(state, request);
    if (typeof accountId === 'string' && state.findUser(accountId) === null) {
      return jiraError(response, 400, [], { assignee: `User '${accountId}' does not exist.` });
    }
    if (typeof accountId !== 'string' && accountId !== null) {
      return jiraError(response, 400, [], {
        accountId: "'accountId' must be the only user identifying query parameter",
      });
    }
    state.updateIssue(actorOf(response), issue, { assignee: accountId });
    response.status(204).end();
  });
}

/** Data Center names people. */
function assigneeOf(state: JiraState, request: Request): unknown {
  if (!isDataCenter(request)) return bodyAt(request, 'accountId');
  const name = bodyAt(request, 'name');
  return typeof name === 'string' ? (findByServerName(state, name)?.accountId ?? name) : name;
}

function isSubtaskOf(child: JiraIssueRecord, issue: JiraIssueRecord): boolean {
  return child.parentKey === issue.key && child.issueType === 'Sub-task';
}

function addPropertyRoute(router: Router, state: JiraState): void {
  router.get('/issue/:issue/properties/:key', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const key = param(request, 'key');
    const property = issue.properties?.find((kept) => kept.key === key);
    if (property === undefined) return propertyNotFound(response, key);
    response.json(property);
  });
}
