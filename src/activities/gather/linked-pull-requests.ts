/** The pull requests that belong to an issue: those whose branch, title or commits name its key. */
import type {
  BitbucketCommit,
  BitbucketPullRequest,
  FoundPullRequest,
} from '../../integrations/bitbucket/bitbucket.js';
import type { Collector } from './collector.js';
import type { GatherSources } from './gatherer.js';
import { issueKeysIn } from './issue-keys.js';

const SOURCE = 'bitbucket:rest';
/** An issue costs at most six calls, four of them at Jira. */
const CALLS = 2;
/** Pull requests that become items. */
const MOST = 10;
/** What one call lists at most, by the port. */
const LISTED = { pullRequests: 50, commits: 100 };

type JoinedBy = 'branch' | 'title' | 'commit';

export interface LinkedPullRequest {
  readonly pull: BitbucketPullRequest;
  readonly joinedBy: readonly JoinedBy[];
}

/**
 * One call a repository. The one repository of a team is also asked for its newest commits; where there are more,
 * branches and titles have to do. Never fails: an issue can be answered without them.
 */
export async function findLinkedPullRequests(
  key: string,
  { bitbucket, collector, repositoriesOf, bitbucketPause }: GatherSources,
): Promise<readonly LinkedPullRequest[]> {
  const repositories = await repositoriesOf(key.slice(0, key.lastIndexOf('-')));
  const pauseMs = bitbucketPause.left();
  if (repositories.length > 0 && pauseMs > 0) {
    collector.leaveOut(`pull requests: Bitbucket is left alone for another ${Math.ceil(pauseMs / 1_000)} s`);
    return [];
  }
  const asked = repositories.slice(0, CALLS);
  const mayReadCommits = repositories.length < CALLS;
  noteUnasked(key, repositories, collector);
  const found = await Promise.all(
    asked.map(async (repository) => {
      const [pulls, commits] = await Promise.all([
        collector.dispensable(
          bitbucketPause.note(bitbucket.findPullRequests(repository, key)),
          `pull requests of ${repository}`,
        ),
        mayReadCommits
          ? collector.dispensable(
              bitbucketPause.note(bitbucket.newestCommits(repository)),
              `commits of ${repository}`,
            )
          : null,
      ]);
      noteUnlisted(key, repository, { pulls: pulls ?? [], commits: commits ?? [] }, collector);
      return (pulls ?? []).map((pull) => ({ pull, joinedBy: joinsOf(pull, key, commits ?? []) }));
    }),
  );
  return found
    .flat()
    .filter(({ joinedBy }) => joinedBy.length > 0)
    .sort((left, right) => right.pull.updatedOn.localeCompare(left.pull.updatedOn));
}

function noteUnasked(key: string, repositories: readonly string[], collector: Collector): void {
  const unasked = repositories.slice(CALLS);
  if (unasked.length > 0) {
    collector.leaveOut(
      `pull requests of ${unasked.join(', ')}: ${CALLS} repositories are asked for an issue`,
    );
  }
  if (repositories.length >= CALLS) {
    collector.leaveOut(`pull requests that name ${key} in their commits alone`);
  }
}

/** A full list may go on: what it does not hold is not known not to be there. */
function noteUnlisted(
  key: string,
  repository: string,
  {
    pulls,
    commits,
  }: { readonly pulls: readonly FoundPullRequest[]; readonly commits: readonly BitbucketCommit[] },
  collector: Collector,
): void {
  if (pulls.length >= LISTED.pullRequests) {
    collector.leaveOut(
      `pull requests of ${repository} that were changed before the latest ${LISTED.pullRequests} were`,
    );
  }
  if (commits.length >= LISTED.commits) {
    collector.leaveOut(
      `pull requests of ${repository} that name ${key} in commits before its newest ${LISTED.commits} alone`,
    );
  }
}

export function addLinkedPullRequests(linked: readonly LinkedPullRequest[], collector: Collector): void {
  for (const { pull, joinedBy } of linked.slice(0, MOST)) {
    const { repository, id, title, state, draft, author, sourceBranch, destinationBranch } = pull;
    const { reviewers, commentCount, createdOn, updatedOn } = pull;
    collector.add('pull_request', `pr-${repository}-${id}`, SOURCE, {
      repository,
      id,
      title,
      state,
      draft,
      author,
      sourceBranch,
      destinationBranch,
      reviewers,
      commentCount,
      createdOn,
      updatedOn,
      joinedBy,
    });
  }
  if (linked.length > MOST) {
    collector.leaveOut(`${linked.length - MOST} older pull requests (newest ${MOST} kept)`);
  }
}

function joinsOf(
  pull: FoundPullRequest,
  key: string,
  commits: readonly BitbucketCommit[],
): readonly JoinedBy[] {
  const names = (...texts: readonly string[]): boolean => issueKeysIn(texts).includes(key);
  return [
    ...(names(pull.sourceBranch) ? (['branch'] as const) : []),
    ...(names(pull.title) ? (['title'] as const) : []),
    ...(names(...ownCommits(pull, commits).map(({ message }) => message)) ? (['commit'] as const) : []),
  ];
}

/** What `git log destination..source` would list, as far as these commits reach. */
function ownCommits(pull: FoundPullRequest, commits: readonly BitbucketCommit[]): readonly BitbucketCommit[] {
  const before = new Set(ancestors(pull.destinationCommit, commits));
  return ancestors(pull.sourceCommit, commits).filter((commit) => !before.has(commit));
}

/** The commit itself and all before it. Hashes of pull requests are cut short. */
function ancestors(hash: string | null, commits: readonly BitbucketCommit[]): readonly BitbucketCommit[] {
  const reached = new Set<BitbucketCommit>();
  const waiting = hash === null || hash === '' ? [] : [hash];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const wanted = next;
    const commit = commits.find((one) => one.hash.startsWith(wanted));
    if (commit !== undefined && !reached.has(commit)) {
      reached.add(commit);
      waiting.push(...commit.parents);
    }
  }
  return [...reached];
}
