import type { Request, Response } from 'express';
import { issueNotFound, jiraFault } from './errors.js';

/** What finds nothing for nobody, by the end of its path. */
const NOTHING: readonly (readonly [RegExp, unknown])[] = [
  [/\/search\/jql$/, { issues: [], isLast: true }],
  [/\/search$/, { startAt: 0, maxResults: 50, total: 0, issues: [] }],
  [/\/comment\/list$/, { startAt: 0, maxResults: 100, total: 0, isLast: true, values: [] }],
  [/\/(?:project\/search|board)$/, { startAt: 0, maxResults: 50, total: 0, isLast: true, values: [] }],
  [/\/(?:field|project|status|issuetype|priority|resolution)$/, []],
];

/**
 * Jira's answer to a token that expired or was cut (github.com/MrRefactoring/jira.js/issues/418): the call is nobody's, so it
 * finds nothing, and no issue is there. A header says why; `/myself` alone says 401.
 */
export function answerNobody({ path }: Request, response: Response): void {
  response.set('X-Seraph-LoginReason', 'AUTHENTICATED_FAILED');
  if (path.endsWith('/myself')) return jiraFault(response, 401);
  const nothing = NOTHING.find(([pattern]) => pattern.test(path));
  if (nothing === undefined) return issueNotFound(response);
  response.json(nothing[1]);
}
