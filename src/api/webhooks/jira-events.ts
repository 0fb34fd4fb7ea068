/** Jira's bodies → the events of src/domain/event.ts. One builder per family of `webhookEvent`. */
import {
  changelogKey,
  commentCreatedKey,
  commentUpdatedKey,
  issueCreatedKey,
  issueLinkKey,
  sprintClosedKey,
  sprintStartedKey,
} from '../../domain/change-key.js';
import {
  type CommentEvent,
  type IssueEvent,
  type IssueLinkEvent,
  type IssueRef,
  type SprintEvent,
} from '../../domain/event.js';
import { issueSubject, sprintSubject } from '../../domain/subject.js';
import { siteOf } from '../../domain/tenant.js';
import { type Parsed, quarantined } from './door.js';
import { cutText, isoTime, shapeProblem } from './fields.js';
import { actorOf, changesOf, idsOf, markdownOf, namedIssue, projectOf } from './jira-parts.js';
import {
  commentBody,
  issueBody,
  type JiraChangelog,
  type JiraComment,
  type JiraIssue,
  type JiraUser,
  linkBody,
  sprintBody,
} from './jira-shapes.js';

type Body = Readonly<Record<string, unknown>>;
type IssueBody = ReturnType<typeof issueBody.parse>;

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
  const tenant = siteOf(issue.self);
  const named = namedIssue(issue);
  if (!named.ok) {
    return quarantined(tenant, named.reason);
  }
  const event: IssueEvent = {
    type,
    source: 'jira',
    tenant,
    subject: issueSubject(named.ref),
    project: projectOf(issue, named.ref),
    changeKey: issueChangeKey(type, named.ref, changelog),
    occurredAt: isoTime(body['timestamp']),
    actor: actorOf(user),
    issue: named.ref,
    changes: changesOf(changelog),
  };
  return { outcome: 'event', event, actorIds: idsOf(user) };
}

function issueChangeKey(type: IssueEvent['type'], ref: IssueRef, changelog: JiraChangelog): string | null {
  if (type === 'issue_created') {
    return issueCreatedKey(ref);
  }
  const changelogId = changelog?.id ?? null;
  return changelogId === null ? null : changelogKey(ref, changelogId);
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
  const tenant = siteOf(issue?.self, comment?.self);
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
    subject: issueSubject(named.ref),
    project: projectOf(issue, named.ref),
    changeKey: commentChangeKey(type, comment, named.ref),
    occurredAt: isoTime(body['timestamp']) ?? isoTime(comment.updated),
    actor: actorOf(person),
    issue: named.ref,
    comment: { id: comment.id, text: markdownOf(comment.body) },
  };
  return { outcome: 'event', event, actorIds: idsOf(person) };
}

function commentChangeKey(type: CommentEvent['type'], comment: JiraComment, ref: IssueRef): string | null {
  if (type === 'comment_created') {
    return commentCreatedKey(ref, comment.id);
  }
  const updated = isoTime(comment.updated);
  return updated === null ? null : commentUpdatedKey(ref, comment.id, updated);
}

export function parseSprint(type: SprintEvent['type'], body: Body): Parsed {
  const parsed = sprintBody.safeParse(body);
  if (!parsed.success) {
    return misfit(body, parsed.error);
  }
  const { sprint, oldValue, user } = parsed.data;
  const started = type === 'sprint_updated' && oldValue?.state === 'future' && sprint.state === 'active';
  const meaning = started ? 'sprint_started' : type;
  const event: SprintEvent = {
    type: meaning,
    source: 'jira',
    tenant: siteOf(sprint.self),
    subject: sprintSubject(sprint.id),
    project: null,
    changeKey: sprintChangeKey(meaning, sprint.id, isoTime(sprint.completeDate)),
    occurredAt: isoTime(body['timestamp']),
    actor: actorOf(user),
    sprint: {
      id: sprint.id,
      name: sprint.name ?? '',
      state: sprint.state,
      boardId: sprint.originBoardId,
      goal: sprint.goal === '' ? null : sprint.goal,
    },
  };
  return { outcome: 'event', event, actorIds: idsOf(user) };
}

/** The other changes of a sprint have no mark that the API shows. */
function sprintChangeKey(type: SprintEvent['type'], id: number, completed: string | null): string | null {
  if (type === 'sprint_started') {
    return sprintStartedKey(id);
  }
  return type === 'sprint_closed' && completed !== null ? sprintClosedKey(id, completed) : null;
}

export function parseLink(type: IssueLinkEvent['type'], body: Body): Parsed {
  const parsed = linkBody.safeParse(body);
  if (!parsed.success) {
    return misfit(body, parsed.error);
  }
  const { issueLink, user } = parsed.data;
  const source = namedIssue(byId(issueLink.sourceIssueId));
  const destination = namedIssue(byId(issueLink.destinationIssueId));
  const tenant = siteOf(issueLink.self);
  if (!source.ok || !destination.ok) {
    return quarantined(tenant, 'an issue link names its issues by number');
  }
  const change = type === 'issuelink_created' ? 'created' : 'deleted';
  const event: IssueLinkEvent = {
    type,
    source: 'jira',
    tenant,
    subject: issueSubject(source.ref),
    project: null,
    changeKey: issueLinkKey(issueLink.sourceIssueId, issueLink.id, change),
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
