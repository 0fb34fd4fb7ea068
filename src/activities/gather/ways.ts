/** Where the transitions of an issue lead. */
import type { ContextFacts } from '../../domain/context.js';
import type { JiraTransition } from '../../integrations/jira/jira.js';

type Ways = Pick<NonNullable<ContextFacts['issue']>, 'reachableStatuses' | 'finalStatuses'>;

export function waysOf(transitions: readonly JiraTransition[]): Ways {
  return {
    reachableStatuses: statusesOf(transitions),
    finalStatuses: statusesOf(transitions.filter(mayFinish)),
  };
}

function statusesOf(transitions: readonly JiraTransition[]): readonly string[] {
  return [...new Set(transitions.map(({ toStatus }) => toStatus))];
}

/** Names differ by language and team, categories do not. What Jira does not tell may be the end. */
function mayFinish({ toCategory }: JiraTransition): boolean {
  return toCategory !== 'new' && toCategory !== 'indeterminate';
}
