import type { ContextFacts } from '../context.js';
import { A_DAY_MS, type ActionRow } from './row.js';

export interface BitbucketPrComment {
  /** `workspace/repository`. */
  readonly repository: string;
  readonly pullRequestId: number;
  readonly body: string;
}

export const bitbucketPrComment: ActionRow<BitbucketPrComment> = {
  service: 'bitbucket',
  changes: 'words',
  preview: {
    line: (payload) => `Comment on pull request ${nameOf(payload)}`,
    words: ({ body }) => body,
    rewritten: (payload, rewrite) => ({ ...payload, body: rewrite(payload.body) }),
  },
  target: {
    of: (payload) => `bitbucket:${nameOf(payload)}`,
    project: ({ repository }) => repository,
    refusal: (payload, { facts }) => refusalOf(payload, facts),
  },
  preconditions: { words: 'the pull request exists', seen: () => null },
  marker: { words: 'a short reference at the end of the comment', appearsLate: true },
  inverse: { reversible: true, words: 'deletes the comment', windowMs: A_DAY_MS },
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
