/** What an updated issue tells: its creation, its comments, its history. Pure. */
import {
  changelogKey,
  commentCreatedKey,
  commentUpdatedKey,
  issueCreatedKey,
} from '../../domain/change-key.js';
import { cutText } from '../../domain/cut-text.js';
import { EVENT_CHANGES_LIMIT, EVENT_TEXT_LIMIT, type FieldChange } from '../../domain/event.js';
import { fitTexts } from '../../domain/fit-texts.js';
import type { FoundChange } from '../../domain/sweep.js';
import type {
  IssueChange,
  IssueChangeItem,
  IssueComment,
  UpdatedIssue,
} from '../../integrations/jira/changes.js';
import { commonOf, refOf } from './issue-parts.js';
import { linkChange } from './link-change.js';
import { found, isSince } from './scope-reader.js';

/** What happened to it since then, as the webhooks of it would have been. */
export function issueChanges(issue: UpdatedIssue, since: string): readonly FoundChange[] {
  return [
    ...(isSince(issue.created, since) ? [creation(issue)] : []),
    ...issue.comments.flatMap((comment) => commentChanges(issue, comment, since)),
    ...historyChanges(issue, since),
  ];
}

function creation(issue: UpdatedIssue): FoundChange {
  const ref = refOf(issue);
  return found({
    ...commonOf(issue, issue.creator, issue.created),
    type: 'issue_created',
    changeKey: issueCreatedKey(ref),
    issue: ref,
    changes: [],
  });
}

function commentChanges(issue: UpdatedIssue, comment: IssueComment, since: string): readonly FoundChange[] {
  const { id, author, updateAuthor, created, updated } = comment;
  const ref = refOf(issue);
  const said = { issue: ref, comment: { id, text: cutText(comment.body, EVENT_TEXT_LIMIT) } };
  return [
    ...(isSince(created, since)
      ? [
          found({
            ...commonOf(issue, author, created),
            type: 'comment_created',
            changeKey: commentCreatedKey(ref, id),
            ...said,
          }),
        ]
      : []),
    ...(updated !== created && isSince(updated, since)
      ? [
          found({
            ...commonOf(issue, updateAuthor, updated),
            type: 'comment_updated',
            changeKey: commentUpdatedKey(ref, id, updated),
            ...said,
          }),
        ]
      : []),
  ];
}

/** Latest first, so that a change before a move is named by the key that the issue had then. */
function historyChanges(issue: UpdatedIssue, since: string): readonly FoundChange[] {
  const latestFirst = issue.changes.toSorted((left, right) => right.at.localeCompare(left.at));
  let key = issue.key;
  return latestFirst.flatMap((change) => {
    const named = key;
    key = change.items.find((item) => item.field === 'Key')?.from ?? key;
    return isSince(change.at, since) && !belongsToCreation(issue, change)
      ? historyChange(issue, change, named)
      : [];
  });
}

/** What a rule of the project does right at the creation is told with it. */
function belongsToCreation(issue: UpdatedIssue, change: IssueChange): boolean {
  return change.at === issue.created;
}

/** Fields of which Jira tells by other events that no cycle answers, or by none at all. */
const SILENT = new Set([
  'link',
  'remoteissuelink',
  'worklogid',
  'worklogtimespent',
  'timespent',
  'timeestimate',
  'timeoriginalestimate',
]);

function historyChange(issue: UpdatedIssue, change: IssueChange, key: string): readonly FoundChange[] {
  const told = change.items.filter((item) => !SILENT.has(item.field.toLowerCase()));
  if (told.length === 0 || isMigration(told)) {
    return change.items.flatMap((item) => linkChange(issue, change, item));
  }
  return [
    found({
      ...commonOf(issue, change.author, change.at),
      type: 'issue_updated',
      changeKey: changelogKey({ id: issue.id, key }, change.id),
      issue: refOf(issue),
      changes: changesOf(change.items.slice(0, EVENT_CHANGES_LIMIT)),
    }),
  ];
}

/** An administrator gave many projects another workflow: no webhook tells of that, and no one asked anything. */
function isMigration(items: readonly IssueChangeItem[]): boolean {
  const fields = items.map((item) => item.field);
  return fields.includes('Workflow') && !fields.includes('Key');
}

function changesOf(items: readonly IssueChangeItem[]): readonly FieldChange[] {
  return fitTexts((limit) => {
    const cut = (value: string | null) => (value === null ? null : cutText(value, limit));
    return items.map(({ field, from, to }) => ({
      field: cutText(field, limit),
      from: cut(from),
      to: cut(to),
    }));
  });
}
