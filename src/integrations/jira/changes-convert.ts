/** From Jira's JSON to the shapes of the sweep's port. Pure. */
import type { BoardSprint, IssueChange, IssueChangeItem, IssueComment, IssueLink } from './changes.js';
import type { BoardSprintJson, ChangedCommentJson } from './changes-schema.js';
import { isoUtc, toMarkdown, toUser } from './convert.js';
import type { HistoryJson, LinkJson } from './schema.js';

export function toIssueComment(comment: ChangedCommentJson): IssueComment {
  const created = isoUtc(comment.created ?? '');
  const author = toUser(comment.author);
  return {
    id: comment.id,
    author,
    updateAuthor: toUser(comment.updateAuthor) ?? author,
    body: toMarkdown(comment.body),
    created,
    updated: timeOr(comment.updated, created),
  };
}

export function toIssueChange(history: HistoryJson): IssueChange {
  return {
    id: history.id,
    at: isoUtc(history.created ?? ''),
    author: toUser(history.author),
    items: (history.items ?? []).map(toItem),
  };
}

type ItemJson = NonNullable<HistoryJson['items']>[number];

function toItem(item: ItemJson): IssueChangeItem {
  const toValue = ownText(item, 'to');
  return {
    field: item.field ?? item.fieldId ?? '',
    from: item.fromString ?? ownText(item, 'from'),
    to: ownText(item, 'toString') ?? toValue,
    toValue,
  };
}

/** One of an item's keys is called `toString`, which every object inherits. */
function ownText(item: ItemJson, key: string): string | null {
  const value: unknown = Object.hasOwn(item, key) ? item[key] : null;
  return typeof value === 'string' ? value : null;
}

/** A link to an issue that we may not see comes without it: left out. The outward issue is the link's destination. */
export function toIssueLinks(issueId: string, links: readonly LinkJson[]): readonly IssueLink[] {
  return links.flatMap(({ id, type, outwardIssue, inwardIssue }) => {
    const isSource = outwardIssue !== null && outwardIssue !== undefined;
    const other = isSource ? outwardIssue : inwardIssue;
    if (!isText(id) || !isText(other?.id) || !isText(other?.key)) {
      return [];
    }
    const ends = isSource
      ? { sourceIssueId: issueId, destinationIssueId: other.id }
      : { sourceIssueId: other.id, destinationIssueId: issueId };
    const verb = (isSource ? type?.outward : type?.inward) ?? null;
    return [{ id, linkType: type?.name ?? null, verb, ...ends, otherKey: other.key }];
  });
}

function isText(value: string | null | undefined): value is string {
  return typeof value === 'string' && value !== '';
}

export function toBoardSprint(sprint: BoardSprintJson): BoardSprint {
  return {
    self: sprint.self ?? null,
    id: sprint.id,
    name: sprint.name,
    state: sprint.state.toLowerCase(),
    goal: isText(sprint.goal) ? sprint.goal : null,
    boardId: sprint.originBoardId ?? null,
    startDate: timeOr(sprint.startDate, null),
    completeDate: timeOr(sprint.completeDate, null),
  };
}

function timeOr<F extends string | null>(time: string | null | undefined, fallback: F): string | F {
  return time === null || time === undefined ? fallback : isoUtc(time);
}
