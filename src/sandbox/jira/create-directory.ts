import type { Scope } from '../scope.js';
import type { DirectoryState } from './directory.js';
import type { JiraProjectRecord, JiraStatusRecord, JiraTransitionRecord, JiraUserRecord } from './records.js';

/** Users, projects, statuses and workflow in the store. */
export function createDirectory({ store }: Scope): DirectoryState {
  const statuses = () => store.list<JiraStatusRecord>('jira', 'status');
  const projects = () => store.list<JiraProjectRecord>('jira', 'project');
  return {
    users: () => store.list<JiraUserRecord>('jira', 'user'),
    findUser: (accountId) => store.get<JiraUserRecord>('jira', 'user', accountId),
    saveUser: (user) => store.put('jira', 'user', user.accountId, user),
    projects,
    findProject: (keyOrId) =>
      projects().find(({ id, key }) => key === keyOrId.toUpperCase() || id === keyOrId) ?? null,
    saveProject: (project) => store.put('jira', 'project', project.id, project),
    statuses,
    findStatus: (id) => store.get<JiraStatusRecord>('jira', 'status', id),
    ensureStatus: (name, category = 'indeterminate') => {
      const known = statuses().find((status) => status.name.toLowerCase() === name.toLowerCase());
      if (known !== undefined) return known;
      const made = { id: String(store.nextNumber('jira.status', 10_100)), name, category };
      store.put('jira', 'status', made.id, made);
      return made;
    },
    transitionsFrom: (statusId, projectKey) =>
      transitionsFrom(
        store
          .list<JiraTransitionRecord>('jira', 'transition')
          .filter(({ projects }) => projects?.includes(projectKey) ?? true),
        statusId,
      ),
    saveTransition: (transition) => store.put('jira', 'transition', transition.id, transition),
  };
}

function transitionsFrom(all: JiraTransitionRecord[], statusId: string): JiraTransitionRecord[] {
  const inWorkflow = all.some(({ from, to }) => to === statusId || from.includes(statusId));
  if (!inWorkflow) return all;
  return all.filter(({ from, to }) => to !== statusId && (from.length === 0 || from.includes(statusId)));
}
