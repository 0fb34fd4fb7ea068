import type { JiraTransition as Payload } from '../../domain/actions/jira-transition.js';
import type { Standing } from '../../domain/actions/row.js';
import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { Jira, JiraIssue } from '../../integrations/jira/jira.js';
import { assigneeOf } from '../assignee.js';
import type { Authorship } from '../authorship.js';
import { type Executor, type Settled, standsSo } from './executor.js';
import { conflictOf, lastChangeOf } from './issue-conflict.js';
import { givenIn, moveAlong } from './move-fields.js';

/** Moves an issue to a status, by whichever transition leads there now. The status itself tells whether it was done. */
export function jiraTransition(
  jira: Jira,
  edits: JiraEdits,
  authorship: Authorship,
): Executor<'jira.transition'> {
  return {
    find: async ({ issueKey, toStatus }) => standsSo((await jira.getIssue(issueKey)).status === toStatus),
    byAnother: async ({ issueKey }) =>
      authorship.ofAnother(lastChangeOf(await jira.getIssue(issueKey), ['status'])),
    async prepare(payload, _mark, seen) {
      const { issueKey, toStatus } = payload;
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
      const ways = transitions.filter((transition) => transition.toStatus === toStatus);
      if (ways.length === 0) {
        return noWay(issue, toStatus);
      }
      const move = moveAlong(ways, givenBy(payload), standingIn(issue));
      if ('problems' in move) {
        return demanding(payload, move.problems);
      }
      const { way, fields } = move;
      return {
        request: jira.requests.transition(issueKey, way.id, fields),
        stood: {
          before: { status: issue.status, ...(await fieldValues(edits, issue, Object.keys(move.values))) },
          after: { status: toStatus, ...move.values },
        },
        precheck: async () => null,
        send: async (signal) => {
          await jira.transition(issueKey, way.id, fields, signal);
          return { remoteId: null };
        },
      };
    },
  };
}

function givenBy({ resolution, assignee }: Payload) {
  return { resolution: givenIn(resolution), assignee: givenIn(assignee) };
}

/** What a move may demand that the issue has already. */
export function standingIn(issue: JiraIssue) {
  return { assignee: assigneeOf(issue), priority: issue.priority };
}

/** How these fields of an issue stand. */
export async function fieldValues(
  edits: JiraEdits,
  issue: JiraIssue,
  members: readonly string[],
): Promise<Standing> {
  const { assignee, priority } = standingIn(issue);
  return {
    ...(members.includes('resolution') ? { resolution: await edits.readResolution(issue.key) } : {}),
    ...(members.includes('assignee') ? { assignee } : {}),
    ...(members.includes('priority') ? { priority } : {}),
  };
}

function demanding({ issueKey, toStatus }: Payload, problems: readonly string[]): Settled {
  const message = `${issueKey} cannot be moved to ${toStatus} so: the transition ${problems.join('; the transition ')}. Propose the move with that, or move it by hand`;
  return { settled: 'failed', message };
}

function noWay({ key, status }: JiraIssue, toStatus: string): Settled {
  const message = `${key} stands in ${status} now, and no transition leads from there to ${toStatus}`;
  return { settled: 'obsolete', message };
}
