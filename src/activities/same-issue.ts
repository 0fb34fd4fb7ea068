/** A key can lead to another issue, or to another project, by the time a person approves: issues are moved, and keys are given out anew. */
import { projectOfKey } from '../domain/actions/jira-issue.js';
import type { CycleInput, PlannedAction } from '../domain/cycle.js';
import type { Jira } from '../integrations/jira/jira.js';
import type { Settled } from './actions/executor.js';

/**
 * Null where the action may go on: nobody was waited for, it is about something else, or its key leads to the issue that
 * the event was about. A moved issue is followed, because it kept its id, but not out of the projects that are configured.
 *
 * @param projects that may be written to; none means all
 */
export async function anotherIssue(
  jira: Pick<Jira, 'issueNow'>,
  { event }: Pick<CycleInput, 'event'>,
  planned: Pick<PlannedAction, 'verdict' | 'target'>,
  projects: readonly string[],
): Promise<Settled | null> {
  const { id, key } = 'issue' in event ? event.issue : { id: null, key: null };
  if (planned.verdict !== 'ask' || id === null || key === null || planned.target !== `jira:${key}`) {
    return null;
  }
  const now = await jira.issueNow(key);
  if (now.id !== id) {
    const message = `${key} is another issue now: the one that this was about (id ${id}) is gone or was moved`;
    return { settled: 'obsolete', message };
  }
  const project = projectOfKey(now.key);
  const isOurs = projects.length === 0 || project === projectOfKey(key) || projects.includes(project);
  return isOurs ? null : movedAway(key, now.key);
}

function movedAway(key: string, present: string): Settled {
  const message = `${key} was moved to another project (${present}), which pm-agent.yaml does not name under teams[].jira.projects`;
  return { settled: 'obsolete', message };
}
