/** From Bitbucket's JSON to the port's shapes. Pure. */
import type { BitbucketComment, BitbucketPullRequest } from './bitbucket.js';
import type { AccountJson, CommentJson, PullRequestJson } from './schema.js';

export interface Account {
  readonly id: string;
  readonly name: string;
}

/** Null for the accounts of people who have left, which carry neither id. */
export function toAccount(account: AccountJson | null | undefined): Account | null {
  const id = account?.uuid ?? account?.account_id ?? account?.username ?? null;
  return id === null ? null : { id, name: account?.display_name ?? account?.nickname ?? id };
}

export function toPullRequest(repository: string, json: PullRequestJson): BitbucketPullRequest {
  return {
    repository,
    id: json.id,
    title: json.title,
    description: json.description ?? json.summary?.raw ?? '',
    state: json.state,
    draft: json.draft ?? false,
    author: toAccount(json.author),
    sourceBranch: json.source?.branch?.name ?? '',
    destinationBranch: json.destination?.branch?.name ?? '',
    sourceCommit: json.source?.commit?.hash ?? null,
    reviewers: reviewersOf(json),
    createdOn: isoUtc(json.created_on),
    updatedOn: isoUtc(json.updated_on),
    commentCount: json.comment_count ?? 0,
  };
}

/** `approved`, `changes_requested` or null, from the participants; reviewers who have done nothing stand only in their own list. */
function reviewersOf(json: PullRequestJson): BitbucketPullRequest['reviewers'] {
  const states = new Map<string, string | null>();
  for (const reviewer of json.reviewers ?? []) {
    states.set(nameOf(reviewer), null);
  }
  for (const { user, role, state, approved } of json.participants ?? []) {
    const said = state ?? (approved === true ? 'approved' : null);
    if (role === 'REVIEWER' || said !== null) {
      states.set(nameOf(user), said);
    }
  }
  return [...states].map(([name, state]) => ({ name, state }));
}

function nameOf(account: AccountJson | null | undefined): string {
  return toAccount(account)?.name ?? 'former user';
}

export function toComment(json: CommentJson): BitbucketComment {
  const path = json.inline?.path;
  return {
    id: json.id,
    author: toAccount(json.user),
    body: json.content?.raw ?? '',
    createdOn: isoUtc(json.created_on),
    inline:
      path === null || path === undefined
        ? null
        : { path, line: json.inline?.to ?? json.inline?.from ?? null },
  };
}

/** Bitbucket writes `2026-01-31T10:00:00.123456+00:00`; what is no time comes back as it is. */
export function isoUtc(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : new Date(at).toISOString();
}
