import type { BitbucketNotes } from '../../integrations/bitbucket/notes-client.js';
import type { BitbucketRemovals, CommentName } from '../../integrations/bitbucket/removals.js';
import { type Effect, standsSo } from '../actions/executor.js';
import { undoNote } from './status-note.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/**
 * Deletes the comment. Nobody but its author can edit it, so there is nothing that a person could have changed. A status
 * note that said something before says that again.
 */
export function undoBitbucketPrComment(
  notes: BitbucketNotes,
  removals: BitbucketRemovals,
): Undoing<'bitbucket.pr_comment'> {
  return ({ repository, pullRequestId, as }, done) => {
    const { remoteId: commentId } = done;
    const place = { repository, pullRequestId };
    if (as === 'status_note') {
      return undoNote(notes, place, done, ({ id }) => deletion(removals, { ...place, commentId: id }));
    }
    if (commentId === null) {
      return nothingKnown('the comment');
    }
    const isGone = async () => (await notes.read(place, commentId)) === null;
    return {
      find: async () => standsSo(await isGone()),
      prepare: async () =>
        (await isGone())
          ? goneAlready(`the comment ${commentId} on ${repository}#${pullRequestId}`)
          : deletion(removals, { ...place, commentId }),
    };
  };
}

function deletion(removals: BitbucketRemovals, name: CommentName): Effect {
  return {
    request: removals.requests.deleteComment(name),
    precheck: async () => null,
    send: async (signal) => {
      await removals.deleteComment(name, signal);
      return { remoteId: null };
    },
  };
}
