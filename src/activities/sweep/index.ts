/** Which reader belongs to which kind of scope. A new kind is a row here. */
import type { ScopeKind } from '../../domain/sweep.js';
import type { ActivityDeps } from '../dependencies.js';
import { createConversationsReader } from './conversations.js';
import { createIssuesReader } from './issues.js';
import { createOverdueReader } from './overdue.js';
import { createPullRequestsReader } from './pull-requests.js';
import type { ScopeReader } from './scope-reader.js';
import { createSprintsReader } from './sprints.js';

export function createScopeReaders(deps: ActivityDeps): { readonly [K in ScopeKind]: ScopeReader } {
  return {
    issues: createIssuesReader(deps.changes),
    overdue: createOverdueReader(deps),
    sprints: createSprintsReader(deps.changes),
    pull_requests: createPullRequestsReader(deps.changes),
    conversations: createConversationsReader(deps),
  };
}
