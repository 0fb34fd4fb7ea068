import type { ActivityDeps } from '../dependencies.js';
import { issueChanges } from './issue-changes.js';
import type { ScopeReader } from './scope-reader.js';

const MINUTE_MS = 60_000;
/** A page is asked for later than the first: by so many minutes more at most, and a tenth of a long gap. */
const PAGING_MINUTES = 10;
const PAGING_SHARE = 1.1;

/** Issues of a project, or all, by JQL. The query stays the same from page to page: Jira binds its page tokens to it. */
export function createIssuesReader({ jira }: ActivityDeps['changes']): ScopeReader {
  return async ({ scope, startedAt, cursor }) => {
    const gapMs = Date.parse(startedAt) - Date.parse(scope.since);
    const { issues, nextPageToken } = await jira.updatedIssues({
      project: scope.place,
      withinMinutes: Math.ceil((gapMs / MINUTE_MS) * PAGING_SHARE) + PAGING_MINUTES,
      since: scope.reportSince,
      pageToken: cursor,
    });
    return {
      cursor: nextPageToken,
      looked: issues.length,
      changes: issues.flatMap((issue) => issueChanges(issue, scope.reportSince)),
    };
  };
}
