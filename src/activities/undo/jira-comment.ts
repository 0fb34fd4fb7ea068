import type { JiraEdits } from '../../integrations/jira/edits.js';
import type { JiraNotes } from '../../integrations/jira/notes-client.js';
import { type Effect, standsSo } from '../actions/executor.js';
import { undoNote } from './status-note.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/** Deletes the comment, where it still is as it was written. A status note that said something before says that again. */
export function undoJiraComment(edits: JiraEdits, notes: JiraNotes): Undoing<'jira.comment'> {
  return ({ issueKey, as }, done) => {
    const { remoteId } = done;
    if (as === 'status_note') {
      return undoNote(notes, issueKey, done, ({ id }) => deletion(edits, issueKey, id));
    }
    if (remoteId === null) {
      return nothingKnown('the comment');
    }
    const read = () => edits.getComment(issueKey, remoteId);
    return {
      find: async () => standsSo((await read()) === null),
      prepare: async () => {
        const comment = await read();
        if (comment === null) {
          return goneAlready(`the comment ${remoteId} on ${issueKey}`);
        }
        if (comment.updated !== comment.created) {
          const message = `the comment ${remoteId} on ${issueKey} was edited by ${comment.updatedBy ?? 'somebody'} at ${comment.updated}`;
          return { settled: 'obsolete', message };
        }
        return deletion(edits, issueKey, remoteId);
      },
    };
  };
}

function deletion(edits: JiraEdits, issueKey: string, commentId: string): Effect {
  return {
    request: edits.requests.deleteComment(issueKey, commentId),
    precheck: async () => null,
    send: async (signal) => {
      await edits.deleteComment(issueKey, commentId, signal);
      return { remoteId: null };
    },
  };
}
