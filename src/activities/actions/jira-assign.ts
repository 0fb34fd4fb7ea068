import type { Jira } from '../../integrations/jira/jira.js';
import type { Executor } from './executor.js';

/** Assigns or unassigns. The assignee itself tells whether it was done. */
export function jiraAssign(jira: Jira): Executor<'jira.assign'> {
  return {
    service: 'jira',
    async prepare({ issueKey, accountId }) {
      const isDone = async () => {
        const { assignee } = await jira.getIssue(issueKey);
        return (assignee?.accountId ?? null) === accountId;
      };
      const message = `${issueKey} already is ${accountId === null ? 'unassigned' : `assigned to ${accountId}`}`;
      return {
        request: jira.requests.assign(issueKey, accountId),
        precheck: async () => ((await isDone()) ? { settled: 'executed', message } : null),
        findExisting: async () => ((await isDone()) ? { remoteId: null } : null),
        appearsLate: false,
        send: async (signal) => {
          await jira.assign(issueKey, accountId, signal);
          return { remoteId: null };
        },
      };
    },
  };
}
