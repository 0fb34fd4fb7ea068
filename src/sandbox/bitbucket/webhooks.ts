/** The bodies of Bitbucket's webhooks; the event's name stands only in `X-Event-Key`. */
import type { Scope } from '../scope.js';
import type {
  BitbucketCommentRecord,
  BitbucketCommitRecord,
  BitbucketParticipantRecord,
  BitbucketPullRequestRecord,
  BitbucketStatusRecord,
} from './records.js';
import {
  bitbucketTime,
  commitReference,
  type Json,
  links,
  renderComment,
  renderCommit,
  renderRepository,
  renderStatus,
  renderUser,
  repositoryReference,
  type View,
} from './render.js';
import { renderPullRequest } from './render-pull-request.js';
import type { BitbucketState } from './state.js';

export type CommentEventName = 'comment_created' | 'comment_updated' | 'comment_deleted';

type ReviewState = BitbucketParticipantRecord['state'];

export interface BitbucketWebhooks {
  pullRequest(
    event: 'created' | 'updated' | 'fulfilled' | 'rejected',
    by: string,
    pr: BitbucketPullRequestRecord,
  ): void;
  /** `approved`, `unapproved`, `changes_request_created` or `changes_request_removed`; none where nothing changed. */
  review(by: string, pr: BitbucketPullRequestRecord, before: ReviewState, after: ReviewState): void;
  comment(
    event: CommentEventName,
    by: string,
    pr: BitbucketPullRequestRecord,
    comment: BitbucketCommentRecord,
  ): void;
  /** `made` oldest first. */
  push(
    by: string,
    repository: string,
    branch: string,
    oldHash: string | null,
    made: BitbucketCommitRecord[],
  ): void;
  status(event: 'created' | 'updated', by: string, status: BitbucketStatusRecord): void;
}

/** A push lists at most so many commits, then says `truncated`. */
const MOST_COMMITS = 5;

export function createBitbucketWebhooks(scope: Scope, stateOf: () => BitbucketState): BitbucketWebhooks {
  const view = (): View => ({
    state: stateOf(),
    api: `${scope.url}/bitbucket/2.0`,
    site: `${scope.url}/bitbucket`,
    form: 'recorded',
  });
  const send = (eventKey: string, by: string, repository: string, body: Json): void => {
    const known = stateOf().findRepository(repository);
    scope.emit.bitbucket(eventKey, {
      repository: known === null ? repositoryReference(view(), repository) : renderRepository(view(), known),
      actor: renderUser(view(), by),
      ...body,
    });
  };
  return {
    pullRequest: (event, by, pr) =>
      send(`pullrequest:${event}`, by, pr.repository, { pullrequest: renderPullRequest(view(), pr) }),
    review: (by, pr, before, after) => {
      if (before === after) return;
      const about = { date: bitbucketTime(pr.updatedOn), user: renderUser(view(), by) };
      const body = { pullrequest: renderPullRequest(view(), pr) };
      if (before !== null)
        send(REVIEW_ENDED[before], by, pr.repository, { ...body, [REVIEW_FIELDS[before]]: about });
      if (after !== null)
        send(REVIEW_BEGAN[after], by, pr.repository, { ...body, [REVIEW_FIELDS[after]]: about });
    },
    comment: (event, by, pr, comment) =>
      send(`pullrequest:${event}`, by, pr.repository, {
        pullrequest: renderPullRequest(view(), pr),
        comment: renderComment(view(), comment),
      }),
    push: (by, repository, branch, oldHash, made) =>
      send('repo:push', by, repository, {
        push: { changes: [pushChange(view(), repository, branch, oldHash, made)] },
      }),
    status: (event, by, status) =>
      send(`repo:commit_status_${event}`, by, status.repository, {
        commit_status: renderStatus(view(), status),
      }),
  };
}

const REVIEW_FIELDS = { approved: 'approval', changes_requested: 'changes_request' } as const;
const REVIEW_BEGAN = {
  approved: 'pullrequest:approved',
  changes_requested: 'pullrequest:changes_request_created',
} as const;
const REVIEW_ENDED = {
  approved: 'pullrequest:unapproved',
  changes_requested: 'pullrequest:changes_request_removed',
} as const;

function pushChange(
  view: View,
  repository: string,
  branch: string,
  oldHash: string | null,
  made: BitbucketCommitRecord[],
): Json {
  const newest = made.toReversed();
  const head = newest[0];
  const api = `${view.api}/repositories/${repository}`;
  const target = (hash: string): Json => {
    const commit = view.state.findCommit(repository, hash);
    return commit === null ? commitReference(view, repository, hash) : renderCommit(view, commit);
  };
  const side = (hash: string) => ({
    type: 'branch',
    name: branch,
    target: target(hash),
    links: links({
      self: `${api}/refs/branches/${branch}`,
      html: `${view.site}/${repository}/branch/${branch}`,
    }),
  });
  return {
    old: oldHash === null ? null : side(oldHash),
    new: head === undefined ? null : side(head.hash),
    truncated: made.length > MOST_COMMITS,
    created: oldHash === null,
    forced: false,
    closed: false,
    links: links({ commits: `${api}/commits?include=${head?.hash ?? ''}` }),
    commits: newest.slice(0, MOST_COMMITS).map((commit) => renderCommit(view, commit)),
  };
}
