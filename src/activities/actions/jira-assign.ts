import type { Jira } from '../../integrations/jira/jira.js';
import type { Executor } from './executor.js';
import { conflictOf } from './issue-conflict.js';

/** Assigns or unassigns. The assignee itself tells whether it was done. */
export function jiraAssign(jira: Jira): Executor<'jira.assign'> {
  return {
    async prepare({ issueKey, accountId }, _mark, seen) {
      const isDone = async () => ((await jira.getIssue(issueKey)).assignee?.accountId ?? null) === accountId;
      return {
        request: jira.requests.assign(issueKey, accountId),
        precheck: async () => {
          const issue = await jira.getIssue(issueKey);
          const assignee = issue.assignee?.accountId ?? null;
          if (assignee === accountId) {
            const message = `${issueKey} already is ${accountId === null ? 'unassigned' : `assigned to ${accountId}`}`;
            return { settled: 'executed', message };
          }
          return conflictOf(issue, seen, { assignee });
        },
        findExisting: async () => ((await isDone()) ? { remoteId: null } : null),
        send: async (signal) => {
          await jira.assign(issueKey, accountId, signal);
          return { remoteId: null };
        },
      };
    },
  };
}
