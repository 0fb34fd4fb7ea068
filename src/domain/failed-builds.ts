/** Which of the builds that one cycle answers went wrong, and were not put right since. Pure. */
import type { CommitStatusEvent, PmEvent } from './event.js';
import { FAILED } from './routing.js';

/**
 * One for each commit of each branch, oldest first. What a later event tells to be well on another commit of the same branch is over.
 * @param events oldest first
 */
export function failedBuilds(events: readonly PmEvent[]): readonly CommitStatusEvent[] {
  const builds = events.filter((event) => event.type === 'commit_status');
  const failed = builds.filter(
    (build, n) => FAILED.has(build.state) && !builds.slice(n + 1).some((later) => isPutRightBy(build, later)),
  );
  return failed.filter((build, n) => !failed.slice(n + 1).some((later) => placeOf(later) === placeOf(build)));
}

function isPutRightBy(build: CommitStatusEvent, later: CommitStatusEvent): boolean {
  return (
    later.state === 'SUCCESSFUL' &&
    later.repository === build.repository &&
    later.branch === build.branch &&
    later.commit !== build.commit
  );
}

/** Names what a reading of builds is of. */
export function placeOf({ repository, branch, commit }: Place): string {
  return `${repository} ${branch} ${commit}`;
}

type Place = Pick<CommitStatusEvent, 'repository' | 'branch' | 'commit'>;
