/** What the kinds that touch a Jira issue have in common. */
import type { ContextFacts } from '../context.js';
import type { ActionRow } from './row.js';

interface OnIssue {
  readonly issueKey: string;
}

export function projectOfKey(issueKey: string): string {
  return issueKey.replace(/-\d+$/, '');
}

/** The event's own issue or one that is linked from it. */
export function relatedIssueRefusal(issueKey: string, { issue }: ContextFacts): string | null {
  return issue !== null && (issueKey === issue.key || issue.linkedKeys.includes(issueKey))
    ? null
    : `${issueKey} is neither the issue of this event nor linked from it`;
}

/** Only the event's own issue. */
export function ownIssueRefusal(issueKey: string, { issue }: ContextFacts): string | null {
  return issue !== null && issueKey === issue.key ? null : `${issueKey} is not the issue of this event`;
}

export const issueTarget: Pick<ActionRow<OnIssue>['target'], 'of' | 'project'> = {
  of: ({ issueKey }) => `jira:${issueKey}`,
  project: ({ issueKey }) => projectOfKey(issueKey),
};
