/** Parts that Jira's events share: site, subject, people, changed fields, text. */
import type { Actor, FieldChange, IssueRef } from '../../domain/event.js';
import { EVENT_CHANGES_LIMIT, EVENT_TEXT_LIMIT } from '../../domain/event.js';
import { fitTexts } from '../../domain/fit-texts.js';
import { adfToMarkdown } from '../../domain/markup/adf.js';
import { wikiToMarkdown } from '../../domain/markup/wiki.js';
import { cutText } from './fields.js';
import type { JiraChangelog, JiraComment, JiraIssue, JiraUser } from './jira-shapes.js';
import { isObject } from './json-body.js';

const KEY = /^[A-Z][A-Z0-9_]{1,9}-[1-9][0-9]{0,9}$/;
const ID = /^[1-9][0-9]{0,18}$/;
/** Markup that is read for an excerpt; markup is longer than what it shows. */
const MARKUP_LIMIT = EVENT_TEXT_LIMIT * 4;

/** Which issue a body is about, or why it cannot be trusted to name one. */
export type NamedIssue =
  | { readonly ok: true; readonly ref: IssueRef }
  | { readonly ok: false; readonly reason: string };

export function namedIssue(issue: JiraIssue | null, comment?: JiraComment): NamedIssue {
  const key = issue?.key ?? null;
  const id = issue?.id ?? idInCommentAddress(comment?.self);
  if (key !== null && !KEY.test(key)) {
    return { ok: false, reason: 'issue.key is not the key of a Jira issue' };
  }
  if (id !== null && !ID.test(id)) {
    return { ok: false, reason: 'issue.id is not a number' };
  }
  if (key === null && id === null) {
    return { ok: false, reason: 'the body names no issue' };
  }
  return { ok: true, ref: { id, key, summary: issue?.fields?.summary ?? null } };
}

/** `…/rest/api/2/issue/10013/comment/10082` is all that an old server says about the issue. */
function idInCommentAddress(self: string | null | undefined): string | null {
  return /\/issue\/([1-9][0-9]{0,18})\/comment\//.exec(self ?? '')?.[1] ?? null;
}

/** The project that the body names, else the one in the key; null where only an id is known. */
export function projectOf(issue: JiraIssue | null, ref: IssueRef): string | null {
  return ref.key?.slice(0, ref.key.lastIndexOf('-')) ?? issue?.fields?.project?.key ?? null;
}

/** Modern users have only an account id, those of old servers a key and a name. */
export function actorOf(user: JiraUser): Actor | null {
  const id = idsOf(user)[0];
  return id === undefined
    ? null
    : { id, name: user?.displayName ?? null, isBot: user?.accountType === 'app' };
}

export function idsOf(user: JiraUser): readonly string[] {
  return [user?.accountId, user?.key, user?.name].filter(
    (id): id is string => typeof id === 'string' && id !== '',
  );
}

export function changesOf(changelog: JiraChangelog): readonly FieldChange[] {
  const items = (changelog?.items ?? []).slice(0, EVENT_CHANGES_LIMIT).filter(isObject);
  return fitTexts((limit) => items.flatMap((item) => changeOf(item, limit)));
}

function changeOf(item: Readonly<Record<string, unknown>>, limit: number): readonly FieldChange[] {
  const own = (key: string) => ownText(item, key, limit);
  const field = own('field') ?? own('fieldId');
  return field === null
    ? []
    : [{ field, from: own('fromString') ?? own('from'), to: own('toString') ?? own('to') }];
}

function ownText(item: Readonly<Record<string, unknown>>, key: string, limit: number): string | null {
  const value = Object.hasOwn(item, key) ? item[key] : null;
  return typeof value === 'string' || typeof value === 'number' ? cutText(String(value), limit) : null;
}

/** Markdown of a comment's body, whichever of the two forms the site sent. */
export function markdownOf(body: unknown): string {
  if (typeof body === 'string') {
    return cutText(wikiToMarkdown(cutText(body, MARKUP_LIMIT)), EVENT_TEXT_LIMIT);
  }
  return isObject(body) ? cutText(adfToMarkdown(body), EVENT_TEXT_LIMIT) : '';
}
