import type { Standing } from '../../domain/actions/row.js';
import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import { type Settled, standsSo } from '../actions/executor.js';
import { fieldValues, standingIn } from '../actions/jira-transition.js';
import { moveAlong } from '../actions/move-fields.js';
import { settledState, textIn } from './issue-state.js';
import { nothingKnown, type Undoing } from './undoing.js';

/** Back to the status that it came from, by whichever transition leads there now; what that one demands as it was before. */
export function undoJiraTransition(jira: Jira, edits: JiraEdits): Undoing<'jira.transition'> {
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
        const now = {
          status: issue.status,
          ...(await fieldValues(edits, issue, Object.keys(stood.after))),
        };
        const settled = settledState(issue, now, stood);
        if (settled !== null) {
          return settled;
        }
        const ways = transitions.filter(({ toStatus }) => toStatus === back);
        const move = moveAlong(ways, {}, before(issue, stood.before));
        if ('problems' in move) {
          return noWayBack(issue, back, move.problems);
        }
        const { way, fields } = move;
        return {
          request: jira.requests.transition(issueKey, way.id, fields),
          precheck: async () => null,
          send: async (signal) => {
            await jira.transition(issueKey, way.id, fields, signal);
            return { remoteId: null };
          },
        };
      },
    };
  };
}

/** As it was before the move, as far as the ledger knows; else as it is. */
function before(issue: JiraIssue, stood: Standing) {
  const now = standingIn(issue);
  return {
    resolution: textIn(stood, 'resolution'),
    assignee: textIn(stood, 'assignee') ?? now.assignee,
    priority: textIn(stood, 'priority') ?? now.priority,
  };
}

function noWayBack({ status }: JiraIssue, back: string, problems: readonly string[]): Settled {
  const message =
    problems.length === 0
      ? `no transition leads from ${status} back to ${back}`
      : `it cannot be moved from ${status} back to ${back}: the transition ${problems.join('; the transition ')}. Move it by hand`;
  return { settled: 'failed', message };
}
