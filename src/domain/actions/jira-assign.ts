import type { ContextFacts } from '../context.js';
import { issueTarget, ownIssueRefusal } from './jira-issue.js';
import { A_DAY_MS, type ActionRow } from './row.js';

export interface JiraAssign {
  readonly issueKey: string;
  /** Null unassigns. */
  readonly accountId: string | null;
}

export const jiraAssign: ActionRow<JiraAssign> = {
  service: 'jira',
  changes: 'state',
  preview: {
    line: ({ issueKey, accountId }) =>
      accountId === null ? `Unassign ${issueKey}` : `Assign ${issueKey} to ${accountId}`,
    named: ({ accountId, ...rest }, nameOf) => ({
      ...rest,
      accountId: accountId === null ? null : nameOf(accountId),
    }),
    words: () => null,
    rewritten: (payload) => payload,
  },
  editable: [
    {
      name: 'accountId',
      label: 'Jira account id; empty: nobody',
      as: 'lineOrNothing',
      choose: { label: 'Assign to', nobody: 'Nobody: take it from whoever has it' },
    },
  ],
  target: { ...issueTarget, refusal: (payload, { facts }) => refusalOf(payload, facts) },
  preconditions: {
    words: 'the issue is assigned as the decision saw it',
    seen: ({ issueKey }, { issue }) =>
      issue === null || issue.key !== issueKey ? null : { assignee: issue.assigneeId },
    already: (payload, { facts }) => assignedAlready(payload, facts),
  },
  marker: { words: 'the assignee itself', appearsLate: false, provesOurs: false },
  inverse: {
    reversible: true,
    words: 'assigns whoever it was assigned to before',
    windowMs: A_DAY_MS,
    by: 'standing',
  },
  risk: { grade: 'G2', why: 'it gives a person work' },
};

function refusalOf({ issueKey, accountId }: JiraAssign, facts: ContextFacts): string | null {
  const isKnown =
    accountId === null || facts.issue?.people.some((person) => person.id === accountId) === true;
  return (
    ownIssueRefusal(issueKey, facts) ??
    (isKnown ? null : `${accountId} is not among the people of ${issueKey}`)
  );
}

function assignedAlready({ issueKey, accountId }: JiraAssign, { issue }: ContextFacts): string | null {
  if (issue === null || issue.key !== issueKey || issue.assigneeId !== accountId) {
    return null;
  }
  const name = issue.people.find(({ id }) => id === accountId)?.name ?? accountId;
  return `it is so already: ${issueKey} is assigned to ${name ?? 'nobody'}`;
}
