import type { Jira } from '../../integrations/jira/jira.js';
import { assigneeOf } from '../assignee.js';
import type { Authorship } from '../authorship.js';
import { type Executor, standsSo } from './executor.js';
import { conflictOf, lastChangeOf } from './issue-conflict.js';

/** Assigns or unassigns. The assignee itself tells whether it was done. */
export function jiraAssign(jira: Jira, authorship: Authorship): Executor<'jira.assign'> {
  return {
    find: async ({ issueKey, accountId }) =>
      standsSo(assigneeOf(await jira.getIssue(issueKey)) === accountId),
    byAnother: async ({ issueKey }) =>
      authorship.ofAnother(lastChangeOf(await jira.getIssue(issueKey), ['assignee'])),
    async prepare({ issueKey, accountId }, _mark, seen) {
      const issue = await jira.getIssue(issueKey);
      const assignee = assigneeOf(issue);
      if (assignee === accountId) {
        const message = `${issueKey} already is ${accountId === null ? 'unassigned' : `assigned to ${accountId}`}`;
        return { settled: 'executed', message };
      }
      const conflict = conflictOf(issue, seen, { assignee });
      if (conflict !== null) {
        return conflict;
      }
      return {
        request: jira.requests.assign(issueKey, accountId),
        stood: { before: { assignee }, after: { assignee: accountId } },
        precheck: async () => null,
        send: async (signal) => {
          await jira.assign(issueKey, accountId, signal);
          return { remoteId: null };
        },
      };
    },
  };
}
