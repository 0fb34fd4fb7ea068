/**
 * Where an effect on Jira would land, asked right before it is made: issues are moved to other projects, and keys are given
 * out anew, while a person is waited for and also while nobody is.
 */
import type { Action } from '../domain/action.js';
import { isPublic } from '../domain/actions/jira-comment.js';
import { projectOfKey } from '../domain/actions/jira-issue.js';
import type { CycleInput, PlannedAction } from '../domain/cycle.js';
import type { Jira } from '../integrations/jira/jira.js';
import type { Settled } from './actions/executor.js';

/**
 * Null where it may land: on no issue, or on those that it was planned for. A moved issue is followed, because it kept its
 * id, but not out of the projects that are configured, and not to the customers of another one.
 *
 * @param projects that may be written to; none means all
 */
export async function landsElsewhere(
  jira: Pick<Jira, 'issueNow'>,
  { event }: Pick<CycleInput, 'event'>,
  { action, target }: Pick<PlannedAction, 'action' | 'target'>,
  projects: readonly string[],
): Promise<Settled | null> {
  const about = 'issue' in event ? event.issue : { id: null, key: null };
  for (const key of issuesOf(action, target)) {
    const now = await jira.issueNow(key);
    const elsewhere =
      (key === about.key && about.id !== null && now.id !== about.id ? anotherOne(key, about.id) : null) ??
      outOfReach(key, now.key, projects) ??
      (action.kind === 'jira.comment' && isPublic(action.payload) ? otherCustomers(key, now.key) : null);
    if (elsewhere !== null) {
      return { settled: 'obsolete', message: elsewhere };
    }
  }
  return null;
}

/** A link is written on both of its issues. */
function issuesOf(action: Action, target: string): readonly string[] {
  const own = /^jira:(.+-\d+)$/.exec(target)?.[1];
  const other = action.kind === 'jira.link' ? [action.payload.toKey] : [];
  return own === undefined ? other : [own, ...other];
}

function anotherOne(key: string, id: string): string {
  return `${key} is another issue now: the one that this was about (id ${id}) is gone or was moved`;
}

/** In the project that it was planned for everything was judged already. */
function outOfReach(key: string, present: string, projects: readonly string[]): string | null {
  const project = projectOfKey(present);
  return projects.length === 0 || project === projectOfKey(key) || projects.includes(project)
    ? null
    : `${key} was moved to another project (${present}), which pm-agent.yaml does not name under teams[].jira.projects`;
}

/** Nobody let the customers of the project be answered that a moved issue belongs to. */
function otherCustomers(key: string, present: string): string | null {
  const project = projectOfKey(present);
  return project === projectOfKey(key)
    ? null
    : `${key} was moved to ${project} (${present}): its customers are not those whom this was to answer`;
}
