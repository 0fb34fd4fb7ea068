/** Status notes over a pull request's comments. Their mark is the last line of their own text. */
import { z } from 'zod';
import type { OutgoingRequest } from '../../domain/effect.js';
import type { Allowed } from '../../domain/markup/outgoing-text.js';
import { safeMarkdown } from '../../domain/markup/safe-markdown.js';
import { segment } from '../http.js';
import { orGone } from '../integration-error.js';
import { digestOfWords, type NoteWrite, type StandingNote, type StatusNotes } from '../status-notes.js';
import { type BitbucketOptions, COMMENT_LIMIT, createBitbucketHttp, pullRequestPath } from './client.js';
import { isoUtc, toAccount } from './convert.js';
import { createOwnAccount } from './own-account.js';
import { standingComments } from './pages.js';
import { isOfAction, noteMarkIn, noteReference, wordsAboveReference } from './reference.js';
import { type CommentJson, commentSchema } from './schema.js';

export interface PullRequestName {
  readonly repository: string;
  readonly pullRequestId: number;
}

export type BitbucketNotes = StatusNotes<PullRequestName>;

const writtenSchema = commentSchema.pick({ id: true, user: true });
const keptSchema = z.object({ raw: z.string() });

/** Answers with `IntegrationError` for every failure. */
export function createBitbucketNotes(options: BitbucketOptions): BitbucketNotes {
  const http = createBitbucketHttp(options);
  const { linkHosts = ['bitbucket.org'], mentions = [] } = options;
  const writing = writingOf({ linkHosts, mentions });
  const { requests } = writing;
  const ourselves = createOwnAccount(http);
  const sendTo = async (request: OutgoingRequest, signal: AbortSignal | undefined) => {
    const sent = { ...request, ...(signal === undefined ? {} : { signal }) };
    const { id, user } = await http.send(sent, writtenSchema);
    ourselves.learn(toAccount(user)?.id ?? null);
    return id;
  };
  return {
    ...writing,
    read: async (place, id) => {
      const path = commentPath(place, id);
      const [me, comment] = await Promise.all([
        ourselves.id(),
        orGone(http.send({ method: 'GET', path }, commentSchema)),
      ]);
      if (comment === null) {
        // Of what may not be seen Bitbucket says 404, too: the comment is gone where its pull request is shown.
        await http.send(
          { method: 'GET', path: pullRequestPath(place.repository, place.pullRequestId) },
          z.unknown(),
        );
      }
      return comment === null || comment.deleted === true ? null : standing(comment, me);
    },
    newest: async ({ repository, pullRequestId }) => {
      const me = await ourselves.id();
      for await (const comments of standingComments(http, pullRequestPath(repository, pullRequestId))) {
        const note = comments.find((comment) => isBy(comment, me) && noteMarkIn(rawOf(comment)) !== null);
        if (note !== undefined) {
          return standing(note, me);
        }
      }
      return null;
    },
    add: (place, write, signal) => sendTo(requests.add(place, write), signal),
    edit: async (place, id, write, signal) => void (await sendTo(requests.edit(place, id, write), signal)),
    putBack: async (place, id, kept, signal) =>
      void (await sendTo(requests.putBack(place, id, kept), signal)),
  };
}

function writingOf(allowed: Allowed): Pick<BitbucketNotes, 'requests' | 'wordsOf'> {
  const textOf = ({ body }: NoteWrite) => safeMarkdown(body, { ...allowed, limit: COMMENT_LIMIT });
  const rawWith = (write: NoteWrite): string => {
    const text = textOf(write);
    return `${text}\n\n${noteReference(text, write.actionId, write.answers)}`;
  };
  return {
    wordsOf: (write) => digestOfWords(textOf(write)),
    requests: {
      add: (place, write) => request('POST', commentsPath(place), rawWith(write)),
      edit: (place, id, write) => request('PUT', commentPath(place, id), rawWith(write)),
      putBack: (place, id, kept) => request('PUT', commentPath(place, id), keptSchema.parse(kept).raw),
    },
  };
}

function request(method: string, path: string, raw: string): OutgoingRequest {
  return { service: 'bitbucket', method, path, body: { content: { raw } } };
}

function commentsPath({ repository, pullRequestId }: PullRequestName): string {
  return `${pullRequestPath(repository, pullRequestId)}/comments`;
}

function commentPath(place: PullRequestName, id: string): string {
  return `${commentsPath(place)}/${segment(id)}`;
}

function rawOf({ content }: CommentJson): string {
  return content?.raw ?? '';
}

/** Where nobody says who we are, our mark and the ledger's word have to do: nobody but its author can edit a comment. */
function isBy({ user }: CommentJson, me: string | null): boolean {
  return me === null || toAccount(user)?.id === me;
}

/** Bitbucket lets nobody but its author edit a comment, and names no editor. */
function standing(comment: CommentJson, me: string | null): StandingNote {
  const raw = rawOf(comment);
  const mark = noteMarkIn(raw);
  const author = toAccount(comment.user);
  return {
    id: comment.id,
    kept: { raw },
    words: wordsAboveReference(raw),
    markedWords: mark?.markedWords ?? null,
    answers: mark?.answers ?? [],
    isByAgent: isBy(comment, me),
    lastWritten: `${author?.name ?? 'somebody'} at ${isoUtc(comment.updated_on ?? comment.created_on)}`,
    isOf: (actionId) => isOfAction(raw, actionId),
  };
}
