import type { Jira } from '../../integrations/jira/jira.js';
import { standsSo } from '../actions/executor.js';
import { assigneeOf } from '../assignee.js';
import type { Authorship } from '../authorship.js';
import { settledState, textIn } from './issue-state.js';
import { nothingKnown, type Undoing } from './undoing.js';

/** Back to whoever it was assigned to, or to nobody. */
export function undoJiraAssign(jira: Jira, authorship: Authorship): Undoing<'jira.assign'> {
  return ({ issueKey }, { stood }) => {
    if (stood === null) {
      return nothingKnown('the assignment');
    }
    const back = textIn(stood.before, 'assignee');
    return {
      find: async () => standsSo(assigneeOf(await jira.getIssue(issueKey)) === back),
      prepare: async (left) => {
        const issue = await jira.getIssue(issueKey);
        const now = { assignee: assigneeOf(issue) };
        const settled = await settledState({ issue, now, stood }, left, authorship);
        if (settled !== null) {
          return settled;
        }
        return {
          request: jira.requests.assign(issueKey, back),
          precheck: async () => null,
          send: async (signal) => {
            await jira.assign(issueKey, back, signal);
            return { remoteId: null };
          },
        };
      },
    };
  };
}
