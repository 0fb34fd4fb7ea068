import type { CommitStatusEvent, PushEvent } from '../../domain/event.js';
import { type Gatherer, type GatherSources, NO_FACTS } from './gatherer.js';

/** Pushed branches whose builds are read. */
const BRANCH_LIMIT = 3;

export const gatherPush: Gatherer<PushEvent> = async (event, sources) => {
  const { mainBranch } = await sources.bitbucket.getRepository(event.repository);
  const pushed = event.changes.flatMap(({ name, newHash }) => (newHash === null ? [] : [{ name, newHash }]));
  await Promise.all(
    pushed
      .slice(0, BRANCH_LIMIT)
      .map(({ name, newHash }) =>
        addStatuses(event.repository, newHash, { branch: name, mainBranch }, sources),
      ),
  );
  const branches = event.changes.map((change) => change.name).join(', ');
  return { facts: NO_FACTS, title: `${event.repository} ${branches}`.trim() };
};

export const gatherCommitStatus: Gatherer<CommitStatusEvent> = async (event, sources) => {
  const { mainBranch } = await sources.bitbucket.getRepository(event.repository);
  await addStatuses(event.repository, event.commit, { branch: event.branch, mainBranch }, sources);
  return { facts: NO_FACTS, title: `${event.name} on ${event.repository}` };
};

/** One item for each build of a commit; `about` (branch, main branch) stands in each. */
export async function addStatuses(
  repository: string,
  commit: string,
  about: Readonly<Record<string, unknown>>,
  { bitbucket, collector }: GatherSources,
): Promise<void> {
  const short = commit.slice(0, 12);
  const statuses = await collector.optional(
    bitbucket.getCommitStatuses(repository, commit),
    `builds of commit ${short}`,
  );
  for (const status of collector.newest(statuses ?? [], `builds of commit ${short}`)) {
    collector.add('commit_status', `status-${short}`, 'bitbucket:rest', { ...status, commit, ...about });
  }
}
