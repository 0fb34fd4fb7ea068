import type { Request, Response, Router } from 'express';
import { actorOf, bodyAt, query } from '../http.js';
import { isDataCenter } from './data-center.js';
import { jiraError } from './errors.js';
import { searchIssues } from './jql.js';
import { JqlError } from './jql-parse.js';
import type { JiraIssueRecord } from './records.js';
import { renderIssue } from './render-issue.js';
import type { ViewOf } from './routing.js';
import type { JiraState } from './state.js';

const MOST_PER_PAGE = 5_000;
const DEFAULT_PAGE = 50;

/** `/search/jql` (token paging) and the old `/search` (startAt). */
export function addSearchRoutes(router: Router, state: JiraState, viewOf: ViewOf, clock: () => Date): void {
  const find = (request: Request, response: Response): JiraIssueRecord[] | null =>
    foundBy(response, () =>
      searchIssues({ state, now: clock(), caller: actorOf(response) }, text(request, 'jql') ?? ''),
    );

  const byToken = (request: Request, response: Response): void => {
    const jql = text(request, 'jql');
    if (jql === null || jql.replace(/order\s+by.*/i, '').trim() === '') {
      return jiraError(response, 400, [
        'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
      ]);
    }
    const found = find(request, response);
    if (found === null) return;
    const start = startOfToken(text(request, 'nextPageToken'));
    if (start === null) return jiraError(response, 400, ['The nextPageToken is invalid.']);
    const page = found.slice(start, start + pageSize(request));
    const end = start + page.length;
    const isLast = end >= found.length;
    response.json({
      issues: page.map((issue) => shown(viewOf, request, issue, ['id'])),
      isLast,
      ...(isLast ? {} : { nextPageToken: tokenFor(end) }),
    });
  };

  const byStart = (request: Request, response: Response): void => {
    const found = find(request, response);
    if (found === null) return;
    const startAt = Number(text(request, 'startAt') ?? 0);
    const maxResults = pageSize(request);
    const issues = found
      .slice(startAt, startAt + maxResults)
      .map((issue) => shown(viewOf, request, issue, ['*navigable']));
    response.json({ expand: 'schema,names', startAt, maxResults, total: found.length, issues });
  };

  router.get('/search/jql', byToken);
  router.post('/search/jql', byToken);
  router.get('/search', byStart);
  router.post('/search', byStart);
}

/** Null after a 400 was answered. */
export function foundBy<T>(response: Response, search: () => T): T | null {
  try {
    return search();
  } catch (error) {
    if (!(error instanceof JqlError)) throw error;
    jiraError(response, 400, [error.message]);
    return null;
  }
}

/** A Data Center's search takes no notice of `properties` (JRASERVER-62898). */
function shown(viewOf: ViewOf, request: Request, issue: JiraIssueRecord, standard: string[]) {
  const fields = names(request, 'fields') ?? standard;
  const expand = names(request, 'expand') ?? [];
  const properties = isDataCenter(request) ? [] : (names(request, 'properties') ?? []);
  const whole = renderIssue(viewOf(request), issue, { fields, expand, properties });
  return fields.length === 1 && fields[0] === 'id' ? { id: issue.id } : whole;
}

/** GET has it in the query, POST in the body. */
function text(request: Request, name: string): string | null {
  const value = request.method === 'GET' ? query(request, name) : bodyAt(request, name);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}

function names(request: Request, name: string): string[] | null {
  if (request.method === 'GET') return query(request, name)?.split(',') ?? null;
  const value = bodyAt(request, name);
  if (typeof value === 'string') return value.split(',');
  return Array.isArray(value) ? value.map(String) : null;
}

function pageSize(request: Request): number {
  const wanted = Number(text(request, 'maxResults') ?? DEFAULT_PAGE);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST_PER_PAGE) : DEFAULT_PAGE;
}

/** Tokens are opaque to callers. */
function tokenFor(start: number): string {
  return Buffer.from(`start:${start}`).toString('base64url');
}

function startOfToken(token: string | null): number | null {
  if (token === null) return 0;
  const match = /^start:(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  return match === null ? null : Number(match[1]);
}
