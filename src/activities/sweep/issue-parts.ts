/** What the events of one issue have in common. Pure. */
import { cutText } from '../../domain/cut-text.js';
import { type Actor, EVENT_NAME_LIMIT, EVENT_TITLE_LIMIT, type IssueRef } from '../../domain/event.js';
import { issueSubject } from '../../domain/subject.js';
import { siteOf } from '../../domain/tenant.js';
import type { UpdatedIssue } from '../../integrations/jira/changes.js';
import type { JiraUser } from '../../integrations/jira/jira.js';

type Issue = Pick<UpdatedIssue, 'self' | 'id' | 'key' | 'summary'>;

export function commonOf(issue: Issue, by: JiraUser | null, at: string | null) {
  return {
    source: 'jira',
    tenant: siteOf(issue.self),
    subject: issueSubject(issue),
    project: issue.key.slice(0, issue.key.lastIndexOf('-')),
    occurredAt: at,
    actor: actorOf(by),
  } as const;
}

export function refOf({ id, key, summary }: Issue): IssueRef {
  return { id, key, summary: cutText(summary, EVENT_TITLE_LIMIT) };
}

function actorOf(user: JiraUser | null): Actor | null {
  return user === null || user.accountId === ''
    ? null
    : { id: user.accountId, name: cutText(user.displayName, EVENT_NAME_LIMIT), isBot: user.isApp };
}
