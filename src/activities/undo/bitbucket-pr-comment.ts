import type { Bitbucket } from '../../integrations/bitbucket/bitbucket.js';
import type { BitbucketNotes } from '../../integrations/bitbucket/notes-client.js';
import type { BitbucketRemovals, CommentName } from '../../integrations/bitbucket/removals.js';
import type { Effect } from '../actions/executor.js';
import { undoNote } from './status-note.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/**
 * Deletes the comment. Nobody but its author can edit it, so there is nothing that a person could have changed. A status
 * note that said something before says that again.
 */
export function undoBitbucketPrComment(
  bitbucket: Bitbucket,
  notes: BitbucketNotes,
  removals: BitbucketRemovals,
): Undoing<'bitbucket.pr_comment'> {
  return async ({ repository, pullRequestId, as }, done) => {
    const { actionId, remoteId: commentId } = done;
    const place = { repository, pullRequestId };
    if (as === 'status_note') {
      return undoNote(notes, place, done, async ({ id }) =>
        deletion(removals, { ...place, commentId: id }, async () => (await notes.read(place, id)) === null),
      );
    }
    if (commentId === null) {
      return nothingKnown('the comment');
    }
    const isGone = async () =>
      (await bitbucket.findCommentByAction(repository, pullRequestId, actionId)) === null;
    return (await isGone())
      ? goneAlready(`the comment ${commentId} on ${repository}#${pullRequestId}`)
      : deletion(removals, { ...place, commentId }, isGone);
  };
}

function deletion(removals: BitbucketRemovals, name: CommentName, isGone: () => Promise<boolean>): Effect {
  return {
    request: removals.requests.deleteComment(name),
    precheck: async () => null,
    findExisting: async () => ((await isGone()) ? { remoteId: null } : null),
    send: async (signal) => {
      await removals.deleteComment(name, signal);
      return { remoteId: null };
    },
  };
}
