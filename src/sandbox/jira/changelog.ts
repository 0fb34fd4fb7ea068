/** What an issue's changelog says about a change, field by field, in Jira's own words. */
import { PRIORITIES, RESOLUTIONS, SPRINT_FIELD, STORY_POINTS_FIELD } from './catalog.js';
import type { DirectoryState } from './directory.js';
import type { JiraChangeItem, JiraIssueRecord } from './records.js';
import type { SprintState } from './sprints.js';

type Names = Pick<DirectoryState, 'findUser' | 'findStatus'> & Pick<SprintState, 'findSprint'>;
type Value = readonly [id: string | null, text: string | null];
type Describe = (issue: JiraIssueRecord, names: Names) => Value;

/** One item for each field that differs. */
export function changelogItems(
  before: JiraIssueRecord,
  after: JiraIssueRecord,
  names: Names,
): JiraChangeItem[] {
  const known = DESCRIBED.flatMap(([fieldId, field, describe]) =>
    item(fieldId, field, describe(before, names), describe(after, names)),
  );
  const customIds = new Set([...Object.keys(before.custom), ...Object.keys(after.custom)]);
  const custom = [...customIds].flatMap((id) =>
    item(id, id, [null, asText(before.custom[id])], [null, asText(after.custom[id])]),
  );
  return [...known, ...custom];
}

function item(fieldId: string, field: string, from: Value, to: Value): JiraChangeItem[] {
  if (from[0] === to[0] && from[1] === to[1]) return [];
  return [{ field, fieldId, from: from[0], fromString: from[1], to: to[0], toString: to[1] }];
}

const DESCRIBED: readonly (readonly [fieldId: string, field: string, describe: Describe])[] = [
  ['summary', 'summary', (issue) => [null, issue.summary]],
  ['description', 'description', (issue) => [null, issue.description?.wiki ?? null]],
  ['issuetype', 'issuetype', (issue) => [null, issue.issueType]],
  ['status', 'status', (issue, names) => [issue.statusId, names.findStatus(issue.statusId)?.name ?? null]],
  ['resolution', 'resolution', (issue) => [idOf(RESOLUTIONS, issue.resolution), issue.resolution]],
  ['priority', 'priority', (issue) => [idOf(PRIORITIES, issue.priority), issue.priority]],
  ['assignee', 'assignee', (issue, names) => person(issue.assignee, names)],
  ['reporter', 'reporter', (issue, names) => person(issue.reporter, names)],
  ['labels', 'labels', (issue) => [null, issue.labels.join(' ')]],
  ['duedate', 'duedate', (issue) => [issue.dueDate, issue.dueDate]],
  ['parent', 'IssueParentAssociation', (issue) => [issue.parentKey, issue.parentKey]],
  [STORY_POINTS_FIELD, 'Story Points', (issue) => [null, issue.storyPoints?.toString() ?? null]],
  [SPRINT_FIELD, 'Sprint', sprints],
];

function sprints(issue: JiraIssueRecord, names: Names): Value {
  if (issue.sprintIds.length === 0) return ['', ''];
  const texts = issue.sprintIds.map((id) => names.findSprint(id)?.name ?? String(id));
  return [issue.sprintIds.join(', '), texts.join(', ')];
}

function person(accountId: string | null, names: Names): Value {
  if (accountId === null) return [null, null];
  return [accountId, names.findUser(accountId)?.displayName ?? accountId];
}

function idOf(catalog: readonly { id: string; name: string }[], name: string | null): string | null {
  return catalog.find((entry) => entry.name === name)?.id ?? null;
}

function asText(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
