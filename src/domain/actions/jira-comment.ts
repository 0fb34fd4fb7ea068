import { issueTarget, ownIssueRefusal, projectOfKey, relatedIssueRefusal } from './jira-issue.js';
import { A_DAY_MS, type ActionRow, type AllowedTargets } from './row.js';
import type { InRole } from './status-note.js';

export interface JiraComment extends InRole {
  readonly issueKey: string;
  /** Markdown; becomes ADF from an allow-list of nodes. */
  readonly body: string;
  /** Who of a service project reads it. Left out by plans from before there was a choice: its team alone. */
  readonly audience?: 'internal' | 'public';
}

export const jiraComment: ActionRow<JiraComment> = {
  service: 'jira',
  changes: 'words',
  preview: {
    line: ({ issueKey, as, audience }) => {
      const what =
        as === 'status_note' ? 'Status note' : isPublic({ audience }) ? 'Answer the customer' : 'Comment';
      return `${what} on ${issueKey}`;
    },
    named: (payload) => payload,
    words: ({ body }) => body,
    rewritten: (payload, rewrite) => ({ ...payload, body: rewrite(payload.body) }),
  },
  editable: [{ name: 'body', label: 'Comment (Markdown)', as: 'words' }],
  target: {
    ...issueTarget,
    refusal: (payload, allowed) =>
      relatedIssueRefusal(payload.issueKey, allowed) ?? publicRefusal(payload, allowed),
  },
  preconditions: {
    words: 'the issue exists; its status note, where there is one, stands as the agent wrote it',
    seen: () => null,
    already: () => null,
  },
  marker: { words: 'the comment property `pm-agent.action`', appearsLate: true, provesOurs: true },
  inverse: {
    reversible: true,
    words:
      'deletes the comment, unless somebody edited it since; a status note gets its former words back instead',
    windowMs: A_DAY_MS,
    by: 'id',
  },
  risk: { grade: 'G2', why: 'everybody who sees the issue reads it, and watchers get it by e-mail' },
};

/** Do the customers of a service project read it? */
export function isPublic({ audience }: { readonly audience?: JiraComment['audience'] | undefined }): boolean {
  return audience === 'public';
}

/** Customers are answered where the configuration says so, and only on the issue that the event is about. */
function publicRefusal(payload: JiraComment, allowed: AllowedTargets): string | null {
  const { issueKey, as } = payload;
  if (!isPublic(payload)) {
    return null;
  }
  if (as === 'status_note') {
    return 'a status note is for the team: it is never shown to customers';
  }
  const project = projectOfKey(issueKey);
  return (allowed.publicProjects ?? []).includes(project)
    ? ownIssueRefusal(issueKey, allowed.facts)
    : `the customers of ${project} are not answered: teams[].jira.publicAnswers of pm-agent.yaml does not name it`;
}
