/** What Bitbucket's routes share: views, errors, paging, and finding what the path names. */
import type { Request, Response } from 'express';
import { baseOf, param, query, queryNumber } from '../http.js';
import type { BitbucketPullRequestRecord, BitbucketRepositoryRecord } from './records.js';
import type { View } from './render.js';
import type { BitbucketState } from './state.js';

/** `{type: "error", error: {message}}`, with `fields` where a body was wrong. */
export function bitbucketError(
  response: Response,
  status: number,
  message: string,
  fields?: Readonly<Record<string, string[]>>,
): void {
  response
    .status(status)
    .json({ type: 'error', error: { message, ...(fields === undefined ? {} : { fields }) } });
}

/** What a fault of kind `status` answers, in Bitbucket's shape. */
export function bitbucketFault(response: Response, status: number): void {
  bitbucketError(response, status, FAULT_TEXTS[status] ?? 'Something went wrong');
}

const FAULT_TEXTS: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Token is invalid, expired, or not supported for this endpoint.',
  403: 'Your credentials lack one or more required privilege scopes.',
  404: 'Resource not found',
  409: 'Conflict',
  429: 'Rate limit for this resource has been exceeded',
  503: 'Service unavailable',
};

export function viewOf(state: BitbucketState, request: Request): View {
  const site = baseOf(request, '/bitbucket');
  return { state, api: `${site}/2.0`, site, form: 'documented' };
}

const MOST_PER_PAGE = 100;
const DEFAULT_PAGE = 10;

/** `values, pagelen, page, size`, and `next` or `previous` where there is one. */
export function answerPage<T>(
  request: Request,
  response: Response,
  all: readonly T[],
  render: (value: T) => unknown,
): void {
  const pagelen = Math.min(Math.max(queryNumber(request, 'pagelen', DEFAULT_PAGE), 1), MOST_PER_PAGE);
  const page = Math.max(queryNumber(request, 'page', 1), 1);
  const start = (page - 1) * pagelen;
  const values = all.slice(start, start + pagelen).map(render);
  response.json({
    values,
    pagelen,
    size: all.length,
    page,
    ...(start + pagelen < all.length ? { next: pageUrl(request, page + 1) } : {}),
    ...(page > 1 ? { previous: pageUrl(request, page - 1) } : {}),
  });
}

const FEED_PAGE = 50;

/** How an activity is paged: no numbers and no total, only an opaque place in the address of the next page. */
export function answerFeed<T>(
  request: Request,
  response: Response,
  all: readonly T[],
  render: (value: T) => unknown,
): void {
  const pagelen = Math.min(Math.max(queryNumber(request, 'pagelen', DEFAULT_PAGE), 1), FEED_PAGE);
  const start = Number(Buffer.from(query(request, 'ctx') ?? '', 'base64url').toString('utf8'));
  const end = start + pagelen;
  const ctx = Buffer.from(String(end)).toString('base64url');
  response.json({
    values: all.slice(start, end).map(render),
    pagelen,
    ...(end < all.length ? { next: placeUrl(request, 'ctx', ctx) } : {}),
  });
}

function pageUrl(request: Request, page: number): string {
  return placeUrl(request, 'page', String(page));
}

function placeUrl(request: Request, name: string, place: string): string {
  const url = new URL(request.originalUrl, baseOf(request, ''));
  url.searchParams.set(name, place);
  return url.toString();
}

/** The repository that the path names; null after a 404 was answered. */
export function requestedRepository(
  state: BitbucketState,
  request: Request,
  response: Response,
): BitbucketRepositoryRecord | null {
  const fullName = `${param(request, 'workspace')}/${param(request, 'slug')}`;
  const repository = state.findRepository(fullName);
  if (repository === null) bitbucketError(response, 404, `Repository ${fullName} not found`);
  return repository;
}

/** The pull request that the path names; null after a 404 was answered. */
export function requestedPullRequest(
  state: BitbucketState,
  request: Request,
  response: Response,
): BitbucketPullRequestRecord | null {
  const repository = requestedRepository(state, request, response);
  if (repository === null) return null;
  const pr = state.findPullRequest(repository.fullName, Number(param(request, 'id')));
  if (pr === null) bitbucketError(response, 404, 'Resource not found');
  return pr;
}
