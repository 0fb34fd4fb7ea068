/** From Jira's JSON to the port's shapes. Pure. */
import { adfToMarkdown } from '../../domain/markup/adf.js';
import { wikiToMarkdown } from '../../domain/markup/wiki.js';
import type { JiraChange, JiraComment, JiraIssue, JiraLink, JiraUser } from './jira.js';
import type { CommentJson, FieldsJson, HistoryJson, IssueJson, LinkJson, UserJson } from './schema.js';
import { sprintOf } from './sprint-field.js';

/** At most so many comments and changes, the newest ones. */
export const NEWEST = 50;

/** `comments` in any order, as read; `commentTotal` as Jira counts. Without the estimate, whose field only its site knows. */
export function toIssue(
  json: IssueJson,
  comments: readonly CommentJson[],
  commentTotal: number,
): Omit<JiraIssue, 'estimate'> {
  const { fields } = json;
  return {
    id: json.id ?? json.key,
    key: json.key,
    projectKey: fields.project?.key ?? json.key.split('-')[0] ?? json.key,
    summary: fields.summary ?? '',
    description: toMarkdown(fields.description),
    status: fields.status?.name ?? '',
    statusCategory: fields.status?.statusCategory?.key ?? null,
    ...plainFields(fields),
    links: (fields.issuelinks ?? []).flatMap(toLink),
    sprint: sprintOf(fields),
    comments: comments.map(toComment).sort(byTime('created')).slice(-NEWEST),
    commentTotal,
    changes: (json.changelog?.histories ?? []).flatMap(toChanges).sort(byTime('at')).slice(-NEWEST),
  };
}

function plainFields(fields: FieldsJson) {
  return {
    issueType: fields.issuetype?.name ?? null,
    priority: fields.priority?.name ?? null,
    assignee: toUser(fields.assignee),
    reporter: toUser(fields.reporter),
    labels: fields.labels ?? [],
    dueDate: fields.duedate ?? null,
    created: fields.created === null || fields.created === undefined ? null : isoUtc(fields.created),
    updated: fields.updated === null || fields.updated === undefined ? null : isoUtc(fields.updated),
    parentKey: fields.parent?.key ?? null,
    subtasks: (fields.subtasks ?? []).flatMap((subtask) => relatedOf(subtask)),
  };
}

type Related = NonNullable<LinkJson['inwardIssue']>;

export function relatedOf(
  issue: Related | null | undefined,
): { key: string; summary: string | null; status: string | null }[] {
  const key = issue?.key;
  return key === null || key === undefined
    ? []
    : [{ key, summary: issue?.fields?.summary ?? null, status: issue?.fields?.status?.name ?? null }];
}

/** A link to an issue that we may not see comes without a key: left out. */
export function toLink(link: LinkJson): JiraLink[] {
  const outward = link.outwardIssue !== null && link.outwardIssue !== undefined;
  const name = link.type?.name ?? 'relates to';
  const relation = (outward ? link.type?.outward : link.type?.inward) ?? name;
  return relatedOf(outward ? link.outwardIssue : link.inwardIssue).map((issue) => ({
    id: link.id ?? issue.key,
    relation,
    ...issue,
  }));
}

export function toUser(user: UserJson | null | undefined): JiraUser | null {
  if (user === null || user === undefined) {
    return null;
  }
  const accountId = user.accountId ?? user.key ?? user.name ?? '';
  return {
    accountId,
    displayName: user.displayName ?? user.name ?? accountId,
    isApp: user.accountType === 'app',
    ...(typeof user.userKey === 'string' ? { userKey: user.userKey } : {}),
  };
}

function toComment(comment: CommentJson): JiraComment {
  const created = isoUtc(comment.created ?? '');
  return {
    id: comment.id,
    author: toUser(comment.author),
    body: toMarkdown(comment.body),
    created,
    updated: comment.updated === null || comment.updated === undefined ? created : isoUtc(comment.updated),
  };
}

function toChanges(history: HistoryJson): JiraChange[] {
  const author = toUser(history.author);
  return (history.items ?? []).map((item) => {
    const to: unknown = Object.hasOwn(item, 'toString') ? item['toString'] : null;
    return {
      id: history.id,
      at: isoUtc(history.created ?? ''),
      author: author?.displayName ?? null,
      ...(author === null || author.accountId === '' ? {} : { authorId: author.accountId }),
      field: item.fieldId ?? item.field ?? '',
      from: item.fromString ?? null,
      to: typeof to === 'string' ? to : null,
    };
  });
}

/** REST v3 sends ADF, v2 and old servers wiki markup. */
export function toMarkdown(body: unknown): string {
  return typeof body === 'string' ? wikiToMarkdown(body) : adfToMarkdown(body);
}

/** Jira writes `2026-01-31T10:00:00.000+0530`; what is no time comes back as it is. */
export function isoUtc(time: string): string {
  const at = Date.parse(time);
  return Number.isNaN(at) ? time : new Date(at).toISOString();
}

function byTime<K extends string>(key: K): (left: Record<K, string>, right: Record<K, string>) => number {
  return (left, right) => left[key].localeCompare(right[key]);
}
