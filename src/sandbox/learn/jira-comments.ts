import type { SandboxDeps } from '../deps.js';
import type { JiraCommentRecord, JiraIssueRecord } from '../jira/records.js';
import { at, textAt } from '../loose-json.js';
import { textFrom } from './jira-issues.js';
import { learnUser } from './jira-people.js';
import { type Note, toIso } from './note.js';

/** A comment in its REST shape; a known one changes only where this body is newer. */
export function learnComment(deps: SandboxDeps, issue: JiraIssueRecord, raw: unknown, note: Note): void {
  const id = textAt(raw, 'id');
  const body = textFrom(at(raw, 'body'));
  if (id === null || body === null) {
    return;
  }
  const author = learnUser(deps, at(raw, 'author'), note) ?? 'unknown';
  const created = toIso(at(raw, 'created')) ?? issue.updated;
  const comment: JiraCommentRecord = {
    id,
    issueId: issue.id,
    author,
    updateAuthor: learnUser(deps, at(raw, 'updateAuthor'), note) ?? author,
    body,
    created,
    updated: toIso(at(raw, 'updated')) ?? created,
    properties: [],
  };
  note(`comment ${id} on ${issue.key}`);
  const known = deps.jira.findComment(id);
  if (known === null) {
    deps.jira.saveComment(comment);
  } else if (known.issueId !== issue.id) {
    saveUnderOwnId(deps, comment);
  } else if (comment.updated > known.updated) {
    deps.jira.saveComment({ ...comment, properties: known.properties });
  }
}

/** Another issue's comment has this id already, as sites count alike. */
function saveUnderOwnId(deps: SandboxDeps, comment: JiraCommentRecord): void {
  const same = deps.jira
    .comments(comment.issueId)
    .some((other) => other.created === comment.created && other.author === comment.author);
  if (!same) {
    deps.jira.saveComment({ ...comment, id: String(deps.store.nextNumber('learn.comment', 900_001)) });
  }
}
