import type { Router } from 'express';
import { actorOf, query } from '../http.js';
import { textAt } from '../loose-json.js';
import { jiraError } from './errors.js';
import { addedComments, readIssueFields } from './issue-fields.js';
import { renderTransitions } from './render-issue.js';
import { nameOfField } from './render-transition.js';
import { readCommentText, requestedIssue, type ViewOf } from './routing.js';
import type { JiraState } from './state.js';

/** `/issue/{issue}/transitions` */
export function addTransitionRoutes(router: Router, state: JiraState, viewOf: ViewOf): void {
  router.get('/issue/:issue/transitions', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const withFields = (query(request, 'expand') ?? '').split(',').includes('transitions.fields');
    const transitions = renderTransitions(viewOf(request), issue, withFields);
    response.json({ expand: 'transitions', transitions });
  });

  router.post('/issue/:issue/transitions', (request, response) => {
    const issue = requestedIssue(state, request, response);
    if (issue === null) return;
    const id = textAt(request.body, 'transition', 'id');
    if (id === null) return jiraError(response, 400, ["Missing 'transition' identifier"]);
    const transition = state
      .transitionsFrom(issue.statusId, issue.projectKey)
      .find((known) => known.id === id);
    if (transition === undefined) {
      return jiraError(response, 400, [`Transition id '${id}' is not valid for this issue.`]);
    }
    const view = viewOf(request);
    const { changes, errors } = readIssueFields(view, issue, request.body);
    for (const field of transition.requiredFields) {
      if (Object(changes)[field] === undefined || Object(changes)[field] === null) {
        errors[field] ??= `${nameOfField(field)} is required.`;
      }
    }
    if (Object.keys(errors).length > 0) return jiraError(response, 400, [], errors);
    const comments = addedComments(request.body).map((text) => readCommentText(view, text, response));
    if (comments.includes(null)) return;
    const moved = state.transitionIssue(actorOf(response), issue, id, changes);
    for (const text of comments) {
      if (text !== null && moved !== null) state.addComment(actorOf(response), moved, text);
    }
    response.status(204).end();
  });
}
