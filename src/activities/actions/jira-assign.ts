import { jiraNames } from '../../domain/account-names.js';
import type { Person } from '../../domain/approval.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import { assigneeOf } from '../assignee.js';
import type { Authorship } from '../authorship.js';
import { type Executor, standsSo } from './executor.js';
import { conflictOf, lastChangeOf } from './issue-conflict.js';

/** Assigns or unassigns. The assignee itself tells whether it was done. */
export function jiraAssign(
  jira: Jira,
  authorship: Authorship,
  people: readonly Person[],
): Executor<'jira.assign'> {
  const namesIn = ({ assignee }: JiraIssue) =>
    jiraNames(people, () =>
      assignee === null ? [] : [{ id: assignee.accountId, name: assignee.displayName }],
    );
  return {
    find: async ({ issueKey, accountId }) =>
      standsSo(assigneeOf(await jira.getIssue(issueKey)) === accountId),
    byAnother: async ({ issueKey }) =>
      authorship.ofAnother(lastChangeOf(await jira.getIssue(issueKey), ['assignee'])),
    async prepare({ issueKey, accountId }, _mark, seen) {
      const issue = await jira.getIssue(issueKey);
      const assignee = assigneeOf(issue);
      const nameOf = namesIn(issue);
      if (assignee === accountId) {
        const message = `${issueKey} already is ${accountId === null ? 'unassigned' : `assigned to ${nameOf(accountId)}`}`;
        return { settled: 'executed', message };
      }
      const conflict = conflictOf(issue, seen, { assignee }, nameOf);
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
