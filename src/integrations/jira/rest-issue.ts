/** One issue over REST, whole or without what somebody else told already. */
import type { z } from 'zod';
import { type HttpClient, segment } from '../http.js';
import { IntegrationError, orGone } from '../integration-error.js';
import { NEWEST, toIssue } from './convert.js';
import { type EstimateFieldOf, estimateIn } from './estimates.js';
import type { JiraIssue, JiraTransition, TransitionField } from './jira.js';
import {
  allowedValueSchema,
  type CommentJson,
  commentPageSchema,
  issueNameSchema,
  issueSchema,
  type transitionsSchema,
} from './schema.js';

/** The large parts of an issue, each of which can be left out of a read; it is empty then. */
export type LargePart = 'description' | 'comments' | 'changes';

export interface ReadIssue {
  readonly issue: JiraIssue;
  /** Empty where they were not asked for. */
  readonly transitions: readonly JiraTransition[];
  /** Requests that it took. */
  readonly calls: number;
}

export interface IssueQuery {
  readonly without?: readonly LargePart[];
  readonly transitions?: boolean;
  /** Left out: no project's estimate goes by another name than Jira's. */
  readonly estimateFieldOf?: EstimateFieldOf;
}

/** One request; a second one where the issue carries only some of its comments. */
export async function readIssueOverRest(
  http: HttpClient,
  keyOrId: string,
  { without = [], transitions = false, estimateFieldOf }: IssueQuery = {},
): Promise<ReadIssue> {
  const path = issuePath(keyOrId);
  const query = { fields: fieldsOf(without), expand: expandOf(without, transitions) };
  const json = await http.send({ method: 'GET', path, query }, issueSchema);
  const inside = json.fields.comment?.comments ?? [];
  const total = json.fields.comment?.total ?? inside.length;
  const isCut = total > inside.length;
  const comments = isCut ? await newestComments(http, path, NEWEST) : inside;
  const issue = toIssue(json, comments, total);
  const estimate = estimateIn(json.fields, json.names ?? {}, estimateFieldOf?.(issue.projectKey) ?? null);
  return {
    issue: { ...issue, estimate },
    transitions: (json.transitions ?? []).flatMap(toTransition),
    calls: isCut ? 2 : 1,
  };
}

function fieldsOf(without: readonly LargePart[]): string {
  const left = without.flatMap((part) => {
    switch (part) {
      case 'description':
        return ['-description'];
      case 'comments':
        return ['-comment'];
      case 'changes':
        return [];
    }
  });
  return ['*all', '-worklog', '-attachment', ...left].join(',');
}

function expandOf(without: readonly LargePart[], transitions: boolean): string {
  const wanted = [
    'names',
    ...(without.includes('changes') ? [] : ['changelog']),
    ...(transitions ? ['transitions', 'transitions.fields'] : []),
  ];
  return wanted.join(',');
}

type TransitionJson = z.infer<typeof transitionsSchema>['transitions'][number];

/** None for one that cannot be made now. */
export function toTransition({ id, name, to, isAvailable, fields }: TransitionJson): JiraTransition[] {
  return isAvailable === false
    ? []
    : [
        {
          id,
          name,
          toStatus: to?.name ?? name,
          toCategory: to?.statusCategory?.key ?? null,
          ...(fields === null || fields === undefined ? {} : { fields: toFields(fields) }),
        },
      ];
}

function toFields(fields: NonNullable<TransitionJson['fields']>): TransitionField[] {
  return Object.entries(fields).map(([id, { name, required, hasDefaultValue, allowedValues }]) => ({
    id,
    name: name ?? id,
    isDemanded: required === true && hasDefaultValue !== true,
    allowed: allowedValues?.flatMap((value) => allowedValueSchema.safeParse(value).data ?? []) ?? null,
  }));
}

/**
 * What is below an issue; null where it is gone. Jira says 404 of what may not be seen, too: it is believed where the issue
 * itself is shown. Throws `IntegrationError` with status 404 where it is not.
 */
export async function belowIssue<T>(
  http: HttpClient,
  issueKey: string,
  asked: Promise<T>,
): Promise<T | null> {
  const found = await orGone(asked);
  if (found === null) {
    const query = { fields: 'summary' };
    await http.send({ method: 'GET', path: issuePath(issueKey), query }, issueNameSchema);
  }
  return found;
}

/** Keys match ASCII only, so that no look-alike and no path can stand in one. */
export function issuePath(keyOrId: string): string {
  if (!/^(?:[A-Za-z][A-Za-z0-9_]{0,99}-\d{1,18}|\d{1,18})$/.test(keyOrId)) {
    throw new IntegrationError({
      service: 'jira',
      message: `${JSON.stringify(keyOrId.slice(0, 50))} is no Jira issue key or id`,
      code: 'invalid',
      retryable: false,
    });
  }
  return `/rest/api/3/issue/${segment(keyOrId)}`;
}

/** @param path of the issue */
export async function newestComments(
  http: HttpClient,
  path: string,
  count: number,
): Promise<readonly CommentJson[]> {
  const query = { orderBy: '-created', maxResults: count };
  const page = await http.send({ method: 'GET', path: `${path}/comment`, query }, commentPageSchema);
  return page.comments ?? [];
}
