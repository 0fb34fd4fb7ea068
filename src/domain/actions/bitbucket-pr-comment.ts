import type { ChangedFile, ContextFacts } from '../context.js';
import { A_DAY_MS, type ActionRow } from './row.js';
import type { InRole } from './status-note.js';

/** A line of a changed file. */
export interface CommentPlace {
  readonly path: string;
  readonly line: number;
  /** `new`: as the pull request leaves the file; `old`: as it was. */
  readonly side: 'old' | 'new';
}

export interface BitbucketPrComment extends InRole {
  /** `workspace/repository`. */
  readonly repository: string;
  readonly pullRequestId: number;
  readonly body: string;
  /** Null, or left out by plans from before there was such a thing: on the pull request as a whole. */
  readonly inline?: CommentPlace | null;
}

export const bitbucketPrComment: ActionRow<BitbucketPrComment> = {
  service: 'bitbucket',
  changes: 'words',
  preview: {
    line: lineOf,
    named: (payload) => payload,
    words: ({ body }) => body,
    rewritten: (payload, rewrite) => ({ ...payload, body: rewrite(payload.body) }),
  },
  editable: [{ name: 'body', label: 'Comment (Markdown)', as: 'words' }],
  target: {
    of: (payload) => `bitbucket:${nameOf(payload)}`,
    projects: ({ repository }) => [repository],
    refusal: (payload, { facts }) => refusalOf(payload, facts),
  },
  preconditions: {
    words:
      'the pull request exists, and its diff shows the line that is commented on; its status note, where there is one, stands as the agent wrote it',
    seen: () => null,
    already: () => null,
  },
  marker: { words: 'a short reference at the end of the comment', appearsLate: true, provesOurs: true },
  inverse: {
    reversible: true,
    words: 'deletes the comment; a status note gets its former words back instead',
    windowMs: A_DAY_MS,
    by: 'id',
  },
  risk: { grade: 'G2', why: 'everybody who watches the pull request is told of it' },
};

/** `src/a.ts line 12`, `src/a.ts line 9 before the change` */
export function placeInWords({ path, line, side }: CommentPlace): string {
  return `${path} line ${line}${side === 'old' ? ' before the change' : ''}`;
}

function nameOf({ repository, pullRequestId }: BitbucketPrComment): string {
  return `${repository}#${pullRequestId}`;
}

function lineOf(payload: BitbucketPrComment): string {
  const what = payload.as === 'status_note' ? 'Status note' : 'Comment';
  const at = payload.inline ? `${placeInWords(payload.inline)} of ` : '';
  return `${what} on ${at}pull request ${nameOf(payload)}`;
}

function refusalOf(payload: BitbucketPrComment, { pullRequest }: ContextFacts): string | null {
  if (
    pullRequest === null ||
    payload.repository !== pullRequest.repository ||
    payload.pullRequestId !== pullRequest.id
  ) {
    return `${nameOf(payload)} is not the pull request of this event`;
  }
  const { inline = null, as } = payload;
  if (inline === null) {
    return null;
  }
  return as === 'status_note'
    ? 'a status note stands on the pull request as a whole, not on a line'
    : placeRefusal(inline, pullRequest.files ?? []);
}

/** What the changed files tell already; whether the diff shows the line is asked before it is sent. */
function placeRefusal(place: CommentPlace, files: readonly ChangedFile[]): string | null {
  const file = files.find(({ path }) => path === place.path);
  if (file === undefined) {
    return `${place.path} is none of the changed files of the pull request that the context names`;
  }
  const isThere =
    place.side === 'new'
      ? file.status !== 'removed' && (file.status !== 'added' || place.line <= file.linesAdded)
      : file.status !== 'added' && (file.status !== 'removed' || place.line <= file.linesRemoved);
  return isThere ? null : `${placeInWords(place)} does not exist: the file was ${file.status}`;
}
