/** A pull request as Bitbucket shows it. */
import type {
  BitbucketDiffstatRecord,
  BitbucketParticipantRecord,
  BitbucketPullRequestRecord,
} from './records.js';
import {
  bitbucketTime,
  commitReference,
  type Json,
  links,
  rendered,
  renderUser,
  repositoryReference,
  type View,
} from './render.js';

/** Commit hashes have 12 characters inside a pull request. */
const SHORT_HASH = 12;

/** Webhooks and single reads carry everything; lists leave `participants` and `reviewers` out. */
export function renderPullRequest(view: View, pr: BitbucketPullRequestRecord): Json {
  return {
    ...renderListedPullRequest(view, pr),
    reviewers: pr.participants
      .filter(({ role }) => role === 'REVIEWER')
      .map(({ user }) => renderUser(view, user)),
    participants: pr.participants.map((participant) => renderParticipant(view, participant)),
    rendered: { title: rendered(pr.title), description: rendered(pr.description) },
  };
}

export function renderListedPullRequest(view: View, pr: BitbucketPullRequestRecord): Json {
  const { repository } = pr;
  return {
    comment_count: view.state.pullRequestComments(repository, pr.id).filter(({ deleted }) => !deleted).length,
    task_count: 0,
    type: 'pullrequest',
    id: pr.id,
    title: pr.title,
    description: pr.description,
    state: pr.state,
    draft: pr.draft,
    merge_commit: pr.mergeCommit === null ? null : commitReference(view, repository, short(pr.mergeCommit)),
    close_source_branch: pr.closeSourceBranch,
    closed_by: renderUser(view, pr.closedBy),
    author: renderUser(view, pr.author),
    reason: pr.reason,
    created_on: bitbucketTime(pr.createdOn),
    updated_on: bitbucketTime(pr.updatedOn),
    destination: endpoint(view, repository, pr.destinationBranch, pr.destinationHash),
    source: endpoint(view, repository, pr.sourceBranch, pr.sourceHash),
    links: pullRequestLinks(view, pr),
    summary: rendered(pr.description),
  };
}

/** How an activity names its pull request. */
export function pullRequestReference(view: View, pr: BitbucketPullRequestRecord): Json {
  const { self, html } = pullRequestLinks(view, pr);
  return { type: 'pullrequest', id: pr.id, title: pr.title, draft: pr.draft, links: { self, html } };
}

export function renderParticipant(view: View, participant: BitbucketParticipantRecord): Json {
  return {
    type: 'participant',
    user: renderUser(view, participant.user),
    role: participant.role,
    approved: participant.state === 'approved',
    state: participant.state,
    participated_on: participant.participatedOn === null ? null : bitbucketTime(participant.participatedOn),
  };
}

export function renderDiffstat(
  view: View,
  pr: BitbucketPullRequestRecord,
  file: BitbucketDiffstatRecord,
): Json {
  const side = (hash: string) => ({
    type: 'commit_file',
    path: file.path,
    escaped_path: file.path,
    links: links({ self: `${view.api}/repositories/${pr.repository}/src/${hash}/${file.path}` }),
  });
  return {
    type: 'diffstat',
    status: file.status,
    lines_added: file.linesAdded,
    lines_removed: file.linesRemoved,
    old: file.status === 'added' ? null : side(pr.destinationHash),
    new: file.status === 'removed' ? null : side(pr.sourceHash),
  };
}

function endpoint(view: View, repository: string, branch: string, hash: string): Json {
  return {
    branch: { name: branch },
    commit: commitReference(view, repository, short(hash)),
    repository: repositoryReference(view, repository),
  };
}

function short(hash: string): string {
  return hash.slice(0, SHORT_HASH);
}

function pullRequestLinks(view: View, pr: BitbucketPullRequestRecord): Json {
  const repository = `${view.api}/repositories/${pr.repository}`;
  const self = `${repository}/pullrequests/${pr.id}`;
  const range = `${pr.repository}:${short(pr.sourceHash)}%0D${short(pr.destinationHash)}`;
  const parts = [
    'commits',
    'approve',
    'request-changes',
    'comments',
    'activity',
    'merge',
    'decline',
    'statuses',
  ];
  return links({
    self,
    html: `${view.site}/${pr.repository}/pull-requests/${pr.id}`,
    diff: `${repository}/diff/${range}?from_pullrequest_id=${pr.id}&topic=true`,
    diffstat: `${repository}/diffstat/${range}?from_pullrequest_id=${pr.id}&topic=true`,
    ...Object.fromEntries(parts.map((part) => [part, `${self}/${part}`])),
  });
}
