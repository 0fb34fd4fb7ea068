import type { Request, Response, Router } from 'express';
import { actorOf, bodyAt, param } from '../http.js';
import { at, isRecord, textAt } from '../loose-json.js';
import type { BitbucketCommentRecord } from './records.js';
import { renderComment } from './render.js';
import { answerPage, bitbucketError, requestedPullRequest, viewOf } from './routing.js';
import type { BitbucketState } from './state.js';

const PATH = '/repositories/:workspace/:slug/pullrequests/:id/comments';

/** Comments of a pull request; a deleted one shows as `deleted: true` with no text. */
export function addCommentRoutes(router: Router, state: BitbucketState): void {
  router.get(PATH, (request, response) => {
    const pr = requestedPullRequest(state, request, response);
    if (pr === null) return;
    const comments = state.pullRequestComments(pr.repository, pr.id);
    const ordered = request.query.sort === '-created_on' ? comments.toReversed() : comments;
    answerPage(request, response, ordered, (comment) => renderComment(viewOf(state, request), comment));
  });

  router.post(PATH, (request, response) => {
    const pr = requestedPullRequest(state, request, response);
    if (pr === null) return;
    const raw = textAt(request.body, 'content', 'raw');
    if (raw === null) return contentMissing(response);
    const parentId = bodyAt(request, 'parent', 'id');
    const parent = typeof parentId === 'number' ? parentId : null;
    if (parent !== null && state.findPullRequestComment(pr.repository, pr.id, parent) === null) {
      return bitbucketError(response, 400, 'Bad request', { parent: ['The parent comment does not exist.'] });
    }
    const inline = inlineOf(bodyAt(request, 'inline'));
    if (inline === 'invalid')
      return bitbucketError(response, 400, 'Bad request', { inline: ['This is no line of a file.'] });
    const place = { inline, parentId: parent };
    const comment = state.addPullRequestComment(actorOf(response), pr, raw, place);
    response.status(201).json(renderComment(viewOf(state, request), comment));
  });

  router.get(`${PATH}/:comment`, (request, response) => {
    const comment = requestedComment(state, request, response);
    if (comment !== null) response.json(renderComment(viewOf(state, request), comment));
  });

  router.put(`${PATH}/:comment`, (request, response) => {
    const comment = requestedComment(state, request, response);
    if (comment === null) return;
    const raw = textAt(request.body, 'content', 'raw');
    if (raw === null) return contentMissing(response);
    if (!isOwn(response, comment)) return;
    const edited = state.editPullRequestComment(actorOf(response), comment, raw);
    response.json(renderComment(viewOf(state, request), edited));
  });

  router.delete(`${PATH}/:comment`, (request, response) => {
    const comment = requestedComment(state, request, response);
    if (comment === null || !isOwn(response, comment)) return;
    state.deletePullRequestComment(actorOf(response), comment);
    response.status(204).end();
  });
}

function contentMissing(response: Response): void {
  bitbucketError(response, 400, 'Bad request', { content: ['This field is required.'] });
}

/** Bitbucket lets only its author change a comment. False after a 403 was answered. */
function isOwn(response: Response, comment: BitbucketCommentRecord): boolean {
  if (comment.user === actorOf(response)) return true;
  bitbucketError(response, 403, 'You do not have access to change this comment.');
  return false;
}

function requestedComment(
  state: BitbucketState,
  request: Request,
  response: Response,
): BitbucketCommentRecord | null {
  const pr = requestedPullRequest(state, request, response);
  if (pr === null) return null;
  const comment = state.findPullRequestComment(pr.repository, pr.id, Number(param(request, 'comment')));
  if (comment === null) bitbucketError(response, 404, 'Resource not found');
  return comment;
}

const INLINE_MEMBERS = ['path', 'from', 'to', 'start_from', 'start_to'];

/** As the OpenAPI document has it: a path, and numbers of lines from 1 on. */
function inlineOf(inline: unknown): BitbucketCommentRecord['inline'] | 'invalid' {
  if (inline === undefined || inline === null) return null;
  const path = textAt(inline, 'path');
  if (!isRecord(inline) || path === null) return 'invalid';
  const { path: _path, ...numbers } = inline;
  const isValid = Object.entries(numbers).every(
    ([name, value]) =>
      INLINE_MEMBERS.includes(name) && (value === null || (Number.isInteger(value) && Number(value) >= 1)),
  );
  return isValid ? { path, from: lineOf(at(inline, 'from')), to: lineOf(at(inline, 'to')) } : 'invalid';
}

function lineOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
