import type { Router } from 'express';
import { actorOf, param } from '../http.js';
import { textAt } from '../loose-json.js';
import { issueNotFound, jiraError } from './errors.js';
import type { JiraIssueRecord, JiraLinkRecord } from './records.js';
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
    const link = { typeId: type.id, sourceIssueId: source.id, destinationIssueId: destination.id };
    if (!isLinked(state, link)) state.createLink(actorOf(response), link);
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
    state.deleteLink(actorOf(response), link);
    response.status(204).end();
  });
}

/** A request that duplicates a link is answered as if it had made it. */
function isLinked(state: JiraState, link: Omit<JiraLinkRecord, 'id'>): boolean {
  return state
    .links(link.sourceIssueId)
    .some(
      (known) =>
        known.typeId === link.typeId &&
        known.sourceIssueId === link.sourceIssueId &&
        known.destinationIssueId === link.destinationIssueId,
    );
}

function issueIn(state: JiraState, body: unknown, side: string): JiraIssueRecord | null {
  return state.findIssue(textAt(body, side, 'key') ?? textAt(body, side, 'id') ?? '');
}

function linkNotFound(response: Parameters<typeof jiraError>[0], id: string): void {
  jiraError(response, 404, [`No issue link with id '${id}' exists.`]);
}
