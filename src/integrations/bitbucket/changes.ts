/** The port of the sweep: what happened to pull requests lately. Times are ISO 8601 UTC, unless said otherwise. */

export interface ActivityAccount {
  /** Every id that Bitbucket gives the account: uuid, account id, user name. */
  readonly ids: readonly string[];
  readonly name: string | null;
  readonly isApp: boolean;
}

export interface UpdatedPullRequest {
  /** `workspace/slug` as Bitbucket spells it. */
  readonly repository: string;
  readonly id: number;
  readonly title: string;
  readonly createdOn: string;
  readonly author: ActivityAccount | null;
}

/** One entry of a pull request's activity. Bitbucket gives none of them an id, but comments. */
export type PullRequestActivity =
  | {
      readonly kind: 'update';
      readonly at: string;
      /** `at` as Bitbucket wrote it, in microseconds. */
      readonly exactly: string;
      /** `OPEN`, `MERGED`, `DECLINED`: what the pull request is after it. */
      readonly state: string;
      readonly by: ActivityAccount | null;
    }
  | {
      readonly kind: 'approval' | 'changes_request';
      readonly at: string;
      readonly by: ActivityAccount | null;
    }
  | {
      readonly kind: 'comment';
      readonly at: string;
      readonly id: string;
      /** Markdown. */
      readonly body: string;
      readonly by: ActivityAccount | null;
    };

export interface BitbucketChanges {
  /** One page of the pull requests, in any state, that were updated since then, latest first. Pages count from 1. */
  updatedPullRequests(query: {
    readonly repository: string;
    readonly since: string;
    readonly page: number;
  }): Promise<{ readonly pullRequests: readonly UpdatedPullRequest[]; readonly nextPage: number | null }>;
  /** What happened to one since then, deleted comments left out; earlier entries may be among it. */
  activity(repository: string, id: number, since: string): Promise<readonly PullRequestActivity[]>;
}
