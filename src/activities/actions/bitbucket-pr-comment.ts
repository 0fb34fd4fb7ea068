import { type CommentPlace, placeInWords } from '../../domain/actions/bitbucket-pr-comment.js';
import type { ActivityDeps } from '../dependencies.js';
import { type Executor, madeAs, type Settled } from './executor.js';
import { noteLeftBy, prepareNote } from './status-note.js';

/** A comment that shows a short reference to the action and to what it answers, which is how it is found again. */
export function bitbucketPrComment({
  bitbucket,
  notes,
  mirror,
}: Pick<ActivityDeps, 'bitbucket' | 'notes' | 'mirror'>): Executor<'bitbucket.pr_comment'> {
  const knownNote = (on: string, actionId: string) =>
    mirror.latestNote({ kind: 'bitbucket.pr_comment', target: `bitbucket:${on}`, besides: actionId });
  return {
    async find({ repository, pullRequestId, as }, { actionId, sought, since }) {
      const place = { repository, pullRequestId };
      const known = as === 'status_note' ? await knownNote(`${repository}#${pullRequestId}`, actionId) : null;
      const edited = await noteLeftBy(notes.bitbucket, place, { actionId, known });
      // A note that an unknown cycle edited may be of any age.
      const made = as === 'status_note' ? null : since;
      return madeAs(
        edited ?? (await bitbucket.findCommentByAction(repository, pullRequestId, actionId, sought, made)),
      );
    },
    async prepare({ repository, pullRequestId, body, as, inline = null }, mark) {
      const { actionId, answers } = mark;
      if (as === 'status_note') {
        const place = { repository, pullRequestId };
        const on = `${repository}#${pullRequestId}`;
        const known = await knownNote(on, actionId);
        return prepareNote(notes.bitbucket, { place, on, body, mark, known });
      }
      const on = `${repository}#${pullRequestId}`;
      const find = (place: CommentPlace) => bitbucket.findLine(repository, pullRequestId, place);
      // A renamed file has another name on its old side, which only the diff tells.
      const place = inline?.side === 'old' ? await find(inline) : inline;
      if (inline !== null && place === null) {
        return outdated(inline, on);
      }
      const write = { repository, pullRequestId, body, actionId, answers, inline: place };
      return {
        request: bitbucket.requests.addComment(write),
        precheck: async () =>
          inline === null || (await find(inline))?.path === place?.path ? null : outdated(inline, on),
        send: async (signal) => ({ remoteId: await bitbucket.addComment(write, signal) }),
      };
    },
  };
}

function outdated(place: CommentPlace, on: string): Settled {
  const message = `the diff of ${on} does not show ${placeInWords(place)} (any more): the comment would stand beside other code`;
  return { settled: 'obsolete', message };
}
