/** Jira's bodies → the events of src/domain/event.ts. One builder per family of `webhookEvent`. */
import type { CommentEvent, IssueEvent, IssueLinkEvent, IssueRef, SprintEvent } from '../../domain/event.js';
import { type Parsed, quarantined } from './door.js';
import { cutText, isoTime, shapeProblem } from './fields.js';
import {
  actorOf,
  changesOf,
  idsOf,
  markdownOf,
  namedIssue,
  projectOf,
  subjectOf,
  tenantOf,
} from './jira-parts.js';
import {
  commentBody,
  issueBody,
  type JiraComment,
  type JiraIssue,
  type JiraUser,
  linkBody,
  sprintBody,
} from './jira-shapes.js';

type Body = Readonly<Record<string, unknown>>;
type IssueBody = ReturnType<typeof issueBody.parse>;

const NAME_LIMIT = 500;

export function parseIssue(type: IssueEvent['type'], body: Body): Parsed {
  const parsed = issueBody.safeParse(body);
  if (!parsed.success) {
    return misfit(body, parsed.error);
  }
  const { issue, changelog, user } = parsed.data;
  const commented = type === 'issue_updated' ? commentInUpdate(parsed.data) : null;
  if (commented !== null) {
    return commentEvent(commented, body, parsed.data);
  }
  const tenant = tenantOf(issue.self);
  const named = namedIssue(issue);
  if (!named.ok) {
    return quarantined(tenant, named.reason);
  }
  const subject = subjectOf(named.ref);
  const event: IssueEvent = {
    type,
    source: 'jira',
    tenant,
    subject,
    project: projectOf(issue, named.ref),
    changeKey: changelog === null || changelog.id === null ? null : `${subject}:changelog:${changelog.id}`,
    occurredAt: isoTime(body['timestamp']),
    actor: actorOf(user),
    issue: named.ref,
    changes: changesOf(changelog),
  };
  return { outcome: 'event', event, actorIds: idsOf(user) };
}

/**
 * Servers tell of comments as `jira:issue_updated`: by `issue_event_type_name` where they know it; the oldest send
 * only the comment, without a changelog.
 */
function commentInUpdate(body: IssueBody): CommentEvent['type'] | null {
  const { comment, changelog } = body;
  if (comment === null) {
    return null;
  }
  if (body.issue_event_type_name === 'issue_commented') {
    return 'comment_created';
  }
  if (body.issue_event_type_name === 'issue_comment_edited') {
    return 'comment_updated';
  }
  const silent = body.issue_event_type_name === null && (changelog?.items ?? []).length === 0;
  return silent ? (comment.created === comment.updated ? 'comment_created' : 'comment_updated') : null;
}

export function parseComment(type: CommentEvent['type'], body: Body): Parsed {
  const parsed = commentBody.safeParse(body);
  return parsed.success ? commentEvent(type, body, parsed.data) : misfit(body, parsed.error);
}

function commentEvent(
  type: CommentEvent['type'],
  body: Body,
  read: {
    readonly user: JiraUser;
    readonly issue: JiraIssue | null;
    readonly comment: JiraComment | null;
  },
): Parsed {
  const { issue, comment } = read;
  const tenant = tenantOf(issue?.self, comment?.self);
  if (comment === null) {
    return quarantined(tenant, 'the body holds no comment');
  }
  const named = namedIssue(issue, comment);
  if (!named.ok) {
    return quarantined(tenant, named.reason);
  }
  // Cloud's comment events have no `user`: the comment itself says who wrote or changed it.
  const author = type === 'comment_updated' ? (comment.updateAuthor ?? comment.author) : comment.author;
  const person = author ?? read.user;
  const event: CommentEvent = {
    type,
    source: 'jira',
    tenant,
    subject: subjectOf(named.ref),
    project: projectOf(issue, named.ref),
    changeKey: commentChangeKey(type, comment, named.ref, body),
    occurredAt: isoTime(body['timestamp']) ?? isoTime(comment.updated),
    actor: actorOf(person),
    issue: named.ref,
    comment: { id: comment.id, text: markdownOf(comment.body) },
  };
  return { outcome: 'event', event, actorIds: idsOf(person) };
}

/**
 * A Server that is subscribed to both tells of one comment twice: as `comment_created`, which knows only the issue's
 * id, and as `jira:issue_updated`. Both keys name the issue by its id, so that the two meet; Cloud's events name the key.
 */
function commentChangeKey(
  type: CommentEvent['type'],
  comment: JiraComment,
  ref: IssueRef,
  body: Body,
): string | null {
  const fromServer = ref.key === null || body['webhookEvent'] === 'jira:issue_updated';
  const issue = fromServer ? (ref.id ?? ref.key) : ref.key;
  if (type === 'comment_created') {
    return `jira:${issue}:comment:${comment.id}:created`;
  }
  const updated = isoTime(comment.updated);
  return updated === null ? null : `jira:${issue}:comment:${comment.id}:${updated}`;
}

export function parseSprint(type: SprintEvent['type'], body: Body): Parsed {
  const parsed = sprintBody.safeParse(body);
  if (!parsed.success) {
    return misfit(body, parsed.error);
  }
  const { sprint, oldValue, user } = parsed.data;
  const started = type === 'sprint_updated' && oldValue?.state === 'future' && sprint.state === 'active';
  const event: SprintEvent = {
    type: started ? 'sprint_started' : type,
    source: 'jira',
    tenant: tenantOf(sprint.self),
    subject: `jira:sprint-${sprint.id}`,
    project: null,
    changeKey: null,
    occurredAt: isoTime(body['timestamp']),
    actor: actorOf(user),
    sprint: {
      id: sprint.id,
      name: cutText(sprint.name ?? '', NAME_LIMIT),
      state: sprint.state,
      boardId: sprint.originBoardId,
      goal: sprint.goal === null || sprint.goal === '' ? null : cutText(sprint.goal, NAME_LIMIT),
    },
  };
  return { outcome: 'event', event, actorIds: idsOf(user) };
}

export function parseLink(type: IssueLinkEvent['type'], body: Body): Parsed {
  const parsed = linkBody.safeParse(body);
  if (!parsed.success) {
    return misfit(body, parsed.error);
  }
  const { issueLink, user } = parsed.data;
  const source = namedIssue(byId(issueLink.sourceIssueId));
  const destination = namedIssue(byId(issueLink.destinationIssueId));
  const tenant = tenantOf(issueLink.self);
  if (!source.ok || !destination.ok) {
    return quarantined(tenant, 'an issue link names its issues by number');
  }
  const subject = subjectOf(source.ref);
  const event: IssueLinkEvent = {
    type,
    source: 'jira',
    tenant,
    subject,
    project: null,
    changeKey: `${subject}:link:${issueLink.id}:${type === 'issuelink_created' ? 'created' : 'deleted'}`,
    occurredAt: isoTime(body['timestamp']),
    actor: actorOf(user),
    link: {
      id: issueLink.id,
      linkType: issueLink.issueLinkType?.name ?? null,
      sourceIssueId: issueLink.sourceIssueId,
      destinationIssueId: issueLink.destinationIssueId,
    },
  };
  return { outcome: 'event', event, actorIds: idsOf(user) };
}

function byId(id: string): JiraIssue {
  return { id, key: null, self: null, fields: null };
}

function misfit(body: Body, error: Parameters<typeof shapeProblem>[0]): Parsed {
  const name = typeof body['webhookEvent'] === 'string' ? cutText(body['webhookEvent'], 80) : 'event';
  return quarantined('default', `the body does not have the shape of ${name}: ${shapeProblem(error)}`);
}
