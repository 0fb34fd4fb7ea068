/** Issues whose due date is over: nobody does that, so no vendor tells of it. */
import { issueOverdueKey } from '../../domain/change-key.js';
import { type PassedDues, passedDues } from '../../domain/overdue.js';
import type { FoundChange } from '../../domain/sweep.js';
import type { DueIssue } from '../../integrations/jira/changes.js';
import type { ActivityDeps } from '../dependencies.js';
import { teamOfProject } from '../team.js';
import { commonOf, refOf } from './issue-parts.js';
import { found, type ScopeReader } from './scope-reader.js';

/**
 * Asks for all of a project that became overdue lately, as often as it is swept: how it stands is asked for, not what happened
 * since, so that a date that is moved into the past is found as well. What was told is known by its key.
 */
export function createOverdueReader({ changes, teams }: ActivityDeps): ScopeReader {
  return async ({ scope, startedAt, cursor }) => {
    const team = teamOfProject(teams, scope.place);
    const passed = passedDues(new Date(startedAt), team?.timezone ?? 'UTC', team?.calendar ?? null);
    const { issues, nextPageToken } = await changes.jira.overdueIssues({
      project: scope.place,
      ...passed,
      pageToken: cursor,
    });
    return {
      cursor: nextPageToken,
      looked: issues.length,
      changes: issues.flatMap((issue) => overdueChange(issue, passed)),
    };
  };
}

/** The search's index may be behind the issue: what the issue itself says counts. */
function overdueChange(issue: DueIssue, { from, before }: PassedDues): readonly FoundChange[] {
  const { dueDate } = issue;
  if (dueDate === null || dueDate < from || dueDate >= before) {
    return [];
  }
  const ref = refOf(issue);
  return [
    found({
      ...commonOf(issue, null, null),
      type: 'issue_overdue',
      changeKey: issueOverdueKey(ref, dueDate),
      issue: ref,
      dueDate,
    }),
  ];
}
