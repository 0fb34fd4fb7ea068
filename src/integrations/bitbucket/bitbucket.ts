/** The port: what the product needs of Bitbucket. `repository` is `workspace/slug` everywhere. */
import type { OutgoingRequest } from '../../domain/effect.js';

export interface BitbucketComment {
  readonly id: string;
  readonly author: { readonly id: string; readonly name: string } | null;
  readonly body: string;
  readonly createdOn: string;
  readonly inline: { readonly path: string; readonly line: number | null } | null;
}

export interface BitbucketPullRequest {
  readonly repository: string;
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly state: string;
  readonly draft: boolean;
  readonly author: { readonly id: string; readonly name: string } | null;
  readonly sourceBranch: string;
  readonly destinationBranch: string;
  readonly sourceCommit: string | null;
  readonly reviewers: readonly { readonly name: string; readonly state: string | null }[];
  readonly createdOn: string;
  readonly updatedOn: string;
  readonly commentCount: number;
}

/** As lists show it: without its reviewers' list. */
export interface FoundPullRequest extends BitbucketPullRequest {
  /** Where its destination stood; null where Bitbucket did not say. Hashes of pull requests are cut to 12 characters. */
  readonly destinationCommit: string | null;
}

export interface BitbucketCommit {
  readonly hash: string;
  readonly message: string;
  readonly parents: readonly string[];
}

export interface BitbucketDiffstat {
  readonly path: string;
  readonly status: string;
  readonly linesAdded: number;
  readonly linesRemoved: number;
}

export interface BitbucketStatus {
  readonly name: string;
  readonly state: string;
  readonly url: string | null;
  readonly updatedOn: string | null;
}

export interface BitbucketCommentWrite {
  readonly repository: string;
  readonly pullRequestId: number;
  /** Markdown. */
  readonly body: string;
  /** Shown as a short visible reference: Bitbucket has no hidden property on comments. */
  readonly actionId: string;
  /** Marks (hex) of the changes that it answers, shown behind it; none where left out. */
  readonly answers?: readonly string[];
  /** The line that it is about; on the pull request as a whole where left out. */
  readonly inline?: DiffLine | null;
}

export interface DiffLine {
  readonly path: string;
  readonly line: number;
  readonly side: 'old' | 'new';
}

export interface Bitbucket {
  currentUser(): Promise<{ readonly id: string; readonly name: string }>;
  getPullRequest(repository: string, id: number): Promise<BitbucketPullRequest>;
  /** Newest last, at most 50. */
  getComments(repository: string, id: number): Promise<readonly BitbucketComment[]>;
  getDiffstat(repository: string, id: number): Promise<readonly BitbucketDiffstat[]>;
  /**
   * The line by the name that its file has on its side, where the pull request's diff, as it is now, shows it; else null.
   * @param line its path may be the new name of a renamed file, on either side
   */
  findLine(repository: string, id: number, line: DiffLine): Promise<DiffLine | null>;
  getCommitStatuses(repository: string, commit: string): Promise<readonly BitbucketStatus[]>;
  /** All open ones and those in any state whose title or branch holds this text; latest first, at most 50. */
  findPullRequests(repository: string, text: string): Promise<readonly FoundPullRequest[]>;
  /** Messages of the pull request's commits, newest first, at most 50. */
  getCommitMessages(repository: string, id: number): Promise<readonly string[]>;
  /** Of all branches, children before their parents, at most 100. */
  newestCommits(repository: string): Promise<readonly BitbucketCommit[]>;
  getRepository(
    repository: string,
  ): Promise<{ readonly fullName: string; readonly mainBranch: string | null }>;
  /**
   * The id of the comment that carries this action's reference, else of one that answers what carries one of `sought`, or
   * null; `since` as in an effect's mark. Throws an `outOfSight` where not all could be looked through.
   */
  findCommentByAction(
    repository: string,
    id: number,
    actionId: string,
    sought?: readonly string[],
    since?: string | null,
  ): Promise<string | null>;
  /** Answers the new comment's id. Throws the signal's reason where it fires; the comment may be made all the same. */
  addComment(write: BitbucketCommentWrite, signal?: AbortSignal): Promise<string>;
  requests: { addComment(write: BitbucketCommentWrite): OutgoingRequest };
}
