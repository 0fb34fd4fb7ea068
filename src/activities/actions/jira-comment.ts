import { isPublic } from '../../domain/actions/jira-comment.js';
import type { ActivityDeps } from '../dependencies.js';
import { type Executor, madeAs } from './executor.js';
import { prepareNote } from './status-note.js';

/** A comment with the action's id and the changes that it answers as its property, which is how it is found again. */
export function jiraComment({
  jira,
  notes,
  mirror,
}: Pick<ActivityDeps, 'jira' | 'notes' | 'mirror'>): Executor<'jira.comment'> {
  return {
    find: async ({ issueKey }, { actionId, sought }) =>
      madeAs(await jira.findCommentByAction(issueKey, actionId, sought)),
    async prepare({ issueKey, body, as, audience }, mark) {
      const { actionId, answers } = mark;
      if (as === 'status_note') {
        const target = `jira:${issueKey}`;
        const known = await mirror.latestNote({ kind: 'jira.comment', target, besides: actionId });
        return prepareNote(notes.jira, { place: issueKey, on: issueKey, body, mark, known });
      }
      const write = { issueKey, body, actionId, answers, isPublic: isPublic({ audience }) };
      return {
        request: jira.requests.addComment(write),
        precheck: async () => null,
        send: async (signal) => ({ remoteId: await jira.addComment(write, signal) }),
      };
    },
  };
}
