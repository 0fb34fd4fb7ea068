import type { JiraIssue } from '../integrations/jira/jira.js';

/** The account that an issue is assigned to; null where it is nobody's. */
export function assigneeOf({ assignee }: Pick<JiraIssue, 'assignee'>): string | null {
  return assignee?.accountId ?? null;
}
