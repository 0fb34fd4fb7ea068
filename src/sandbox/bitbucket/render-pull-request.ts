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
    rendered: { title: rendered(view, pr.title), description: rendered(view, pr.description) },
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
    close_source_branch: pr.closeSourceBranch,
    ...orLeftOut(
      view,
      'merge_commit',
      pr.mergeCommit === null ? null : shortCommit(view, repository, pr.mergeCommit),
    ),
    ...orLeftOut(view, 'closed_by', renderUser(view, pr.closedBy)),
    author: renderUser(view, pr.author),
    reason: pr.reason,
    created_on: bitbucketTime(pr.createdOn),
    updated_on: bitbucketTime(pr.updatedOn),
    destination: endpoint(view, repository, pr.destinationBranch, pr.destinationHash),
    source: endpoint(view, repository, pr.sourceBranch, pr.sourceHash),
    links: pullRequestLinks(view, pr),
    summary: rendered(view, pr.description),
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
    ...orLeftOut(view, 'state', participant.state),
    ...orLeftOut(
      view,
      'participated_on',
      participant.participatedOn === null ? null : bitbucketTime(participant.participatedOn),
    ),
  };
}

export function renderDiffstat(
  view: View,
  pr: BitbucketPullRequestRecord,
  file: BitbucketDiffstatRecord,
): Json {
  const side = (hash: string, path: string) => ({
    type: 'commit_file',
    path,
    escaped_path: path,
    links: links({ self: `${view.api}/repositories/${pr.repository}/src/${hash}/${path}` }),
  });
  return {
    type: 'diffstat',
    status: file.status,
    lines_added: file.linesAdded,
    lines_removed: file.linesRemoved,
    ...orLeftOut(
      view,
      'old',
      file.status === 'added' ? null : side(pr.destinationHash, file.oldPath ?? file.path),
    ),
    ...orLeftOut(view, 'new', file.status === 'removed' ? null : side(pr.sourceHash, file.path)),
  };
}

function endpoint(view: View, repository: string, branch: string, hash: string): Json {
  return {
    branch: { name: branch },
    commit: shortCommit(view, repository, hash),
    repository: repositoryReference(view, repository),
  };
}

/** The document knows only the hash here. */
function shortCommit(view: View, repository: string, hash: string): Json {
  const commit = commitReference(view, repository, short(hash));
  return view.form === 'documented' ? { hash: commit.hash } : commit;
}

/** Bitbucket sends null where there is nothing yet; its document has no null there. */
function orLeftOut(view: View, name: string, value: unknown): Json {
  return value === null && view.form === 'documented' ? {} : { [name]: value };
}

function short(hash: string): string {
  return hash.slice(0, SHORT_HASH);
}

const LINKED = ['commits', 'approve', 'comments', 'activity', 'merge', 'decline'];
const LINKED_SINCE = ['request-changes', 'statuses'];

function pullRequestLinks(view: View, pr: BitbucketPullRequestRecord): Json {
  const repository = `${view.api}/repositories/${pr.repository}`;
  const self = `${repository}/pullrequests/${pr.id}`;
  const range = `${pr.repository}:${short(pr.sourceHash)}%0D${short(pr.destinationHash)}`;
  const parts = [...LINKED, ...(view.form === 'recorded' ? LINKED_SINCE : [])];
  return links({
    self,
    html: `${view.site}/${pr.repository}/pull-requests/${pr.id}`,
    diff: `${repository}/diff/${range}?from_pullrequest_id=${pr.id}&topic=true`,
    diffstat: `${repository}/diffstat/${range}?from_pullrequest_id=${pr.id}&topic=true`,
    ...Object.fromEntries(parts.map((part) => [part, `${self}/${part}`])),
  });
}
