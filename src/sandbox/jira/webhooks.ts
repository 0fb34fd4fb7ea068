/** The bodies of Jira's webhooks: API v2 shapes with wiki texts; what Cloud leaves out is left out here too. */
import type { Scope } from '../scope.js';
import type {
  JiraChangeRecord,
  JiraCommentRecord,
  JiraIssueRecord,
  JiraLinkRecord,
  JiraLinkTypeRecord,
  JiraSprintRecord,
} from './records.js';
import { renderComment, renderSprint, renderUser, type View } from './render.js';
import { renderIssue } from './render-issue.js';
import type { JiraState } from './state.js';

type CommentEventName = 'comment_created' | 'comment_updated' | 'comment_deleted';
export type SprintEventName = 'sprint_created' | 'sprint_updated' | 'sprint_started' | 'sprint_closed';

export interface JiraWebhooks {
  issueCreated(by: string, issue: JiraIssueRecord): void;
  issueUpdated(by: string, issue: JiraIssueRecord, change: JiraChangeRecord): void;
  issueDeleted(by: string, issue: JiraIssueRecord): void;
  /** No top-level `user`, as on Cloud; without `issue` where it is gone. */
  comment(event: CommentEventName, issue: JiraIssueRecord | null, comment: JiraCommentRecord): void;
  /** Ids only: neither keys nor a user. */
  link(
    event: 'issuelink_created' | 'issuelink_deleted',
    link: JiraLinkRecord,
    type: JiraLinkTypeRecord,
  ): void;
  sprint(event: SprintEventName, sprint: JiraSprintRecord, before: JiraSprintRecord | null): void;
}

/** What `issue` holds in a comment's webhook. */
const COMMENT_ISSUE_FIELDS = ['summary', 'issuetype', 'project', 'assignee', 'priority', 'status'];

export function createJiraWebhooks(scope: Scope, stateOf: () => JiraState): JiraWebhooks {
  const view = (): View => ({ state: stateOf(), base: `${scope.url}/jira`, version: '2', dataCenter: false });
  const issueEvent = (name: string, type: string | null, by: string, issue: JiraIssueRecord) => ({
    webhookEvent: name,
    ...(type === null ? {} : { issue_event_type_name: type }),
    user: renderUser(view(), by),
    issue: renderIssue(view(), issue, { fields: ['*all', '-comment'] }),
  });
  return {
    issueCreated: (by, issue) =>
      void scope.emit.jira(issueEvent('jira:issue_created', 'issue_created', by, issue)),
    issueUpdated: (by, issue, change) =>
      void scope.emit.jira({
        ...issueEvent('jira:issue_updated', updateTypeOf(change), by, issue),
        changelog: {
          id: change.id,
          items: change.items.map((item) => ({ fieldtype: 'jira', ...item })),
        },
      }),
    issueDeleted: (by, issue) => void scope.emit.jira(issueEvent('jira:issue_deleted', null, by, issue)),
    comment: (event, issue, comment) =>
      void scope.emit.jira({
        webhookEvent: event,
        comment: renderComment(view(), comment),
        ...(issue === null ? {} : { issue: renderIssue(view(), issue, { fields: COMMENT_ISSUE_FIELDS }) }),
      }),
    link: (event, link, type) =>
      void scope.emit.jira({ webhookEvent: event, issueLink: linkBody(link, type) }),
    sprint: (event, sprint, before) =>
      void scope.emit.jira({
        webhookEvent: event,
        sprint: renderSprint(view(), sprint),
        ...(event === 'sprint_updated' && before !== null ? { oldValue: renderSprint(view(), before) } : {}),
      }),
  };
}

/** A status change is `issue_generic` on Cloud. */
function updateTypeOf({ items }: JiraChangeRecord): string {
  const fields = items.map(({ fieldId }) => fieldId);
  if (fields.includes('status')) return 'issue_generic';
  return fields.length === 1 && fields[0] === 'assignee' ? 'issue_assigned' : 'issue_updated';
}

/** Ids of links and issues are numbers here, unlike everywhere else. */
function linkBody(link: JiraLinkRecord, type: JiraLinkTypeRecord): Record<string, unknown> {
  return {
    id: Number(link.id),
    sourceIssueId: Number(link.sourceIssueId),
    destinationIssueId: Number(link.destinationIssueId),
    issueLinkType: {
      id: Number(type.id),
      name: type.name,
      outwardName: type.outward,
      inwardName: type.inward,
      isSubTaskLinkType: false,
      isSystemLinkType: false,
    },
    systemLink: false,
  };
}
