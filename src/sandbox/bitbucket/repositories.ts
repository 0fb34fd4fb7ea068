import type {
  BitbucketBranchRecord,
  BitbucketCommitRecord,
  BitbucketRepositoryRecord,
  BitbucketStatusRecord,
  BitbucketUserRecord,
  BuildState,
} from './records.js';

/** Users, repositories, branches, commits and build statuses. */
export interface RepositoryState {
  users(): BitbucketUserRecord[];
  findUser(uuid: string): BitbucketUserRecord | null;
  saveUser(user: BitbucketUserRecord): void;
  repositories(): BitbucketRepositoryRecord[];
  findRepository(fullName: string): BitbucketRepositoryRecord | null;
  saveRepository(repository: BitbucketRepositoryRecord): void;
  branches(repository: string): BitbucketBranchRecord[];
  saveBranch(branch: BitbucketBranchRecord): void;
  /** Newest first. */
  commits(repository: string): BitbucketCommitRecord[];
  /** By the whole hash or its first characters (at least 7). */
  findCommit(repository: string, hash: string): BitbucketCommitRecord | null;
  saveCommit(commit: BitbucketCommitRecord): void;
  /** Adds one commit per message to the branch (made where missing) and sends `repo:push`; open PRs of the branch move along. */
  push(by: string, repository: string, branch: string, messages: string[]): BitbucketCommitRecord[];
  statuses(repository: string, hash: string): BitbucketStatusRecord[];
  saveStatus(status: BitbucketStatusRecord): void;
  /** Sends `repo:commit_status_created` or `_updated`. */
  setStatus(
    by: string,
    repository: string,
    hash: string,
    status: {
      key: string;
      state: BuildState;
      name?: string;
      url?: string;
      description?: string;
      refname?: string | null;
    },
  ): BitbucketStatusRecord;
}
