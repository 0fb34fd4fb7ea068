import type { BitbucketParticipantRecord, BitbucketPullRequestRecord } from '../bitbucket/records.js';
import type { SandboxDeps } from '../deps.js';
import { at, isRecord, type JsonRecord, listAt, recordAt, textAt } from '../loose-json.js';
import { learnBranch, learnCommit } from './bitbucket-commits.js';
import { learnAccount } from './bitbucket-places.js';
import { type Note, toIso } from './note.js';

const STATES = [
  'OPEN',
  'MERGED',
  'DECLINED',
  'SUPERSEDED',
] as const satisfies readonly BitbucketPullRequestRecord['state'][];

/** What an event of this key says about the pull request's state, for bodies that do not say it. */
const STATE_AFTER: Readonly<Record<string, BitbucketPullRequestRecord['state']>> = {
  'pullrequest:fulfilled': 'MERGED',
  'pullrequest:rejected': 'DECLINED',
};

/** The body's pull request; a known one changes only where this body is newer. Null where the body has none. */
export function learnPullRequest(
  deps: SandboxDeps,
  repository: string,
  body: unknown,
  eventKey: string | null,
  note: Note,
): BitbucketPullRequestRecord | null {
  const raw = recordAt(body, 'pullrequest');
  const id = Number(textAt(raw, 'id'));
  if (!Number.isInteger(id) || id <= 0) {
    return null;
  }
  const known = deps.bitbucket.findPullRequest(repository, id);
  const updatedOn = toIso(raw.updated_on) ?? known?.updatedOn ?? deps.clock().toISOString();
  note(`pull request ${repository}#${id}`);
  const pullRequest = {
    ...pullRequestFrom(deps, repository, raw, known, note),
    state: STATES.find((state) => state === raw.state) ?? STATE_AFTER[eventKey ?? ''] ?? 'OPEN',
    participants: participantsOf(deps, raw, note),
    updatedOn,
  };
  if (known !== null && (known.updatedOn >= updatedOn || !isRecord(raw.source))) {
    return known;
  }
  deps.bitbucket.savePullRequest(pullRequest);
  return pullRequest;
}

function pullRequestFrom(
  deps: SandboxDeps,
  repository: string,
  raw: JsonRecord,
  known: BitbucketPullRequestRecord | null,
  note: Note,
): Omit<BitbucketPullRequestRecord, 'state' | 'participants' | 'updatedOn'> {
  const source = endOf(deps, repository, raw.source, note);
  const destination = endOf(deps, repository, raw.destination, note);
  const id = Number(textAt(raw, 'id'));
  return {
    repository,
    id,
    title: textAt(raw, 'title') ?? known?.title ?? `Pull request ${id}`,
    description: textAt(raw, 'description') ?? textAt(raw, 'summary', 'raw') ?? '',
    draft: raw.draft === true,
    author: learnAccount(deps, raw.author, note),
    sourceBranch: source.branch ?? known?.sourceBranch ?? 'unknown',
    sourceHash: source.hash ?? known?.sourceHash ?? '',
    destinationBranch: destination.branch ?? known?.destinationBranch ?? 'main',
    destinationHash: destination.hash ?? known?.destinationHash ?? '',
    commits: source.hash === null ? (known?.commits ?? []) : [source.hash],
    diffstat: known?.diffstat ?? [],
    closeSourceBranch: raw.close_source_branch === true,
    mergeCommit: learnCommit(deps, repository, raw.merge_commit, note),
    closedBy: learnAccount(deps, raw.closed_by, note),
    reason: textAt(raw, 'reason') ?? '',
    createdOn: toIso(raw.created_on) ?? known?.createdOn ?? deps.clock().toISOString(),
  };
}

/** Branch and commit of one side; they are kept under the pull request's repository, a fork's too. */
function endOf(
  deps: SandboxDeps,
  repository: string,
  raw: unknown,
  note: Note,
): { readonly branch: string | null; readonly hash: string | null } {
  const branch = textAt(raw, 'branch', 'name');
  const hash = learnCommit(deps, repository, at(raw, 'commit'), note);
  learnBranch(deps, repository, branch, hash, note);
  return { branch, hash };
}

function participantsOf(deps: SandboxDeps, raw: JsonRecord, note: Note): BitbucketParticipantRecord[] {
  const byUser = new Map<string, BitbucketParticipantRecord>();
  for (const reviewer of listAt(raw, 'reviewers')) {
    const user = learnAccount(deps, reviewer, note);
    if (user !== null) {
      byUser.set(user, { user, role: 'REVIEWER', state: null, participatedOn: null });
    }
  }
  for (const participant of listAt(raw, 'participants')) {
    const user = learnAccount(deps, at(participant, 'user') ?? participant, note);
    if (user !== null) {
      byUser.set(user, {
        user,
        role: byUser.has(user) || textAt(participant, 'role') === 'REVIEWER' ? 'REVIEWER' : 'PARTICIPANT',
        state: reviewState(participant),
        participatedOn: toIso(at(participant, 'participated_on')),
      });
    }
  }
  return [...byUser.values()];
}

function reviewState(participant: unknown): BitbucketParticipantRecord['state'] {
  const state = textAt(participant, 'state');
  if (state === 'approved' || state === 'changes_requested') {
    return state;
  }
  return at(participant, 'approved') === true ? 'approved' : null;
}

/** A comment on a pull request; a known one changes only where this body is newer. */
export function learnPullRequestComment(
  deps: SandboxDeps,
  pullRequest: BitbucketPullRequestRecord,
  raw: unknown,
  deleted: boolean,
  note: Note,
): void {
  const { repository, id: pullRequestId } = pullRequest;
  const id = Number(textAt(raw, 'id'));
  if (!Number.isInteger(id) || id <= 0) {
    return;
  }
  const known = deps.bitbucket.findPullRequestComment(repository, pullRequestId, id);
  const createdOn = toIso(at(raw, 'created_on')) ?? deps.clock().toISOString();
  const updatedOn = toIso(at(raw, 'updated_on')) ?? createdOn;
  const user = learnAccount(deps, at(raw, 'user'), note) ?? 'unknown';
  note(`comment ${id} on ${repository}#${pullRequestId}`);
  if (known !== null && known.updatedOn >= updatedOn && !deleted) {
    return;
  }
  const path = textAt(raw, 'inline', 'path');
  const parentId = Number(textAt(raw, 'parent', 'id'));
  deps.bitbucket.savePullRequestComment({
    id,
    repository,
    pullRequestId,
    user,
    raw: textAt(raw, 'content', 'raw') ?? '',
    inline: path === null ? null : { path, from: lineAt(raw, 'from'), to: lineAt(raw, 'to') },
    parentId: parentId > 0 ? parentId : null,
    deleted: deleted || at(raw, 'deleted') === true,
    createdOn,
    updatedOn,
  });
}

function lineAt(raw: unknown, side: 'from' | 'to'): number | null {
  const line = at(raw, 'inline', side);
  return typeof line === 'number' ? line : null;
}
