/** What the kinds that touch a Jira issue have in common. */
import type { ContextFacts } from '../context.js';
import type { ActionRow, AllowedTargets } from './row.js';

interface OnIssue {
  readonly issueKey: string;
}

export function projectOfKey(issueKey: string): string {
  return issueKey.replace(/-\d+$/, '');
}

/**
 * The event's own issue, or one that is linked from it, in a project that the configuration names, where it names any:
 * whoever can link can link to anything, and an event of a link names no project at all.
 */
export function relatedIssueRefusal(issueKey: string, allowed: AllowedTargets): string | null {
  const { issue } = allowed.facts;
  if (issue === null || (issueKey !== issue.key && !issue.linkedKeys.includes(issueKey))) {
    return `${issueKey} is neither the issue of this event nor linked from it`;
  }
  return allowed.projects.length === 0 || allowed.projects.includes(projectOfKey(issueKey))
    ? null
    : `${issueKey} is in a project that pm-agent.yaml does not name`;
}

/** Only the event's own issue. */
export function ownIssueRefusal(issueKey: string, { issue }: ContextFacts): string | null {
  return issue !== null && issueKey === issue.key ? null : `${issueKey} is not the issue of this event`;
}

/** An issue of a project that the configuration names, where it names none of the event's own; never the issue itself. */
export function linkableRefusal(issueKey: string, toKey: string, allowed: AllowedTargets): string | null {
  const project = projectOfKey(toKey);
  if (toKey === issueKey) {
    return `${issueKey} cannot be linked to itself`;
  }
  const isOpen = allowed.projects.length === 0 && project === projectOfKey(issueKey);
  return isOpen || allowed.projects.includes(project)
    ? null
    : `${toKey} is in a project that pm-agent.yaml does not name`;
}

export const issueTarget: Pick<ActionRow<OnIssue>['target'], 'of' | 'projects'> = {
  of: ({ issueKey }) => `jira:${issueKey}`,
  projects: ({ issueKey }) => [projectOfKey(issueKey)],
};
