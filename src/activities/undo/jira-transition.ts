import type { Jira } from '../../integrations/jira/jira.js';
import { standsSo } from '../actions/executor.js';
import { settledState, textIn } from './issue-state.js';
import { nothingKnown, type Undoing } from './undoing.js';

/** Back to the status that it came from, by whichever transition leads there now. */
export function undoJiraTransition(jira: Jira): Undoing<'jira.transition'> {
  return ({ issueKey }, { stood }) => {
    const back = stood === null ? null : textIn(stood.before, 'status');
    if (stood === null || back === null) {
      return nothingKnown('the move');
    }
    return {
      find: async () => standsSo((await jira.getIssue(issueKey)).status === back),
      prepare: async () => {
        const [issue, transitions] = await Promise.all([
          jira.getIssue(issueKey),
          jira.getTransitions(issueKey),
        ]);
        const settled = settledState(issue, { status: issue.status }, stood);
        if (settled !== null) {
          return settled;
        }
        const way = transitions.find(({ toStatus }) => toStatus === back);
        if (way === undefined) {
          return { settled: 'failed', message: `no transition leads from ${issue.status} back to ${back}` };
        }
        return {
          request: jira.requests.transition(issueKey, way.id),
          precheck: async () => null,
          send: async (signal) => {
            await jira.transition(issueKey, way.id, signal);
            return { remoteId: null };
          },
        };
      },
    };
  };
}
