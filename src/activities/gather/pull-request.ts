import type { ChangedFile, ContextFacts } from '../../domain/context.js';
import { cutText } from '../../domain/cut-text.js';
import type { PullRequestEvent } from '../../domain/event.js';
import type { BitbucketComment, BitbucketPullRequest } from '../../integrations/bitbucket/bitbucket.js';
import { addStatuses } from './build.js';
import type { Collector } from './collector.js';
import { type Gatherer, type GatherSources, NO_FACTS } from './gatherer.js';
import { issueKeysIn } from './issue-keys.js';
import { readMentionedIssues } from './mentioned-issues.js';

const SOURCE = 'bitbucket:rest';
/** Changed files that the context names. */
const FILE_LIMIT = 50;
/** Of a longer path the model sees the beginning; code knows it in full. */
const PATH_LIMIT = 300;
const REVIEWERS = 20;
/** Commits that one call lists at most, by the port. */
const COMMITS_LISTED = 50;

export const gatherPullRequest: Gatherer<PullRequestEvent> = async (event, sources) => {
  const { pullRequest, files } = await addPullRequestAndTalk(event.repository, event.pullRequest.id, sources);
  const [issue] = await Promise.all([
    readIssueOf(pullRequest, sources),
    addPullRequestStatuses(pullRequest, sources),
  ]);
  return {
    facts: { ...NO_FACTS, issue, pullRequest: factsOf(pullRequest, files) },
    title: titleOf(pullRequest),
  };
};

/** A pull request that was asked for besides the event's own: with its files, comments and builds, without its issue. */
export async function readPullRequest(repository: string, id: number, sources: GatherSources): Promise<void> {
  const { pullRequest } = await addPullRequestAndTalk(repository, id, sources);
  await addPullRequestStatuses(pullRequest, sources);
}

async function addPullRequestAndTalk(
  repository: string,
  id: number,
  { bitbucket, collector }: GatherSources,
): Promise<{ readonly pullRequest: BitbucketPullRequest; readonly files: readonly ChangedFile[] }> {
  const [pull, comments, files] = await Promise.allSettled([
    bitbucket.getPullRequest(repository, id),
    collector.optional(bitbucket.getComments(repository, id), 'comments of the pull request'),
    collector.optional(bitbucket.getDiffstat(repository, id), 'changed files'),
  ]);
  // Without the pull request itself there is no subject; its failure comes first.
  for (const read of [pull, comments, files]) {
    if (read.status === 'rejected') {
      throw read.reason;
    }
  }
  const pullRequest = valueOf(pull);
  const changed = valueOf(files) ?? [];
  addPullRequest(pullRequest, changed, collector);
  addComments(valueOf(comments) ?? [], collector);
  return { pullRequest, files: changed };
}

/** The issue that branch or title names; only where neither does, the commits are asked. */
async function readIssueOf(
  { repository, id, sourceBranch, title }: BitbucketPullRequest,
  sources: GatherSources,
): Promise<ContextFacts['issue']> {
  const named = [sourceBranch, title];
  const texts = issueKeysIn(named).length > 0 ? named : await commitMessages({ repository, id }, sources);
  return readMentionedIssues(texts ?? [], sources, { pullRequests: false });
}

async function commitMessages(
  { repository, id }: Pick<BitbucketPullRequest, 'repository' | 'id'>,
  { bitbucket, collector }: GatherSources,
): Promise<readonly string[] | null> {
  const read = bitbucket.getCommitMessages(repository, id);
  const messages = await collector.optional(read, 'commits of the pull request');
  if ((messages ?? []).length >= COMMITS_LISTED) {
    collector.leaveOut(`commits of the pull request before its newest ${COMMITS_LISTED}`);
  }
  return messages;
}

function valueOf<T>(read: PromiseSettledResult<T>): T {
  if (read.status === 'rejected') {
    throw read.reason;
  }
  return read.value;
}

function addPullRequest(
  pull: BitbucketPullRequest,
  files: readonly ChangedFile[],
  collector: Collector,
): void {
  collector.add('pull_request', 'pr', SOURCE, {
    ...pull,
    description: collector.text(pull.description, 'the description of the pull request'),
    reviewers: collector.first(pull.reviewers, REVIEWERS, 'reviewers of the pull request'),
    files: collector
      .first(files, FILE_LIMIT, 'changed files')
      .map((file) => ({ ...file, path: cutText(file.path, PATH_LIMIT) })),
    fileCount: files.length,
  });
}

function addComments(comments: readonly BitbucketComment[], collector: Collector): void {
  for (const comment of collector.newest(comments, 'comments of the pull request')) {
    const body = collector.text(comment.body, `comment ${comment.id}`);
    collector.add('comment', `comment-${comment.id}`, SOURCE, { ...comment, body });
  }
}

async function addPullRequestStatuses(pull: BitbucketPullRequest, sources: GatherSources): Promise<void> {
  if (pull.sourceCommit !== null) {
    await addStatuses(pull.repository, pull.sourceCommit, { branch: pull.sourceBranch }, sources);
  }
}

function factsOf(pull: BitbucketPullRequest, files: readonly ChangedFile[]) {
  const { repository, id, title, state, updatedOn, sourceBranch, destinationBranch, sourceCommit } = pull;
  return {
    repository,
    id,
    title,
    state,
    updated: updatedOn,
    sourceBranch,
    destinationBranch,
    files: files.slice(0, FILE_LIMIT),
    commit: sourceCommit,
  };
}

function titleOf(pull: BitbucketPullRequest): string {
  return `${pull.repository}#${pull.id} ${pull.title}`;
}
