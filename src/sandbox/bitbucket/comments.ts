import type { BitbucketCommentRecord, BitbucketPullRequestRecord } from './records.js';

export interface PullRequestCommentState {
  /** Oldest first, deleted ones included. */
  pullRequestComments(repository: string, pullRequestId: number): BitbucketCommentRecord[];
  findPullRequestComment(
    repository: string,
    pullRequestId: number,
    id: number,
  ): BitbucketCommentRecord | null;
  /** Stores the record as it is, without a webhook. */
  savePullRequestComment(comment: BitbucketCommentRecord): void;
  addPullRequestComment(
    by: string,
    pr: BitbucketPullRequestRecord,
    raw: string,
    place?: { inline?: BitbucketCommentRecord['inline']; parentId?: number | null },
  ): BitbucketCommentRecord;
  editPullRequestComment(by: string, comment: BitbucketCommentRecord, raw: string): BitbucketCommentRecord;
  deletePullRequestComment(by: string, comment: BitbucketCommentRecord): BitbucketCommentRecord;
}
