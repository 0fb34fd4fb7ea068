import type { Bitbucket } from '../../integrations/bitbucket/bitbucket.js';
import type { BitbucketRemovals } from '../../integrations/bitbucket/removals.js';
import { goneAlready, nothingKnown, type Undoing } from './undoing.js';

/** Deletes the comment. Nobody but its author can edit it, so there is nothing that a person could have changed. */
export function undoBitbucketPrComment(
  bitbucket: Bitbucket,
  removals: BitbucketRemovals,
): Undoing<'bitbucket.pr_comment'> {
  return async ({ repository, pullRequestId }, { actionId, remoteId: commentId }) => {
    if (commentId === null) {
      return nothingKnown('the comment');
    }
    const isGone = async () =>
      (await bitbucket.findCommentByAction(repository, pullRequestId, actionId)) === null;
    if (await isGone()) {
      return goneAlready(`the comment ${commentId} on ${repository}#${pullRequestId}`);
    }
    const name = { repository, pullRequestId, commentId };
    return {
      request: removals.requests.deleteComment(name),
      precheck: async () => null,
      findExisting: async () => ((await isGone()) ? { remoteId: null } : null),
      send: async (signal) => {
        await removals.deleteComment(name, signal);
        return { remoteId: null };
      },
    };
  };
}
