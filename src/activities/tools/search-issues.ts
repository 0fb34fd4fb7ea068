import type { Tool } from './tool.js';

const MOST = 10;

export const searchIssuesTool: Tool<'search_issues'> = async ({ words, state }, { deps, scope, sources }) => {
  if (scope.projects.length === 0) {
    return "nothing can be searched: this event's team owns no project";
  }
  const { projects } = scope;
  const found = await deps.jira.searchIssues({ projects, words, state, limit: MOST });
  // Asked for in the query already: what a server makes of that is not for it to say.
  for (const issue of found.filter(({ projectKey }) => projects.includes(projectKey)).slice(0, MOST)) {
    sources.collector.add('issue', `issue-${issue.key}`, 'jira:rest', { ...issue });
  }
  if (found.length === 0) {
    sources.collector.leaveOut('nothing was found');
  }
  return null;
};
