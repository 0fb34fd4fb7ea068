import type { CycleInput } from '../../domain/cycle.js';
import type { CommitStatusEvent, PmEvent, PushEvent } from '../../domain/event.js';
import { failedBuilds, placeOf } from '../../domain/failed-builds.js';
import { type Gatherer, type GatherSources, NO_FACTS } from './gatherer.js';

/** Pushed branches whose builds are read. */
const BRANCH_LIMIT = 3;

export const gatherPush: Gatherer<PushEvent> = async (event, sources) => {
  const { mainBranch } = await sources.bitbucket.getRepository(event.repository);
  await Promise.all(
    pushedOf(event).map(({ name, newHash }) =>
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

/** Failed builds of events that fold into this one's cycle: its own reading knows nothing of their branches. */
export async function addFoldedBuilds(cycle: CycleInput, sources: GatherSources): Promise<void> {
  const { event, alsoAnswers } = cycle;
  const read = new Set(readOf(event).map(placeOf));
  const failed = failedBuilds([...alsoAnswers.map((other) => other.event), event]);
  for (const build of failed.filter((one) => !read.has(placeOf(one)))) {
    await gatherCommitStatus(build, sources);
  }
}

/** Those whose builds the event's own reading has. */
function readOf(event: PmEvent): readonly Parameters<typeof placeOf>[0][] {
  if (event.type === 'push') {
    const { repository } = event;
    return pushedOf(event).map(({ name, newHash }) => ({ repository, branch: name, commit: newHash }));
  }
  return event.type === 'commit_status' ? [event] : [];
}

function pushedOf({ changes }: PushEvent) {
  return changes
    .flatMap(({ name, newHash }) => (newHash === null ? [] : [{ name, newHash }]))
    .slice(0, BRANCH_LIMIT);
}

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
