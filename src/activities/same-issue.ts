/** A key can lead to another issue by the time a person approves: issues are moved, and keys are given out anew. */
import type { CycleInput, PlannedAction } from '../domain/cycle.js';
import type { Jira } from '../integrations/jira/jira.js';
import type { Settled } from './actions/executor.js';

/**
 * Null where the action may go on: nobody was waited for, it is about something else, or its key leads to the issue that
 * the event was about. A moved issue is followed, because it kept its id.
 */
export async function anotherIssue(
  jira: Pick<Jira, 'issueId'>,
  { event }: Pick<CycleInput, 'event'>,
  planned: Pick<PlannedAction, 'verdict' | 'target'>,
): Promise<Settled | null> {
  const { id, key } = 'issue' in event ? event.issue : { id: null, key: null };
  if (planned.verdict !== 'ask' || id === null || key === null || planned.target !== `jira:${key}`) {
    return null;
  }
  return (await jira.issueId(key)) === id
    ? null
    : {
        settled: 'obsolete',
        message: `${key} is another issue now: the one that this was about (id ${id}) is gone or was moved`,
      };
}
