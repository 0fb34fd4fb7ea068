import type { SandboxDeps } from '../deps.js';
import type { JiraIssueRecord } from '../jira/records.js';
import { at, listAt, recordAt, textAt } from '../loose-json.js';
import { learnComment } from './jira-comments.js';
import { ensureIssueById, learnIssue } from './jira-issues.js';
import { learnIssueLinks, learnLink } from './jira-links.js';
import { learnUser } from './jira-people.js';
import { learnSprint } from './jira-sprints.js';
import { type Note, toIso } from './note.js';

/** A Jira webhook body of any age, Cloud or Server: its issue with comments, sprint, links, people and changelog. */
export function learnJira(deps: SandboxDeps, body: unknown, note: Note): void {
  const event = textAt(body, 'webhookEvent') ?? '';
  const happened = toIso(at(body, 'timestamp')) ?? deps.clock().toISOString();
  const actor = learnUser(deps, at(body, 'user'), note);
  learnSprint(deps, at(body, 'sprint'), null, note);
  learnLink(deps, recordAt(body, 'issueLink'), event.endsWith('_deleted'), happened, note);
  const comment = recordAt(body, 'comment');
  const time = toIso(at(comment, 'updated')) ?? happened;
  const issue = event === 'jira:issue_deleted' ? null : issueOf(deps, body, time, note);
  if (issue === null) {
    return;
  }
  for (const older of listAt(body, 'issue', 'fields', 'comment', 'comments')) {
    learnComment(deps, issue, older, note);
  }
  if (event === 'comment_deleted') {
    learnUser(deps, comment.author, note);
  } else {
    learnComment(deps, issue, comment, note);
  }
  learnChangelog(deps, issue, body, actor, happened);
  learnIssueLinks(deps, issue, recordAt(body, 'issue'), happened, note);
}

/** The body's issue, or the one whose id stands only inside `comment.self`. */
function issueOf(deps: SandboxDeps, body: unknown, time: string, note: Note): JiraIssueRecord | null {
  const moves = listAt(body, 'changelog', 'items')
    .filter((item) => textAt(item, 'field') === 'Key')
    .flatMap((item) => textAt(item, 'fromString') ?? []);
  const named = learnIssue(deps, recordAt(body, 'issue'), { time, movedFrom: moves }, note);
  if (named !== null) {
    return named;
  }
  const id = /\/issue\/(\d+)\/comment\//.exec(textAt(body, 'comment', 'self') ?? '')?.[1];
  return id === undefined ? null : ensureIssueById(deps, id, time, note);
}

/** What changed, as the issue's history tells it afterwards. */
function learnChangelog(
  deps: SandboxDeps,
  issue: JiraIssueRecord,
  body: unknown,
  actor: string | null,
  created: string,
): void {
  const id = textAt(body, 'changelog', 'id');
  const items = listAt(body, 'changelog', 'items');
  if (id === null || items.length === 0 || deps.store.get('jira', 'change', id) !== null) {
    return;
  }
  deps.jira.saveChange({
    id,
    issueId: issue.id,
    author: actor ?? issue.reporter ?? 'unknown',
    created,
    items: items.map((item) => ({
      field: textAt(item, 'field') ?? 'unknown',
      fieldId: textAt(item, 'fieldId') ?? (textAt(item, 'field') ?? 'unknown').toLowerCase(),
      from: textAt(item, 'from'),
      fromString: textAt(item, 'fromString'),
      to: textAt(item, 'to'),
      toString: textAt(item, 'toString'),
    })),
  });
}
