/** What happened, as the product's own events. */
import type {
  Actor,
  CommentEvent,
  CommitStatusEvent,
  FieldChange,
  IssueEvent,
  PullRequestEvent,
  SlackMessageEvent,
  SprintEvent,
} from '../domain/event.js';
import {
  COMMIT,
  type IssueSpec,
  keyOf,
  type PullRequestSpec,
  type Said,
  SPRINT_ID,
  THREAD,
} from './situation.js';
import { BOARD, CHANNEL, NOW, type Person, PROJECT, REPOSITORY, TENANT } from './team.js';

function actor(by: Person, vendor: 'id' | 'bitbucket' | 'slack'): Actor {
  return { id: by[vendor], name: by.name, isBot: by.name === 'PM Agent' };
}

function jiraBase(by: Person, key: string) {
  return {
    source: 'jira',
    tenant: TENANT,
    subject: `jira:${key}`,
    project: key.replace(/-\d+$/, ''),
    changeKey: null,
    occurredAt: NOW,
    actor: actor(by, 'id'),
  } as const;
}

/** The issue came into being. */
export function created(spec: IssueSpec, by: Person): IssueEvent {
  const key = keyOf(spec);
  return {
    type: 'issue_created',
    ...jiraBase(by, key),
    issue: { id: '10142', key, summary: spec.summary },
    changes: [],
  };
}

/** Fields of the issue were changed. */
export function changed(spec: IssueSpec, by: Person, changes: readonly FieldChange[]): IssueEvent {
  return { ...created(spec, by), type: 'issue_updated', changes };
}

/** Somebody commented on the issue. */
export function commented(spec: IssueSpec, { id, by, text }: Said): CommentEvent {
  const key = keyOf(spec);
  return {
    type: 'comment_created',
    ...jiraBase(by, key),
    issue: { id: '10142', key, summary: spec.summary },
    comment: { id, text },
  };
}

export function sprintEvent(
  type: SprintEvent['type'],
  by: Person,
  {
    name,
    state,
    goal = null,
  }: { readonly name: string; readonly state: string; readonly goal?: string | null },
): SprintEvent {
  return {
    type,
    ...jiraBase(by, `${PROJECT}-0`),
    subject: `jira:sprint-${SPRINT_ID}`,
    sprint: { id: SPRINT_ID, name, state, boardId: BOARD, goal },
  };
}

function bitbucketBase(by: Person, subject: string) {
  return {
    source: 'bitbucket',
    tenant: TENANT,
    subject: `bitbucket:${subject}`,
    project: REPOSITORY,
    changeKey: null,
    occurredAt: NOW,
    actor: actor(by, 'bitbucket'),
  } as const;
}

export function pullRequestEvent(
  type: PullRequestEvent['type'],
  by: Person,
  { id = 57, title }: PullRequestSpec,
  comment: Said | null = null,
): PullRequestEvent {
  return {
    type,
    ...bitbucketBase(by, `${REPOSITORY}#${id}`),
    repository: REPOSITORY,
    pullRequest: { id, title },
    comment: comment === null ? null : { id: comment.id, text: comment.text },
  };
}

export function buildEvent(
  by: Person,
  report: { readonly name: string; readonly state: string; readonly branch: string },
): CommitStatusEvent {
  return {
    type: 'commit_status',
    ...bitbucketBase(by, `${REPOSITORY}@${report.branch}`),
    repository: REPOSITORY,
    commit: COMMIT,
    ...report,
  };
}

export function slackEvent(type: SlackMessageEvent['type'], { id, by, text }: Said): SlackMessageEvent {
  return {
    type,
    source: 'slack',
    tenant: TENANT,
    subject: `slack:${CHANNEL}/${THREAD}`,
    project: CHANNEL,
    changeKey: null,
    occurredAt: NOW,
    actor: actor(by, 'slack'),
    channel: CHANNEL,
    ts: id,
    threadTs: THREAD,
    text,
  };
}
