import { nowIso, type Scope } from '../scope.js';
import type { PullRequestCommentState } from './comments.js';
import { recordActivity } from './create-pull-requests.js';
import type { PullRequestState } from './pull-requests.js';
import type { BitbucketCommentRecord, BitbucketPullRequestRecord } from './records.js';
import type { BitbucketWebhooks, CommentEventName } from './webhooks.js';

const FIRST_COMMENT_ID = 6_200_001;

/** Pull request comments in the store; a deleted one stays as an empty shell, as at Bitbucket. */
export function createPullRequestComments(
  scope: Scope,
  pullRequests: PullRequestState,
  webhooks: BitbucketWebhooks,
): PullRequestCommentState {
  const { store } = scope;
  const save = (comment: BitbucketCommentRecord) =>
    store.put(
      'bitbucket',
      'comment',
      idOf(comment.repository, comment.pullRequestId, comment.id),
      comment,
      `${comment.repository}#${comment.pullRequestId}`,
    );
  const announce = announcer(pullRequests, webhooks);
  return {
    pullRequestComments: (repository, pullRequestId) =>
      store.list<BitbucketCommentRecord>('bitbucket', 'comment', `${repository}#${pullRequestId}`),
    findPullRequestComment: (repository, pullRequestId, id) =>
      store.get<BitbucketCommentRecord>('bitbucket', 'comment', idOf(repository, pullRequestId, id)),
    savePullRequestComment: save,
    addPullRequestComment: (by, pr, raw, { inline = null, parentId = null } = {}) =>
      store.transaction(() => {
        const now = nowIso(scope);
        const comment = {
          id: newCommentId(scope, pr),
          repository: pr.repository,
          pullRequestId: pr.id,
          user: by,
          raw,
          inline,
          parentId,
          deleted: false,
          createdOn: now,
          updatedOn: now,
        };
        save(comment);
        const current = pullRequests.findPullRequest(pr.repository, pr.id) ?? pr;
        pullRequests.savePullRequest({ ...current, updatedOn: now });
        recordActivity(scope, pr, 'comment', by, { commentId: comment.id });
        announce('comment_created', by, comment);
        return comment;
      }),
    editPullRequestComment: (by, comment, raw) =>
      store.transaction(() => {
        const edited = { ...comment, raw, updatedOn: nowIso(scope) };
        save(edited);
        announce('comment_updated', by, edited);
        return edited;
      }),
    deletePullRequestComment: (by, comment) =>
      store.transaction(() => {
        const deleted = { ...comment, raw: '', deleted: true, updatedOn: nowIso(scope) };
        save(deleted);
        announce('comment_deleted', by, deleted);
        return deleted;
      }),
  };
}

function announcer(pullRequests: PullRequestState, webhooks: BitbucketWebhooks) {
  return (event: CommentEventName, by: string, comment: BitbucketCommentRecord): void => {
    const pr = pullRequests.findPullRequest(comment.repository, comment.pullRequestId);
    if (pr !== null) webhooks.comment(event, by, pr, comment);
  };
}

function newCommentId({ store }: Scope, pr: BitbucketPullRequestRecord): number {
  const next = () => store.nextNumber('bitbucket.comment', FIRST_COMMENT_ID);
  let id = next();
  while (store.get('bitbucket', 'comment', idOf(pr.repository, pr.id, id)) !== null) id = next();
  return id;
}

function idOf(repository: string, pullRequestId: number, id: number): string {
  return `${repository}#${pullRequestId}:${id}`;
}
