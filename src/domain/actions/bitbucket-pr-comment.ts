import type { ContextFacts } from '../context.js';
import { A_DAY_MS, type ActionRow } from './row.js';
import type { InRole } from './status-note.js';

export interface BitbucketPrComment extends InRole {
  /** `workspace/repository`. */
  readonly repository: string;
  readonly pullRequestId: number;
  readonly body: string;
}

export const bitbucketPrComment: ActionRow<BitbucketPrComment> = {
  service: 'bitbucket',
  changes: 'words',
  preview: {
    line: (payload) =>
      `${payload.as === 'status_note' ? 'Status note' : 'Comment'} on pull request ${nameOf(payload)}`,
    words: ({ body }) => body,
    rewritten: (payload, rewrite) => ({ ...payload, body: rewrite(payload.body) }),
  },
  target: {
    of: (payload) => `bitbucket:${nameOf(payload)}`,
    project: ({ repository }) => repository,
    refusal: (payload, { facts }) => refusalOf(payload, facts),
  },
  preconditions: {
    words: 'the pull request exists; its status note, where there is one, stands as the agent wrote it',
    seen: () => null,
  },
  marker: { words: 'a short reference at the end of the comment', appearsLate: true },
  inverse: {
    reversible: true,
    words: 'deletes the comment; a status note gets its former words back instead',
    windowMs: A_DAY_MS,
  },
  risk: { grade: 'G2', why: 'everybody who watches the pull request is told of it' },
};

function nameOf({ repository, pullRequestId }: BitbucketPrComment): string {
  return `${repository}#${pullRequestId}`;
}

function refusalOf(payload: BitbucketPrComment, { pullRequest }: ContextFacts): string | null {
  return pullRequest !== null &&
    payload.repository === pullRequest.repository &&
    payload.pullRequestId === pullRequest.id
    ? null
    : `${nameOf(payload)} is not the pull request of this event`;
}
