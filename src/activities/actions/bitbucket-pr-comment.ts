import { type CommentPlace, placeInWords } from '../../domain/actions/bitbucket-pr-comment.js';
import type { ActivityDeps } from '../dependencies.js';
import type { Executor, Settled } from './executor.js';
import { prepareNote } from './status-note.js';

/** A comment that shows a short reference to the action and to what it answers, which is how it is found again. */
export function bitbucketPrComment({
  bitbucket,
  notes,
  mirror,
}: Pick<ActivityDeps, 'bitbucket' | 'notes' | 'mirror'>): Executor<'bitbucket.pr_comment'> {
  return {
    async prepare({ repository, pullRequestId, body, as, inline = null }, mark) {
      const { actionId, answers, sought } = mark;
      const find = () => bitbucket.findCommentByAction(repository, pullRequestId, actionId, sought);
      if (as === 'status_note') {
        const place = { repository, pullRequestId };
        const on = `${repository}#${pullRequestId}`;
        const target = `bitbucket:${on}`;
        const known = await mirror.latestNote({ kind: 'bitbucket.pr_comment', target, besides: actionId });
        return prepareNote(notes.bitbucket, { place, on, body, mark, known, find });
      }
      const write = { repository, pullRequestId, body, actionId, answers, inline };
      return {
        request: bitbucket.requests.addComment(write),
        // What an earlier attempt wrote stands also where its line is gone by now.
        precheck: async () =>
          inline === null ||
          (await bitbucket.showsLine(repository, pullRequestId, inline)) ||
          (await bitbucket.findCommentByAction(repository, pullRequestId, actionId)) !== null
            ? null
            : outdated(inline, `${repository}#${pullRequestId}`),
        findExisting: async () => {
          const remoteId = await find();
          return remoteId === null ? null : { remoteId };
        },
        send: async () => ({ remoteId: await bitbucket.addComment(write) }),
      };
    },
  };
}

function outdated(place: CommentPlace, on: string): Settled {
  const message = `the diff of ${on} does not show ${placeInWords(place)} (any more): the comment would stand beside other code`;
  return { settled: 'obsolete', message };
}
