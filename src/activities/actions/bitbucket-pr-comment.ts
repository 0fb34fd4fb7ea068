import type { Bitbucket } from '../../integrations/bitbucket/bitbucket.js';
import type { Executor } from './executor.js';

/** A comment that shows a short reference to the action and to what it answers, which is how it is found again. */
export function bitbucketPrComment(bitbucket: Bitbucket): Executor<'bitbucket.pr_comment'> {
  return {
    async prepare({ repository, pullRequestId, body }, { actionId, answers, sought }) {
      const write = { repository, pullRequestId, body, actionId, answers };
      return {
        request: bitbucket.requests.addComment(write),
        precheck: async () => null,
        findExisting: async () => {
          const remoteId = await bitbucket.findCommentByAction(repository, pullRequestId, actionId, sought);
          return remoteId === null ? null : { remoteId };
        },
        send: async () => ({ remoteId: await bitbucket.addComment(write) }),
      };
    },
  };
}
