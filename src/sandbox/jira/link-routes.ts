import type { Router } from 'express';
import { param } from '../http.js';
import { textAt } from '../loose-json.js';
import { issueNotFound, jiraError } from './errors.js';
import type { JiraIssueRecord } from './records.js';
import { rest } from './render.js';
import { renderLink } from './render-issue.js';
import type { ViewOf } from './routing.js';
import type { JiraState } from './state.js';

/** `/issueLink…` and `/issueLinkType` */
export function addLinkRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.get('/issueLinkType', (request, response) => {
    const self = `${rest(viewOf(request))}/issueLinkType`;
    response.json({
      issueLinkTypes: state.linkTypes().map((type) => ({ ...type, self: `${self}/${type.id}` })),
    });
  });

  router.post('/issueLink', (request, response) => {
    const name = textAt(request.body, 'type', 'name');
    const id = textAt(request.body, 'type', 'id');
    const type = state.linkTypes().find((known) => known.id === id || known.name === name);
    if (type === undefined)
      return jiraError(response, 404, [`No issue link type with name '${name ?? id}' found.`]);
    // The inward issue is the source: "inward blocks outward" (as the vendor's own example of Duplicate shows).
    const source = issueIn(state, request.body, 'inwardIssue');
    const destination = issueIn(state, request.body, 'outwardIssue');
    if (source === null || destination === null) return issueNotFound(response);
    state.createLink(type.id, source.id, destination.id);
    response.status(201).end();
  });

  router.get('/issueLink/:link', (request, response) => {
    const link = state.findLink(param(request, 'link'));
    if (link === null) return linkNotFound(response, param(request, 'link'));
    response.json(renderLink(viewOf(request), link));
  });

  router.delete('/issueLink/:link', (request, response) => {
    const link = state.findLink(param(request, 'link'));
    if (link === null) return linkNotFound(response, param(request, 'link'));
    state.deleteLink(link);
    response.status(204).end();
  });
}

function issueIn(state: JiraState, body: unknown, side: string): JiraIssueRecord | null {
  return state.findIssue(textAt(body, side, 'key') ?? textAt(body, side, 'id') ?? '');
}

function linkNotFound(response: Parameters<typeof jiraError>[0], id: string): void {
  jiraError(response, 404, [`No issue link with id '${id}' exists.`]);
}
