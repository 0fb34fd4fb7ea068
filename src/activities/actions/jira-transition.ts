import type { Jira } from '../../integrations/jira/jira.js';
import type { Executor } from './executor.js';

/** Moves an issue to a status, by whichever transition leads there now. The status itself tells whether it was done. */
export function jiraTransition(jira: Jira): Executor<'jira.transition'> {
  return {
    service: 'jira',
    async prepare({ issueKey, toStatus }) {
      const [issue, transitions] = await Promise.all([
        jira.getIssue(issueKey),
        jira.getTransitions(issueKey),
      ]);
      if (issue.status === toStatus) {
        return { settled: 'executed', message: `${issueKey} already stands in ${toStatus}` };
      }
      const way = transitions.find((transition) => transition.toStatus === toStatus);
      if (way === undefined) {
        return {
          settled: 'obsolete',
          message: `${issueKey} stands in ${issue.status} now, and no transition leads from there to ${toStatus}`,
        };
      }
      return {
        request: jira.requests.transition(issueKey, way.id),
        precheck: async () => null,
        findExisting: async () =>
          (await jira.getIssue(issueKey)).status === toStatus ? { remoteId: null } : null,
        appearsLate: false,
        send: async (signal) => {
          await jira.transition(issueKey, way.id, signal);
          return { remoteId: null };
        },
      };
    },
  };
}
