import { createHash } from 'node:crypto';
import { nowIso, type Scope } from '../scope.js';
import type {
  BitbucketBranchRecord,
  BitbucketCommitRecord,
  BitbucketPullRequestRecord,
  BitbucketRepositoryRecord,
  BitbucketStatusRecord,
  BitbucketUserRecord,
} from './records.js';
import type { RepositoryState } from './repositories.js';
import type { BitbucketWebhooks } from './webhooks.js';

const SHORTEST_HASH = 7;

/** Users, repositories, branches, commits and statuses in the store. */
export function createRepositories(scope: Scope, webhooks: BitbucketWebhooks): RepositoryState {
  const { store } = scope;
  const reads = repositoryReads(scope);
  return {
    ...reads,
    push: (by, repository, branch, messages) =>
      store.transaction(() => {
        const old = reads.branches(repository).find(({ name }) => name === branch) ?? null;
        const made = newCommits(scope, by, repository, messages, old?.hash ?? null);
        const head = made.at(-1);
        if (head === undefined) return [];
        made.forEach((commit) => reads.saveCommit(commit));
        reads.saveBranch({ repository, name: branch, hash: head.hash });
        movePullRequests(scope, repository, branch, made);
        webhooks.push(by, repository, branch, old?.hash ?? null, made);
        return made;
      }),
    setStatus: (by, repository, hash, fields) =>
      store.transaction(() => {
        const before = reads.statuses(repository, hash).find(({ key }) => key === fields.key) ?? null;
        const now = nowIso(scope);
        const status: BitbucketStatusRecord = {
          repository,
          hash,
          key: fields.key,
          name: fields.name ?? before?.name ?? fields.key,
          state: fields.state,
          url: fields.url ?? before?.url ?? '',
          description: fields.description ?? before?.description ?? '',
          refname: fields.refname ?? before?.refname ?? null,
          createdOn: before?.createdOn ?? now,
          updatedOn: now,
        };
        reads.saveStatus(status);
        webhooks.status(before === null ? 'created' : 'updated', by, status);
        return status;
      }),
  };
}

type Reads = Omit<RepositoryState, 'push' | 'setStatus'>;

function repositoryReads({ store }: Scope): Reads {
  const commits = (repository: string) =>
    store.list<BitbucketCommitRecord>('bitbucket', 'commit', repository).reverse();
  return {
    users: () => store.list<BitbucketUserRecord>('bitbucket', 'user'),
    findUser: (uuid) => store.get<BitbucketUserRecord>('bitbucket', 'user', uuid),
    saveUser: (user) => store.put('bitbucket', 'user', user.uuid, user),
    repositories: () => store.list<BitbucketRepositoryRecord>('bitbucket', 'repository'),
    findRepository: (fullName) => store.get<BitbucketRepositoryRecord>('bitbucket', 'repository', fullName),
    saveRepository: (repository) => store.put('bitbucket', 'repository', repository.fullName, repository),
    branches: (repository) => store.list<BitbucketBranchRecord>('bitbucket', 'branch', repository),
    saveBranch: (branch) =>
      store.put('bitbucket', 'branch', `${branch.repository}:${branch.name}`, branch, branch.repository),
    commits,
    findCommit: (repository, hash) => {
      const whole = store.get<BitbucketCommitRecord>('bitbucket', 'commit', `${repository}:${hash}`);
      if (whole !== null || hash.length < SHORTEST_HASH) return whole;
      return commits(repository).find((commit) => commit.hash.startsWith(hash)) ?? null;
    },
    saveCommit: (commit) =>
      store.put('bitbucket', 'commit', `${commit.repository}:${commit.hash}`, commit, commit.repository),
    statuses: (repository, hash) =>
      store.list<BitbucketStatusRecord>('bitbucket', 'status', `${repository}:${hash}`),
    saveStatus: (status) => {
      const parent = `${status.repository}:${status.hash}`;
      store.put('bitbucket', 'status', `${parent}:${status.key}`, status, parent);
    },
  };
}

/** Oldest first; a hash is made of what the commit says and a count, so that it is never twice the same. */
function newCommits(
  scope: Scope,
  by: string,
  repository: string,
  messages: string[],
  parent: string | null,
): BitbucketCommitRecord[] {
  const made: BitbucketCommitRecord[] = [];
  for (const message of messages) {
    const before = made.at(-1)?.hash ?? parent;
    made.push({
      repository,
      hash: newHash(scope, `${repository}\n${message}\n${before}`),
      message,
      author: by,
      date: nowIso(scope),
      parents: before === null ? [] : [before],
    });
  }
  return made;
}

/** 40 hexadecimal characters. */
export function newHash({ store }: Scope, content: string): string {
  const count = store.nextNumber('bitbucket.commit', 1);
  return createHash('sha256').update(`${count}\n${content}`).digest('hex').slice(0, 40);
}

/** Open pull requests of the branch show its new commits. */
function movePullRequests(
  scope: Scope,
  repository: string,
  branch: string,
  made: BitbucketCommitRecord[],
): void {
  const hashes = made.map(({ hash }) => hash).reverse();
  const [head] = hashes;
  if (head === undefined) return;
  for (const pr of scope.store.list<BitbucketPullRequestRecord>('bitbucket', 'pullrequest', repository)) {
    if (pr.state !== 'OPEN' || pr.sourceBranch !== branch) continue;
    const moved = {
      ...pr,
      sourceHash: head,
      commits: [...hashes, ...pr.commits],
      updatedOn: nowIso(scope),
    };
    scope.store.put('bitbucket', 'pullrequest', `${repository}#${pr.id}`, moved, repository);
  }
}
