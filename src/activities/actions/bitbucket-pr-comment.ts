import type { ActivityDeps } from '../dependencies.js';
import type { Executor } from './executor.js';
import { prepareNote } from './status-note.js';

/** A comment that shows a short reference to the action and to what it answers, which is how it is found again. */
export function bitbucketPrComment({
  bitbucket,
  notes,
  mirror,
}: Pick<ActivityDeps, 'bitbucket' | 'notes' | 'mirror'>): Executor<'bitbucket.pr_comment'> {
  return {
    async prepare({ repository, pullRequestId, body, as }, mark) {
      const { actionId, answers, sought } = mark;
      const find = () => bitbucket.findCommentByAction(repository, pullRequestId, actionId, sought);
      if (as === 'status_note') {
        const place = { repository, pullRequestId };
        const on = `${repository}#${pullRequestId}`;
        const target = `bitbucket:${on}`;
        const known = await mirror.latestNote({ kind: 'bitbucket.pr_comment', target, besides: actionId });
        return prepareNote(notes.bitbucket, { place, on, body, mark, known, find });
      }
      const write = { repository, pullRequestId, body, actionId, answers };
      return {
        request: bitbucket.requests.addComment(write),
        precheck: async () => null,
        findExisting: async () => {
          const remoteId = await find();
          return remoteId === null ? null : { remoteId };
        },
        send: async () => ({ remoteId: await bitbucket.addComment(write) }),
      };
    },
  };
}
