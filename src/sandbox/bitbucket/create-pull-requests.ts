import { nowIso, type Scope } from '../scope.js';
import { newHash } from './create-repositories.js';
import type { NewPullRequest, PullRequestState } from './pull-requests.js';
import type {
  BitbucketActivityRecord,
  BitbucketParticipantRecord,
  BitbucketPullRequestRecord,
} from './records.js';
import type { RepositoryState } from './repositories.js';
import type { BitbucketWebhooks } from './webhooks.js';

const FIRST_ACTIVITY_ID = 7_200_001;

/** Pull requests in the store. */
export function createPullRequests(
  scope: Scope,
  repositories: RepositoryState,
  webhooks: BitbucketWebhooks,
): PullRequestState {
  const { store } = scope;
  const reads = pullRequestReads(scope);
  const change = changer(scope, reads);
  return {
    ...reads,
    createPullRequest: (by, repository, fields) =>
      store.transaction(() => {
        const pr = newRecord(scope, repositories, by, repository, fields);
        reads.savePullRequest(pr);
        recordActivity(scope, pr, 'update', by, { state: pr.state });
        webhooks.pullRequest('created', by, pr);
        return pr;
      }),
    updatePullRequest: (by, pr, { reviewers, ...changes }) =>
      store.transaction(() => {
        const participants = reviewers === undefined ? pr.participants : withReviewers(pr, reviewers);
        const updated = change(pr, { ...changes, participants });
        recordActivity(scope, updated, 'update', by, { state: updated.state });
        webhooks.pullRequest('updated', by, updated);
        return updated;
      }),
    review: (by, pr, state) =>
      store.transaction(() => {
        const before = pr.participants.find(({ user }) => user === by)?.state ?? null;
        const updated = change(pr, { participants: withReview(pr, by, state, nowIso(scope)) });
        if (state !== null) recordActivity(scope, updated, state === 'approved' ? 'approval' : state, by, {});
        webhooks.review(by, updated, before, state);
        return updated;
      }),
    mergePullRequest: (by, pr) =>
      store.transaction(() => {
        const merge = mergeCommit(scope, by, pr);
        repositories.saveCommit(merge);
        repositories.saveBranch({
          repository: pr.repository,
          name: pr.destinationBranch,
          hash: merge.hash,
        });
        const merged = change(pr, { state: 'MERGED', mergeCommit: merge.hash, closedBy: by });
        recordActivity(scope, merged, 'update', by, { state: 'MERGED' });
        webhooks.pullRequest('fulfilled', by, merged);
        return merged;
      }),
    declinePullRequest: (by, pr, reason = '') =>
      store.transaction(() => {
        const declined = change(pr, { state: 'DECLINED', closedBy: by, reason });
        recordActivity(scope, declined, 'update', by, { state: 'DECLINED' });
        webhooks.pullRequest('rejected', by, declined);
        return declined;
      }),
  };
}

type Reads = Pick<PullRequestState, 'pullRequests' | 'findPullRequest' | 'savePullRequest' | 'activity'>;

function pullRequestReads({ store }: Scope): Reads {
  return {
    pullRequests: (repository) =>
      store.list<BitbucketPullRequestRecord>('bitbucket', 'pullrequest', repository),
    findPullRequest: (repository, id) =>
      store.get<BitbucketPullRequestRecord>('bitbucket', 'pullrequest', `${repository}#${id}`),
    savePullRequest: (pr) =>
      store.put('bitbucket', 'pullrequest', `${pr.repository}#${pr.id}`, pr, pr.repository),
    activity: (repository, id) =>
      store.list<BitbucketActivityRecord>('bitbucket', 'activity', `${repository}#${id}`).reverse(),
  };
}

/** Writes down what happened on a pull request. */
export function recordActivity(
  { store, clock }: Scope,
  pr: BitbucketPullRequestRecord,
  kind: BitbucketActivityRecord['kind'],
  user: string,
  about: { commentId?: number; state?: string },
): void {
  const id = store.nextNumber('bitbucket.activity', FIRST_ACTIVITY_ID);
  const activity: BitbucketActivityRecord = {
    id,
    repository: pr.repository,
    pullRequestId: pr.id,
    kind,
    user,
    date: clock().toISOString(),
    commentId: about.commentId ?? null,
    state: about.state ?? null,
  };
  store.put('bitbucket', 'activity', String(id), activity, `${pr.repository}#${pr.id}`);
}

function changer(scope: Scope, reads: Reads) {
  return (pr: BitbucketPullRequestRecord, changes: Partial<BitbucketPullRequestRecord>) => {
    const changed = { ...pr, ...changes, updatedOn: nowIso(scope) };
    reads.savePullRequest(changed);
    return changed;
  };
}

function newRecord(
  scope: Scope,
  repositories: RepositoryState,
  by: string,
  repository: string,
  fields: NewPullRequest,
): BitbucketPullRequestRecord {
  const now = nowIso(scope);
  const main = repositories.findRepository(repository)?.mainBranch ?? 'main';
  const destinationBranch = fields.destinationBranch ?? main;
  const headOf = (name: string) =>
    repositories.branches(repository).find((branch) => branch.name === name)?.hash ?? newHash(scope, name);
  const sourceHash = headOf(fields.sourceBranch);
  return {
    repository,
    id: newPullRequestId(scope, repository),
    title: fields.title,
    description: fields.description ?? '',
    state: 'OPEN',
    draft: fields.draft ?? false,
    author: by,
    sourceBranch: fields.sourceBranch,
    sourceHash,
    destinationBranch,
    destinationHash: headOf(destinationBranch),
    participants: (fields.reviewers ?? []).map((user) => newReviewer(user)),
    commits: [sourceHash],
    diffstat: fields.diffstat ?? [],
    closeSourceBranch: fields.closeSourceBranch ?? false,
    mergeCommit: null,
    closedBy: null,
    reason: '',
    createdOn: now,
    updatedOn: now,
  };
}

function newPullRequestId({ store }: Scope, repository: string): number {
  const next = () => store.nextNumber(`bitbucket.pr.${repository}`, 1);
  let id = next();
  while (store.get('bitbucket', 'pullrequest', `${repository}#${id}`) !== null) id = next();
  return id;
}

function newReviewer(user: string): BitbucketParticipantRecord {
  return { user, role: 'REVIEWER', state: null, participatedOn: null };
}

function withReviewers(pr: BitbucketPullRequestRecord, reviewers: string[]): BitbucketParticipantRecord[] {
  const kept = pr.participants.filter(
    ({ user, role }) => role === 'PARTICIPANT' && !reviewers.includes(user),
  );
  const known = new Map(pr.participants.map((participant) => [participant.user, participant]));
  return [
    ...reviewers.map((user) => ({ ...(known.get(user) ?? newReviewer(user)), role: 'REVIEWER' as const })),
    ...kept,
  ];
}

function withReview(
  pr: BitbucketPullRequestRecord,
  by: string,
  state: BitbucketParticipantRecord['state'],
  now: string,
): BitbucketParticipantRecord[] {
  const others = pr.participants.filter(({ user }) => user !== by);
  const role = pr.participants.find(({ user }) => user === by)?.role ?? 'PARTICIPANT';
  return [...others, { user: by, role, state, participatedOn: now }];
}

function mergeCommit(scope: Scope, by: string, pr: BitbucketPullRequestRecord) {
  const message = `Merged in ${pr.sourceBranch} (pull request #${pr.id})\n\n${pr.title}`;
  return {
    repository: pr.repository,
    hash: newHash(scope, message),
    message,
    author: by,
    date: nowIso(scope),
    parents: [pr.destinationHash, pr.sourceHash],
  };
}
