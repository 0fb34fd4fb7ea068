import type { ContextFacts } from '../context.js';
import { issueTarget, ownIssueRefusal } from './jira-issue.js';
import { A_DAY_MS, type ActionRow } from './row.js';

export interface JiraTransition {
  readonly issueKey: string;
  /** Name of the status to reach, not of the transition. */
  readonly toStatus: string;
  /** For a move whose screen asks for it: the name of a resolution as Jira lists it. Empty, or left out: none is given. */
  readonly resolution?: string;
  /** The account id of whoever the move gives it to. Empty, or left out: as it is. */
  readonly assignee?: string;
}

export const jiraTransition: ActionRow<JiraTransition> = {
  service: 'jira',
  changes: 'state',
  preview: {
    line: lineOf,
    named: (payload, nameOf) => {
      const { assignee = '' } = payload;
      return assignee === '' ? payload : { ...payload, assignee: nameOf(assignee) };
    },
    words: () => null,
    rewritten: (payload, rewrite) => {
      const { resolution = '' } = payload;
      return resolution === '' ? payload : { ...payload, resolution: rewrite(resolution) };
    },
  },
  editable: [
    { name: 'toStatus', label: 'Status', as: 'line' },
    { name: 'resolution', label: 'Resolution, where the move asks for one', as: 'lineOrEmpty' },
    {
      name: 'assignee',
      label: 'Jira account id, where the move asks for one',
      as: 'lineOrEmpty',
      choose: { label: 'Give it to, where the move asks for somebody', nobody: 'Nobody named: as it is' },
    },
  ],
  target: { ...issueTarget, refusal: refusalOf },
  preconditions: {
    words:
      'the issue stands in the status that the decision saw, and a transition leads to the new one and asks for nothing that is not given',
    seen: ({ issueKey }, { issue }) =>
      issue === null || issue.key !== issueKey ? null : { status: issue.status },
    already: (payload, { facts }) => movedAlready(payload, facts),
  },
  marker: { words: 'the status itself', appearsLate: false, provesOurs: false },
  inverse: {
    reversible: true,
    words:
      'moves the issue back to the status it came from, where a transition leads there; what that one asks for is filled in as it was before, and whom the move gave it to gives it back',
    windowMs: A_DAY_MS,
    by: 'standing',
  },
  risk: { grade: 'G2', why: 'others plan by the status; into a final status it is G3' },
};

function lineOf({ issueKey, toStatus, resolution = '', assignee = '' }: JiraTransition): string {
  const given = [
    ...(resolution === '' ? [] : [`resolution ${resolution}`]),
    ...(assignee === '' ? [] : [`assigned to ${assignee}`]),
  ];
  return `Move ${issueKey} to ${toStatus}${given.length === 0 ? '' : ` (${given.join(', ')})`}`;
}

function refusalOf(
  { issueKey, toStatus, assignee = '' }: JiraTransition,
  { facts }: Parameters<ActionRow<JiraTransition>['target']['refusal']>[1],
): string | null {
  const { issue } = facts;
  if (assignee !== '' && issue?.people.every(({ id }) => id !== assignee) === true) {
    return `${assignee} is not among the people of ${issueKey}`;
  }
  // Spelled the same: a policy rule for "Done" must not be passed by with "done".
  return issue === null || issueKey !== issue.key || issue.reachableStatuses.includes(toStatus)
    ? ownIssueRefusal(issueKey, facts)
    : `${toStatus} cannot be reached from ${issue.status}; reachable: ${issue.reachableStatuses.join(', ') || 'nothing'}`;
}

/** What it sets besides is a change of its own. */
function movedAlready(
  { issueKey, toStatus, resolution = '', assignee = '' }: JiraTransition,
  { issue }: ContextFacts,
): string | null {
  const setsMore = resolution !== '' || (assignee !== '' && assignee !== issue?.assigneeId);
  return issue !== null && issue.key === issueKey && issue.status === toStatus && !setsMore
    ? `it is so already: ${issueKey} is in the status ${toStatus}`
    : null;
}
