import type { Scope } from '../scope.js';
import { createComments } from './create-comments.js';
import { createDirectory } from './create-directory.js';
import { createIssues } from './create-issues.js';
import { createLinks } from './create-links.js';
import { createSprints } from './create-sprints.js';
import type { JiraState } from './state.js';
import { createJiraWebhooks } from './webhooks.js';

/** The simulated Jira over this store. */
export function createJiraState(scope: Scope): JiraState {
  const webhooks = createJiraWebhooks(scope, () => state);
  const directory = createDirectory(scope);
  const sprints = createSprints(scope, webhooks);
  const issues = createIssues(scope, { ...directory, ...sprints }, webhooks);
  const state: JiraState = {
    ...directory,
    ...sprints,
    ...issues,
    ...createComments(scope, { ...directory, ...issues }, webhooks),
    ...createLinks(scope, issues, webhooks),
  };
  return state;
}
