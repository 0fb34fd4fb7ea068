/** What Jira's routes share: the view of a call, finding its issue, reading a text from its body. */
import type { Request, Response } from 'express';
import { baseOf, param } from '../http.js';
import { isAdfDocument } from './adf.js';
import { isDataCenter } from './data-center.js';
import { issueNotFound, jiraError, NOT_A_DOCUMENT, TOO_LONG } from './errors.js';
import type { JiraIssueRecord, RichText } from './records.js';
import type { ApiVersion, View } from './render.js';
import { isTooLong, richText, richTextFromAdf } from './rich-text.js';
import type { JiraState } from './state.js';

/** Makes the view of one call. */
export type ViewOf = (request: Request) => View;

export function viewOf(state: JiraState, version: ApiVersion): ViewOf {
  return (request) => {
    const dataCenter = isDataCenter(request);
    return { state, base: baseOf(request, dataCenter ? '/jira-dc' : '/jira'), version, dataCenter };
  };
}

/** The issue that the path names; null after a 404 was answered. */
export function requestedIssue(
  state: JiraState,
  request: Request,
  response: Response,
): JiraIssueRecord | null {
  const issue = state.findIssue(param(request, 'issue'));
  if (issue === null) issueNotFound(response);
  return issue;
}

/** A text of the version's language, or what is wrong with it. */
export function readText(view: View, value: unknown): RichText | { readonly problem: string } {
  const text = view.version === '3' ? fromAdf(value) : fromWiki(view, value);
  if (text === null) return { problem: view.version === '3' ? NOT_A_DOCUMENT : 'The text must be a string.' };
  return isTooLong(text) ? { problem: TOO_LONG } : text;
}

function fromAdf(value: unknown): RichText | null {
  return isAdfDocument(value) ? richTextFromAdf(value) : null;
}

function fromWiki(view: View, value: unknown): RichText | null {
  if (typeof value !== 'string') return null;
  return richText(value, (id) => view.state.findUser(id)?.displayName ?? null);
}

/** The comment text of a body; null after a 400 was answered. */
export function readCommentText(view: View, value: unknown, response: Response): RichText | null {
  const text = readText(view, value);
  if ('problem' in text) {
    jiraError(response, 400, [], { comment: text.problem });
    return null;
  }
  if (text.wiki.trim() === '') {
    jiraError(response, 400, [], { comment: 'Comment body can not be empty!' });
    return null;
  }
  return text;
}
