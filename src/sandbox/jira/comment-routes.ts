import type { Router } from 'express';
import { actorOf, bodyAt, param, query, queryNumber } from '../http.js';
import { commentNotFound, jiraError, propertyNotFound } from './errors.js';
import { readProperties } from './properties.js';
import type { JiraCommentRecord } from './records.js';
import { renderComment } from './render.js';
import { readCommentText, requestedIssue, type ViewOf } from './routing.js';
import type { JiraState } from './state.js';

/** `/issue/{issue}/comment…` and `/comment/…` */
export function addCommentRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.get('/issue/:issue/comment', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const all = state.comments(issue.id);
    const ordered = query(request, 'orderBy')?.startsWith('-') === true ? all.toReversed() : all;
    const startAt = queryNumber(request, 'startAt', 0);
    const maxResults = queryNumber(request, 'maxResults', 100);
    const view = viewOf(request);
    const comments = ordered
      .slice(startAt, startAt + maxResults)
      .map((comment) => renderComment(view, comment));
    response.json({ startAt, maxResults, total: all.length, comments });
  });

  router.post('/issue/:issue/comment', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const view = viewOf(request);
    const text = readCommentText(view, bodyAt(request, 'body'), response);
    const properties = readProperties(bodyAt(request, 'properties'));
    if (text === null) return;
    if (properties === null)
      return jiraError(response, 400, ['The properties of the comment are not valid.']);
    const comment = state.addComment(actorOf(response), issue, text, properties);
    response.status(201).json(renderComment(view, comment));
  });

  router.get('/issue/:issue/comment/:comment', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const comment = commentOf(state, issue.id, param(request, 'comment'));
    if (comment === null) return commentNotFound(response, param(request, 'comment'));
    response.json(renderComment(viewOf(request), comment));
  });

  router.put('/issue/:issue/comment/:comment', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const comment = commentOf(state, issue.id, param(request, 'comment'));
    if (comment === null) return commentNotFound(response, param(request, 'comment'));
    const view = viewOf(request);
    const text = readCommentText(view, bodyAt(request, 'body'), response);
    const properties = readProperties(bodyAt(request, 'properties'));
    if (text === null) return;
    if (properties === null)
      return jiraError(response, 400, ['The properties of the comment are not valid.']);
    response.json(renderComment(view, state.editComment(actorOf(response), comment, text, properties)));
  });

  router.delete('/issue/:issue/comment/:comment', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const comment = commentOf(state, issue.id, param(request, 'comment'));
    if (comment === null) return commentNotFound(response, param(request, 'comment'));
    state.deleteComment(actorOf(response), comment);
    response.status(204).end();
  });

  addCommentPropertyRoutes(router, state, viewOf);
}

/** `POST /comment/list` is how properties of several comments are read at once: the per-issue list cannot expand them. */
function addCommentPropertyRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.post('/comment/list', (request, response) => {
    const ids = bodyAt(request, 'ids');
    if (!Array.isArray(ids)) return jiraError(response, 400, ['The list of comment ids must not be empty.']);
    const found = ids.map((id) => state.findComment(String(id))).filter((comment) => comment !== null);
    const withProperties = (query(request, 'expand') ?? '').split(',').includes('properties');
    const view = viewOf(request);
    const values = found.map((comment) => renderComment(view, comment, withProperties));
    response.json({ maxResults: 1000, startAt: 0, total: values.length, isLast: true, values });
  });

  router.get('/comment/:comment/properties', (request, response) => {
    const comment = state.findComment(param(request, 'comment'));
    if (comment === null) return commentNotFound(response, param(request, 'comment'));
    const { base, version } = viewOf(request);
    const self = `${base}/rest/api/${version}/comment/${comment.id}/properties`;
    response.json({ keys: comment.properties.map(({ key }) => ({ self: `${self}/${key}`, key })) });
  });

  router.get('/comment/:comment/properties/:key', (request, response) => {
    const comment = state.findComment(param(request, 'comment'));
    if (comment === null) return commentNotFound(response, param(request, 'comment'));
    const property = comment.properties.find(({ key }) => key === param(request, 'key'));
    if (property === undefined) return propertyNotFound(response, param(request, 'key'));
    response.json(property);
  });

  router.put('/comment/:comment/properties/:key', (request, response) => {
    const comment = state.findComment(param(request, 'comment'));
    if (comment === null) return commentNotFound(response, param(request, 'comment'));
    const key = param(request, 'key');
    const others = comment.properties.filter((property) => property.key !== key);
    state.saveComment({ ...comment, properties: [...others, { key, value: request.body as unknown }] });
    response.status(others.length === comment.properties.length ? 201 : 200).end();
  });

  router.delete('/comment/:comment/properties/:key', (request, response) => {
    const comment = state.findComment(param(request, 'comment'));
    if (comment === null) return commentNotFound(response, param(request, 'comment'));
    const others = comment.properties.filter(({ key }) => key !== param(request, 'key'));
    if (others.length === comment.properties.length) return propertyNotFound(response, param(request, 'key'));
    state.saveComment({ ...comment, properties: others });
    response.status(204).end();
  });
}

function commentOf(state: JiraState, issueId: string, id: string): JiraCommentRecord | null {
  const comment = state.findComment(id);
  return comment?.issueId === issueId ? comment : null;
}
