import { issueTarget, ownIssueRefusal } from './jira-issue.js';
import { A_DAY_MS, type ActionRow } from './row.js';

export interface JiraCreateIssue {
  /** The issue that it comes from; the new one is made in the same project. */
  readonly issueKey: string;
  readonly as: 'subtask' | 'follow_up';
  /** Name of the type; null: the project's first that fits. */
  readonly issueType: string | null;
  readonly summary: string;
  /** Markdown */
  readonly description: string;
}

export const jiraCreateIssue: ActionRow<JiraCreateIssue> = {
  service: 'jira',
  changes: 'state',
  preview: {
    line: ({ issueKey, as, issueType, summary }) => {
      const type = issueType === null ? '' : ` of the type ${issueType}`;
      return `Create a ${as === 'subtask' ? 'sub-task' : 'follow-up'}${type} of ${issueKey}: ${summary}`;
    },
    named: (payload) => payload,
    words: ({ summary, description }) => `${summary}\n\n${description}`,
    rewritten: (payload, rewrite) => ({
      ...payload,
      issueType: payload.issueType === null ? null : rewrite(payload.issueType),
      summary: rewrite(payload.summary),
      description: rewrite(payload.description),
    }),
  },
  editable: [
    { name: 'summary', label: 'Summary', as: 'line' },
    { name: 'description', label: 'Description (Markdown)', as: 'words' },
    { name: 'issueType', label: 'Type; empty: the first that fits', as: 'lineOrNothing' },
  ],
  target: {
    ...issueTarget,
    refusal: ({ issueKey, summary }, { facts }) =>
      ownIssueRefusal(issueKey, facts) ??
      (summary.trim() === '' || summary.includes('\n') ? 'the summary is empty or has several lines' : null),
  },
  preconditions: { words: 'the issue that it comes from exists', seen: () => null, already: () => null },
  marker: {
    words: 'the issue property `pm-agent.action`, set as the issue is made',
    appearsLate: true,
    provesOurs: true,
  },
  inverse: {
    reversible: true,
    words: 'deletes the new issue, unless somebody changed it or commented on it since',
    windowMs: A_DAY_MS,
    by: 'id',
  },
  risk: { grade: 'G2', why: 'it gives a team work to look at' },
};
