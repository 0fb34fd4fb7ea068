import { isPublic } from '../../domain/actions/jira-comment.js';
import type { ActivityDeps } from '../dependencies.js';
import { type Executor, madeAs } from './executor.js';
import { noteLeftBy, prepareNote } from './status-note.js';

/** A comment with the action's id and the changes that it answers as its property, which is how it is found again. */
export function jiraComment({
  jira,
  notes,
  mirror,
}: Pick<ActivityDeps, 'jira' | 'notes' | 'mirror'>): Executor<'jira.comment'> {
  const knownNote = (issueKey: string, actionId: string) =>
    mirror.latestNote({ kind: 'jira.comment', target: `jira:${issueKey}`, besides: actionId });
  return {
    async find({ issueKey, as }, { actionId, sought, since }) {
      const known = as === 'status_note' ? await knownNote(issueKey, actionId) : null;
      const edited = await noteLeftBy(notes.jira, issueKey, { actionId, known });
      // A note that an unknown cycle edited may be of any age.
      const made = as === 'status_note' ? null : since;
      return madeAs(edited ?? (await jira.findCommentByAction(issueKey, actionId, sought, made)));
    },
    async prepare({ issueKey, body, as, audience }, mark) {
      const { actionId, answers } = mark;
      if (as === 'status_note') {
        const known = await knownNote(issueKey, actionId);
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
