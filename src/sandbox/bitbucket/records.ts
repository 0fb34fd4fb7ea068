/** What the simulated Bitbucket keeps; plain JSON, dates ISO 8601 UTC. `repository` is `workspace/slug` everywhere. */

export interface BitbucketUserRecord {
  uuid: string;
  accountId: string;
  displayName: string;
  nickname: string;
  /** An app's account, which Bitbucket marks as `app_user`. */
  isApp?: boolean;
}

export interface BitbucketRepositoryRecord {
  fullName: string;
  name: string;
  uuid: string;
  mainBranch: string;
  projectKey: string;
  createdOn: string;
  updatedOn: string;
}

export interface BitbucketParticipantRecord {
  user: string;
  role: 'REVIEWER' | 'PARTICIPANT';
  state: 'approved' | 'changes_requested' | null;
  participatedOn: string | null;
}

export interface BitbucketDiffstatRecord {
  path: string;
  /** Of a renamed one. */
  oldPath?: string;
  status: 'added' | 'removed' | 'modified' | 'renamed';
  linesAdded: number;
  linesRemoved: number;
}

export interface BitbucketPullRequestRecord {
  repository: string;
  id: number;
  title: string;
  description: string;
  state: 'OPEN' | 'MERGED' | 'DECLINED' | 'SUPERSEDED';
  draft: boolean;
  author: string | null;
  sourceBranch: string;
  /** 40 characters, or as many as are known. */
  sourceHash: string;
  destinationBranch: string;
  destinationHash: string;
  participants: BitbucketParticipantRecord[];
  /** Hashes of its commits, newest first. */
  commits: string[];
  diffstat: BitbucketDiffstatRecord[];
  closeSourceBranch: boolean;
  mergeCommit: string | null;
  closedBy: string | null;
  reason: string;
  createdOn: string;
  updatedOn: string;
}

export interface BitbucketCommentRecord {
  id: number;
  repository: string;
  pullRequestId: number;
  user: string;
  /** Markdown. */
  raw: string;
  inline: { path: string; from: number | null; to: number | null } | null;
  parentId: number | null;
  deleted: boolean;
  createdOn: string;
  updatedOn: string;
}

export interface BitbucketCommitRecord {
  repository: string;
  hash: string;
  message: string;
  author: string | null;
  date: string;
  parents: string[];
}

export interface BitbucketBranchRecord {
  repository: string;
  name: string;
  hash: string;
}

export type BuildState = 'SUCCESSFUL' | 'FAILED' | 'INPROGRESS' | 'STOPPED';

export interface BitbucketStatusRecord {
  repository: string;
  hash: string;
  key: string;
  name: string;
  state: BuildState;
  url: string;
  description: string;
  refname: string | null;
  createdOn: string;
  updatedOn: string;
}

export interface BitbucketActivityRecord {
  id: number;
  repository: string;
  pullRequestId: number;
  kind: 'update' | 'approval' | 'changes_requested' | 'comment';
  user: string;
  date: string;
  /** What the activity's own object holds, by reference: comment id, or state and reason of an update. */
  commentId: number | null;
  state: string | null;
}
