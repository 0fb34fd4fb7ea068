import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import type { Executor, Settled } from './executor.js';
import { conflictOf } from './issue-conflict.js';

/** Moves an issue to a status, by whichever transition leads there now. The status itself tells whether it was done. */
export function jiraTransition(jira: Jira): Executor<'jira.transition'> {
  return {
    async prepare({ issueKey, toStatus }, _mark, seen) {
      const [issue, transitions] = await Promise.all([
        jira.getIssue(issueKey),
        jira.getTransitions(issueKey),
      ]);
      if (issue.status === toStatus) {
        return { settled: 'executed', message: `${issueKey} already stands in ${toStatus}` };
      }
      const conflict = conflictOf(issue, seen, { status: issue.status });
      if (conflict !== null) {
        return conflict;
      }
      const way = transitions.find((transition) => transition.toStatus === toStatus);
      if (way === undefined) {
        return noWay(issue, toStatus);
      }
      return {
        request: jira.requests.transition(issueKey, way.id),
        stood: { before: { status: issue.status }, after: { status: toStatus } },
        precheck: async () => null,
        findExisting: async () =>
          (await jira.getIssue(issueKey)).status === toStatus ? { remoteId: null } : null,
        send: async (signal) => {
          await jira.transition(issueKey, way.id, signal);
          return { remoteId: null };
        },
      };
    },
  };
}

function noWay({ key, status }: JiraIssue, toStatus: string): Settled {
  const message = `${key} stands in ${status} now, and no transition leads from there to ${toStatus}`;
  return { settled: 'obsolete', message };
}
