import type { Jira, JiraIssue, JiraTransition } from '../../integrations/jira/jira.js';
import { type Executor, type Settled, standsSo } from './executor.js';
import { conflictOf } from './issue-conflict.js';

/** Moves an issue to a status, by whichever transition leads there now. The status itself tells whether it was done. */
export function jiraTransition(jira: Jira): Executor<'jira.transition'> {
  return {
    find: async ({ issueKey, toStatus }) => standsSo((await jira.getIssue(issueKey)).status === toStatus),
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
      const way = wayTo(toStatus, transitions);
      if (way === undefined) {
        return noWay(issue, toStatus);
      }
      const { requiredFields = [] } = way;
      if (requiredFields.length > 0) {
        const message = `${issueKey} can only be moved to ${toStatus} with ${requiredFields.join(', ')} filled in (transition "${way.name}"), which the agent does not do: move it by hand`;
        return { settled: 'failed', message };
      }
      return {
        request: jira.requests.transition(issueKey, way.id),
        stood: { before: { status: issue.status }, after: { status: toStatus } },
        precheck: async () => null,
        send: async (signal) => {
          await jira.transition(issueKey, way.id, signal);
          return { remoteId: null };
        },
      };
    },
  };
}

/** Of several, one that demands nothing. */
function wayTo(toStatus: string, transitions: readonly JiraTransition[]): JiraTransition | undefined {
  const ways = transitions.filter((transition) => transition.toStatus === toStatus);
  return ways.find(({ requiredFields = [] }) => requiredFields.length === 0) ?? ways[0];
}

function noWay({ key, status }: JiraIssue, toStatus: string): Settled {
  const message = `${key} stands in ${status} now, and no transition leads from there to ${toStatus}`;
  return { settled: 'obsolete', message };
}
