import type {
  BitbucketActivityRecord,
  BitbucketDiffstatRecord,
  BitbucketPullRequestRecord,
} from './records.js';

export interface NewPullRequest {
  title: string;
  description?: string;
  sourceBranch: string;
  destinationBranch?: string;
  /** uuids */
  reviewers?: string[];
  draft?: boolean;
  closeSourceBranch?: boolean;
  diffstat?: BitbucketDiffstatRecord[];
}

export interface PullRequestState {
  pullRequests(repository: string): BitbucketPullRequestRecord[];
  findPullRequest(repository: string, id: number): BitbucketPullRequestRecord | null;
  /** Stores the record as it is, without a webhook. */
  savePullRequest(pr: BitbucketPullRequestRecord): void;
  createPullRequest(by: string, repository: string, fields: NewPullRequest): BitbucketPullRequestRecord;
  updatePullRequest(
    by: string,
    pr: BitbucketPullRequestRecord,
    changes: Partial<
      Pick<BitbucketPullRequestRecord, 'title' | 'description' | 'destinationBranch' | 'draft'>
    > & { reviewers?: string[] },
  ): BitbucketPullRequestRecord;
  /** `approved`, `changes_requested`, or null to take either back. */
  review(
    by: string,
    pr: BitbucketPullRequestRecord,
    state: 'approved' | 'changes_requested' | null,
  ): BitbucketPullRequestRecord;
  mergePullRequest(by: string, pr: BitbucketPullRequestRecord): BitbucketPullRequestRecord;
  declinePullRequest(by: string, pr: BitbucketPullRequestRecord, reason?: string): BitbucketPullRequestRecord;
  /** Newest first. */
  activity(repository: string, pullRequestId: number): BitbucketActivityRecord[];
}
