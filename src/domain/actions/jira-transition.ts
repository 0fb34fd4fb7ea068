import { issueTarget, ownIssueRefusal } from './jira-issue.js';
import { A_DAY_MS, type ActionRow } from './row.js';

export interface JiraTransition {
  readonly issueKey: string;
  /** Name of the status to reach, not of the transition. */
  readonly toStatus: string;
}

export const jiraTransition: ActionRow<JiraTransition> = {
  service: 'jira',
  changes: 'state',
  preview: {
    line: ({ issueKey, toStatus }) => `Move ${issueKey} to ${toStatus}`,
    words: () => null,
    rewritten: (payload) => payload,
  },
  editable: [{ name: 'toStatus', label: 'Status', as: 'line' }],
  target: { ...issueTarget, refusal: refusalOf },
  preconditions: {
    words: 'the issue stands in the status that the decision saw, and a transition leads to the new one',
    seen: ({ issueKey }, { issue }) =>
      issue === null || issue.key !== issueKey ? null : { status: issue.status },
  },
  marker: { words: 'the status itself', appearsLate: false },
  inverse: {
    reversible: true,
    words: 'moves the issue back to the status it came from, where a transition leads there',
    windowMs: A_DAY_MS,
  },
  risk: { grade: 'G2', why: 'others plan by the status; into a final status it is G3' },
};

function refusalOf(
  { issueKey, toStatus }: JiraTransition,
  { facts }: Parameters<ActionRow<JiraTransition>['target']['refusal']>[1],
): string | null {
  const { issue } = facts;
  // Spelled the same: a policy rule for "Done" must not be passed by with "done".
  return issue === null || issueKey !== issue.key || issue.reachableStatuses.includes(toStatus)
    ? ownIssueRefusal(issueKey, facts)
    : `${toStatus} cannot be reached from ${issue.status}; reachable: ${issue.reachableStatuses.join(', ') || 'nothing'}`;
}
