import { issueTarget, relatedIssueRefusal } from './jira-issue.js';
import { A_DAY_MS, type ActionRow } from './row.js';
import type { InRole } from './status-note.js';

export interface JiraComment extends InRole {
  readonly issueKey: string;
  /** Markdown; becomes ADF from an allow-list of nodes. */
  readonly body: string;
}

export const jiraComment: ActionRow<JiraComment> = {
  service: 'jira',
  changes: 'words',
  preview: {
    line: ({ issueKey, as }) =>
      as === 'status_note' ? `Status note on ${issueKey}` : `Comment on ${issueKey}`,
    words: ({ body }) => body,
    rewritten: (payload, rewrite) => ({ ...payload, body: rewrite(payload.body) }),
  },
  target: {
    ...issueTarget,
    refusal: ({ issueKey }, allowed) => relatedIssueRefusal(issueKey, allowed),
  },
  preconditions: {
    words: 'the issue exists; its status note, where there is one, stands as the agent wrote it',
    seen: () => null,
  },
  marker: { words: 'the comment property `pm-agent.action`', appearsLate: true },
  inverse: {
    reversible: true,
    words:
      'deletes the comment, unless somebody edited it since; a status note gets its former words back instead',
    windowMs: A_DAY_MS,
  },
  risk: { grade: 'G2', why: 'everybody who sees the issue reads it, and watchers get it by e-mail' },
};
