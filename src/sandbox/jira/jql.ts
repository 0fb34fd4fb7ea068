/** Finds issues by JQL: project, key, status, assignee, sprint, dates and a few more. */
import { PRIORITIES } from './catalog.js';
import { type Clause, type Comparison, type Jql, JqlError, type Operator, parseJql } from './jql-parse.js';
import type { JiraIssueRecord } from './records.js';
import type { JiraState } from './state.js';

interface Search {
  readonly state: JiraState;
  readonly now: Date;
  /** Who asks: `currentUser()`. */
  readonly caller: string;
}

/** Throws JqlError with what Jira would answer. */
export function searchIssues(search: Search, jql: string): JiraIssueRecord[] {
  const query = parseJql(jql);
  const { where } = query;
  const found = search.state.issues().filter((issue) => where === null || matches(search, where, issue));
  return sorted(search, found, query);
}

function matches(search: Search, clause: Clause, issue: JiraIssueRecord): boolean {
  switch (clause.kind) {
    case 'and':
      return clause.clauses.every((part) => matches(search, part, issue));
    case 'or':
      return clause.clauses.some((part) => matches(search, part, issue));
    case 'not':
      return !matches(search, clause.clause, issue);
    case 'comparison':
      return compares(search, clause, issue);
  }
}

/** What a field holds, as texts that a value may equal; several where an issue is known by several names. */
type ReadField = (search: Search, issue: JiraIssueRecord) => (string | null)[];

const person = (accountId: string | null, { state }: Search): (string | null)[] =>
  accountId === null ? [] : [accountId, state.findUser(accountId)?.displayName ?? null];

const FIELD_READERS: Readonly<Record<string, ReadField>> = {
  project: ({ state }, issue) => {
    const project = state.findProject(issue.projectKey);
    return [issue.projectKey, project?.id ?? null, project?.name ?? null];
  },
  key: (_search, issue) => [issue.key, issue.id],
  status: ({ state }, issue) => [issue.statusId, state.findStatus(issue.statusId)?.name ?? null],
  statuscategory: ({ state }, issue) => {
    const category = state.findStatus(issue.statusId)?.category ?? null;
    return category === null ? [] : [category, CATEGORY_NAMES[category]];
  },
  issuetype: (_search, issue) => [issue.issueType],
  priority: (_search, issue) => [issue.priority],
  resolution: (_search, issue) => [issue.resolution],
  assignee: (search, issue) => person(issue.assignee, search),
  reporter: (search, issue) => person(issue.reporter, search),
  creator: (search, issue) => person(issue.creator, search),
  labels: (_search, issue) => issue.labels,
  parent: (_search, issue) => (issue.parentKey === null ? [] : [issue.parentKey]),
  sprint: ({ state }, issue) =>
    issue.sprintIds.flatMap((id) => [
      String(id),
      state.findSprint(id)?.name ?? null,
      sprintFunction(state, id),
    ]),
  summary: (_search, issue) => [issue.summary],
  description: (_search, issue) => [issue.description?.wiki ?? null],
  text: ({ state }, issue) => [
    issue.summary,
    issue.description?.wiki ?? null,
    ...state.comments(issue.id).map(({ body }) => body.wiki),
  ],
  created: (_search, issue) => [issue.created],
  updated: (_search, issue) => [issue.updated],
  due: (_search, issue) => [issue.dueDate],
  resolved: (_search, issue) => [issue.resolutionDate],
};

const ALIASES: Readonly<Record<string, string>> = {
  issuekey: 'key',
  issue: 'key',
  id: 'key',
  type: 'issuetype',
  duedate: 'due',
  resolutiondate: 'resolved',
  'cf[10020]': 'sprint',
};

const CATEGORY_NAMES = { new: 'To Do', indeterminate: 'In Progress', done: 'Done' } as const;
const DATES = ['created', 'updated', 'due', 'resolved'];

function sprintFunction(state: JiraState, id: number): string {
  const functions = { active: 'openSprints()', closed: 'closedSprints()', future: 'futureSprints()' };
  return functions[state.findSprint(id)?.state ?? 'future'];
}

function compares(search: Search, { field, operator, values }: Comparison, issue: JiraIssueRecord): boolean {
  const name = ALIASES[field] ?? field;
  const read = FIELD_READERS[name];
  if (read === undefined) {
    throw new JqlError(`Field '${field}' does not exist or you do not have permission to view it.`);
  }
  const held = read(search, issue).filter((value) => value !== null);
  if (operator === 'is' || operator === 'is not') return (held.length === 0) === (operator === 'is');
  if (DATES.includes(name)) return comparesDate(search, held[0], operator, values[0] ?? '');
  return comparesText(
    held,
    operator,
    values.map((value) => resolved(search, value)),
  );
}

function resolved({ caller }: Search, value: string): string {
  return value.toLowerCase() === 'currentuser()' ? caller : value;
}

/** Jira's negative operators do not find issues whose field is empty. */
function comparesText(held: string[], operator: Operator, values: string[]): boolean {
  const lower = held.map((value) => value.toLowerCase());
  const wanted = values.map((value) => value.toLowerCase());
  const equal = wanted.some((value) =>
    value === 'empty' || value === 'null' ? held.length === 0 : lower.includes(value),
  );
  const contains = wanted.some((value) => lower.some((text) => text.includes(value)));
  if (operator === '=' || operator === 'in') return equal;
  if (operator === '!=' || operator === 'not in') return held.length > 0 && !equal;
  if (operator === '~') return contains;
  if (operator === '!~') return held.length > 0 && !contains;
  throw new JqlError(`The operator '${operator}' is not supported by this field.`);
}

function comparesDate(search: Search, held: string | undefined, operator: Operator, value: string): boolean {
  if (held === undefined) return false;
  const compare = DATE_OPERATORS[operator];
  if (compare === undefined) {
    throw new JqlError(`The operator '${operator}' is not supported by this field.`);
  }
  return compare(Date.parse(held) - dateOf(search.now, value));
}

const DATE_OPERATORS: { readonly [O in Operator]?: (difference: number) => boolean } = {
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '=': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
};

const UNITS: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `-3d`, `2026-01-31`, `2026/01/31 09:30`, or `now()`; the site's time zone is UTC. Milliseconds. */
function dateOf(now: Date, value: string): number {
  if (value.toLowerCase() === 'now()') return now.getTime();
  if (value.toLowerCase() === 'startofday()')
    return Date.parse(`${now.toISOString().slice(0, 10)}T00:00:00Z`);
  const relative = /^([+-]?\d+)([mhdw])$/.exec(value);
  if (relative !== null) return now.getTime() + Number(relative[1]) * (UNITS[relative[2] ?? 'm'] ?? 0);
  const absolute = /^(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[ T](\d\d?):(\d\d))?$/.exec(value);
  if (absolute === null) {
    throw new JqlError(
      `Date value '${value}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
    );
  }
  const [, year, month, day, hour = '0', minute = '0'] = absolute;
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
}

function sorted(search: Search, issues: JiraIssueRecord[], { orderBy }: Jql): JiraIssueRecord[] {
  const orders = orderBy.length > 0 ? orderBy : [{ field: 'created', descending: true }];
  return issues.toSorted((left, right) => {
    for (const { field, descending } of orders) {
      const difference = compareBy(search, field, left, right);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
}

function compareBy(search: Search, field: string, left: JiraIssueRecord, right: JiraIssueRecord): number {
  const name = ALIASES[field] ?? field;
  if (name === 'rank') return 0;
  if (name === 'key') return compareKeys(left, right);
  if (name === 'priority') return rankOf(right.priority) - rankOf(left.priority);
  const read = FIELD_READERS[name];
  if (read === undefined) {
    throw new JqlError(`Field '${field}' does not exist or you do not have permission to view it.`);
  }
  return (read(search, left)[0] ?? '').localeCompare(read(search, right)[0] ?? '');
}

function compareKeys(left: JiraIssueRecord, right: JiraIssueRecord): number {
  if (left.projectKey !== right.projectKey) return left.projectKey.localeCompare(right.projectKey);
  return numberOf(left) - numberOf(right);
}

function numberOf({ key }: JiraIssueRecord): number {
  return Number(key.slice(key.lastIndexOf('-') + 1));
}

/** Highest is 0, so that ascending means rising importance. */
function rankOf(priority: string | null): number {
  const rank = PRIORITIES.findIndex(({ name }) => name === priority);
  return rank < 0 ? PRIORITIES.length : rank;
}
