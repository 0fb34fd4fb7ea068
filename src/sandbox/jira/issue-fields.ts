/** Reads the `fields` and `update` of a create, edit or transition call; collects what Jira would refuse, field by field. */
import { at, isRecord, type JsonRecord, listAt, textAt } from '../loose-json.js';
import { ISSUE_TYPES, PRIORITIES, RESOLUTIONS, SPRINT_FIELD, STORY_POINTS_FIELD } from './catalog.js';
import { CLOSED_SPRINT } from './errors.js';
import type { IssueChanges } from './issues.js';
import type { JiraIssueRecord } from './records.js';
import type { View } from './render.js';
import { readText } from './routing.js';

export interface ReadFields {
  readonly changes: IssueChanges;
  readonly errors: Record<string, string>;
}

interface Reading {
  readonly view: View;
  /** The issue as it stands; null on create. */
  readonly issue: JiraIssueRecord | null;
  readonly changes: IssueChanges;
  /** Answers what is wrong, or null. */
  readonly value: unknown;
  readonly id: string;
}

const LONGEST_SUMMARY = 255;

/** `project` is the caller's: it is skipped here. */
export function readIssueFields(view: View, issue: JiraIssueRecord | null, body: unknown): ReadFields {
  const changes: IssueChanges = {};
  const errors: Record<string, string> = {};
  const given = { ...recordOf(at(body, 'fields')), ...setOperations(issue, at(body, 'update')) };
  for (const [id, value] of Object.entries(given)) {
    if (id === 'project') continue;
    const read = READERS[id] ?? (id.startsWith('customfield_') ? readCustom : unknownField);
    const problem = read({ view, issue, changes, value, id });
    if (problem !== null) errors[id] = problem;
  }
  return { changes, errors };
}

/** `update: {labels: [{add: …}]}` as the value that results. Comments are added by the caller. */
function setOperations(issue: JiraIssueRecord | null, update: unknown): JsonRecord {
  const result: Record<string, unknown> = {};
  for (const [id, operations] of Object.entries(recordOf(update))) {
    if (id === 'comment' || !Array.isArray(operations)) continue;
    let value: unknown = id === 'labels' ? (issue?.labels ?? []) : undefined;
    for (const operation of operations) value = applied(value, operation);
    result[id] = value;
  }
  return result;
}

function applied(value: unknown, operation: unknown): unknown {
  if (!isRecord(operation)) return value;
  if ('set' in operation) return operation.set;
  const list = Array.isArray(value) ? (value as unknown[]) : [];
  if ('add' in operation) return [...list.filter((member) => member !== operation.add), operation.add];
  if ('remove' in operation) return list.filter((member) => member !== operation.remove);
  return value;
}

function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}

const READERS: Readonly<Record<string, (reading: Reading) => string | null>> = {
  summary: ({ value, changes }) => {
    if (typeof value !== 'string' || value.trim() === '') return 'You must specify a summary of the issue.';
    if (value.includes('\n')) return 'The summary is invalid because it contains newline characters.';
    if (value.length > LONGEST_SUMMARY)
      return `Summary must be less than or equal to ${LONGEST_SUMMARY} characters.`;
    changes.summary = value;
    return null;
  },
  description: ({ value, changes, view }) => {
    if (value === null || value === '') {
      changes.description = null;
      return null;
    }
    const text = readText(view, value);
    if ('problem' in text) return text.problem;
    changes.description = text;
    return null;
  },
  issuetype: ({ value, changes }) => {
    const type = ISSUE_TYPES.find((known) => names(value, known));
    if (type === undefined) return 'Specify a valid issue type';
    changes.issueType = type.name;
    return null;
  },
  priority: ({ value, changes }) => {
    const priority = PRIORITIES.find((known) => names(value, known));
    if (priority === undefined && value !== null) return 'The priority selected is invalid.';
    changes.priority = priority?.name ?? null;
    return null;
  },
  resolution: ({ value, changes }) => {
    const resolution = RESOLUTIONS.find((known) => names(value, known));
    if (resolution === undefined && value !== null) return 'The resolution selected is invalid.';
    changes.resolution = resolution?.name ?? null;
    return null;
  },
  assignee: (reading) => readUser(reading, 'assignee'),
  reporter: (reading) => readUser(reading, 'reporter'),
  labels: ({ value, changes }) => {
    if (!Array.isArray(value) || !value.every((label) => typeof label === 'string'))
      return 'Operation value must be an array of strings';
    const spaced = value.find((label) => /\s/.test(label));
    if (spaced !== undefined) return `The label '${spaced}' contains spaces which is invalid.`;
    changes.labels = value;
    return null;
  },
  duedate: ({ value, changes }) => {
    if (value !== null && !(typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)))
      return "Error parsing date string: it must be 'yyyy-MM-dd'.";
    changes.dueDate = value;
    return null;
  },
  parent: ({ value, changes, view }) => {
    const parent = view.state.findIssue(textAt(value, 'key') ?? textAt(value, 'id') ?? '');
    if (value !== null && parent === null) return 'Could not find valid parent issue.';
    changes.parentKey = parent?.key ?? null;
    return null;
  },
  [STORY_POINTS_FIELD]: ({ value, changes }) => {
    if (value !== null && typeof value !== 'number') return 'Operation value must be a number';
    changes.storyPoints = value;
    return null;
  },
  [SPRINT_FIELD]: ({ value, changes, issue, view }) => {
    const closed = (issue?.sprintIds ?? []).filter((id) => view.state.findSprint(id)?.state === 'closed');
    const sprint = view.state.findSprint(Number(value ?? Number.NaN));
    if (value !== null && sprint === null) return 'The sprint does not exist.';
    if (sprint?.state === 'closed') return CLOSED_SPRINT;
    changes.sprintIds = sprint === null ? closed : [...closed.filter((id) => id !== sprint.id), sprint.id];
    return null;
  },
};

function readUser({ value, changes, view }: Reading, field: 'assignee' | 'reporter'): string | null {
  const accountId = textAt(value, 'accountId') ?? textAt(value, 'id');
  if (accountId !== null && view.state.findUser(accountId) === null) {
    return `User '${accountId}' cannot be assigned issues.`;
  }
  changes[field] = accountId;
  return null;
}

function readCustom({ value, changes, issue, id }: Reading): string | null {
  changes.custom = { ...issue?.custom, ...changes.custom, [id]: value };
  return null;
}

function unknownField({ id }: Reading): string {
  return `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`;
}

/** Does `{id}` or `{name}` name this entry? */
function names(value: unknown, entry: { id: string; name: string }): boolean {
  const id = textAt(value, 'id');
  if (id !== null) return id === entry.id;
  return textAt(value, 'name')?.toLowerCase() === entry.name.toLowerCase();
}

/** The texts of `update.comment[].add.body`. */
export function addedComments(body: unknown): unknown[] {
  return listAt(body, 'update', 'comment').map((operation) => at(operation, 'add', 'body'));
}
