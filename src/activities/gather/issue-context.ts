/** One Jira issue as context: items for the model, facts for the code that judges. */
import { projectOfKey } from '../../domain/actions/jira-issue.js';
import type { ContextFacts } from '../../domain/context.js';
import type { IssueField, IssueName, IssueReading, Origin } from '../../integrations/jira/issue-reader.js';
import type { JiraIssue, JiraUser, TransitionField } from '../../integrations/jira/jira.js';
import { assigneeOf } from '../assignee.js';
import { boundedText } from '../bounded-text.js';
import type { Collector, ItemOrigin } from './collector.js';
import { type GatherSources, OutOfReach } from './gatherer.js';
import {
  addLinkedPullRequests,
  findLinkedPullRequests,
  type LinkedPullRequest,
} from './linked-pull-requests.js';
import { waysOf } from './ways.js';

type IssueFacts = NonNullable<ContextFacts['issue']>;

const SOURCE = 'jira:rest';
/** Labels that an issue is shown with: each has up to 255 characters. */
const LABELS = 30;
/** What one call lists at most, by the port. */
const PEOPLE_LISTED = 20;

/** The subject's issue with its pull requests. Throws the vendor's "not found" for the issue itself; the rest is optional. */
export async function readIssue(name: IssueName, sources: GatherSources): Promise<IssueFacts> {
  const { key } = name;
  if (key === null) {
    const reading = ownIssue(await sources.issues.readIssue(name), sources);
    return addMainIssue(reading, sources, { pullRequests: true });
  }
  const [reading, around] = await Promise.allSettled([
    sources.issues.readIssue(name),
    readAround(key, sources, { pullRequests: true }),
  ]);
  // The issue's own failure tells more than that of a read around it.
  if (reading.status === 'rejected') {
    throw reading.reason;
  }
  if (around.status === 'rejected') {
    throw around.reason;
  }
  return addIssue(ownIssue(reading.value, sources), around.value, sources);
}

/** Where it is now, which is not where it was when the event left: issues are moved. Throws where no team names that project. */
function ownIssue(reading: IssueReading, { mayRead }: GatherSources): IssueReading {
  const { key, projectKey } = reading.issue;
  if (!mayRead(projectKey, projectKey)) {
    throw new OutOfReach(key, projectKey);
  }
  return reading;
}

/** Adds an issue that was read already as the one that may be acted on. */
export async function addMainIssue(
  reading: IssueReading,
  sources: GatherSources,
  about: { readonly pullRequests: boolean },
): Promise<IssueFacts> {
  return addIssue(reading, await readAround(reading.issue.key, sources, about), sources);
}

/** Adds an issue that was asked for besides the main one, with what was said and done on it. */
export function readFurtherIssue(reading: IssueReading, sources: GatherSources): void {
  const { collector } = sources;
  addFurtherIssue(reading, sources);
  addLinks(reading, sources);
  addComments(reading, collector);
  addChanges(reading, collector);
}

/** Adds an issue that is only told about. */
export function addFurtherIssue(reading: IssueReading, sources: GatherSources): void {
  const { collector } = sources;
  collector.noteRead(reading.read);
  const data = issueData(reading.issue, sources);
  collector.add('issue', `issue-${reading.issue.key}`, originOf(data, reading), data);
}

interface Around {
  readonly people: readonly JiraUser[];
  readonly pullRequests: readonly LinkedPullRequest[];
}

async function readAround(
  key: string,
  sources: GatherSources,
  about: { readonly pullRequests: boolean },
): Promise<Around> {
  const { issues, collector } = sources;
  const [people, pullRequests] = await Promise.all([
    collector.optional(issues.assignableUsers(key), `assignable people of ${key}`),
    about.pullRequests ? findLinkedPullRequests(key, sources) : [],
  ]);
  if ((people ?? []).length >= PEOPLE_LISTED) {
    collector.leaveOut(`assignable people of ${key} beyond the first ${PEOPLE_LISTED}`);
  }
  return { people: people ?? [], pullRequests };
}

function addIssue(reading: IssueReading, around: Around, sources: GatherSources): IssueFacts {
  const { collector } = sources;
  const { issue, transitions } = reading;
  collector.noteRead(reading.read);
  const data = issueData(issue, sources);
  collector.add('issue', 'issue', originOf(data, reading), data);
  addSprintOf(reading, collector);
  addLinks(reading, sources);
  addComments(reading, collector);
  addChanges(reading, collector);
  for (const { id, name, toStatus, fields = [] } of transitions) {
    const demands = demandsOf(fields);
    collector.add('transition', `transition-${id}`, SOURCE, {
      name,
      toStatus,
      ...(demands.length === 0 ? {} : { demands }),
    });
  }
  addLinkedPullRequests(around.pullRequests, collector);
  return factsOf(reading, around.people);
}

/** The sprint that the issue is in, once for all issues of it. */
export function addSprintOf({ issue: { sprint }, origins }: IssueReading, collector: Collector): void {
  if (sprint !== null && !collector.items.some(({ id }) => id === `sprint-${sprint.id}`)) {
    const goal = bounded(sprint.goal, 'the sprint goal', collector);
    collector.add('sprint', `sprint-${sprint.id}`, origins.sprint, { ...sprint, goal });
  }
}

function addLinks({ issue, origins }: IssueReading, sources: GatherSources): void {
  const { collector } = sources;
  for (const link of collector.newest(issue.links, `links of ${issue.key}`)) {
    collector.add('link', `link-${link.id}`, origins.links, { ...named(link, issue, sources) });
  }
}

/** Of another issue that is in a project which may not be read, how it stands, but not what it is about. */
function named<Other extends Named>(other: Other, { projectKey }: JiraIssue, { mayRead }: GatherSources) {
  return mayRead(projectOfKey(other.key), projectKey) ? other : { ...other, summary: null };
}

type Named = { readonly key: string; readonly summary: string | null };

function addComments({ issue, origins }: IssueReading, collector: Collector): void {
  for (const comment of collector.newest(issue.comments, `comments of ${issue.key}`, issue.commentTotal)) {
    const body = collector.text(comment.body, `comment ${comment.id}`);
    collector.add('comment', `comment-${comment.id}`, origins.comments, {
      ...comment,
      author: nameOf(comment.author),
      body,
    });
  }
}

function addChanges({ issue, origins }: IssueReading, collector: Collector): void {
  for (const { id, authorId: _account, ...change } of collector.newest(
    issue.changes,
    `changes of ${issue.key}`,
  )) {
    collector.add('change', `change-${id}`, origins.changes, {
      ...change,
      from: bounded(change.from, `change ${id}`, collector),
      to: bounded(change.to, `change ${id}`, collector),
    });
  }
}

/** Of an item whose members are an issue's fields: who told it, when the oldest of it was told, and what another filled in. */
function originOf(data: Readonly<Record<string, unknown>>, { origins }: IssueReading): ItemOrigin {
  const members = Object.keys(data) as IssueField[];
  const told = members.map((member): readonly [string, Origin] => [member, origins[member]]);
  const fetchedAt = told.map(([, origin]) => origin.fetchedAt).toSorted()[0];
  const filled = told.flatMap(([member, { source }]) => (source === SOURCE ? [member] : []));
  const when = fetchedAt === undefined ? {} : { fetchedAt };
  return filled.length === members.length || filled.length === 0
    ? { source: filled.length === 0 ? 'jira:mcp' : SOURCE, ...when }
    : { source: 'jira:mcp', filled: { source: SOURCE, members: filled }, ...when };
}

function issueData(issue: JiraIssue, sources: GatherSources): Readonly<Record<string, unknown>> {
  const { collector } = sources;
  const { id, key, projectKey, summary, issueType, status, statusCategory, priority, labels } = issue;
  const { dueDate, created, updated, parentKey, subtasks } = issue;
  return {
    id,
    key,
    projectKey,
    summary,
    description: collector.text(issue.description, `the description of ${key}`),
    issueType,
    status,
    statusCategory,
    priority,
    assignee: nameOf(issue.assignee),
    reporter: nameOf(issue.reporter),
    labels: collector.first(labels, LABELS, `labels of ${key}`),
    dueDate,
    created,
    updated,
    parentKey,
    ...(issue.estimate === null ? {} : { estimate: issue.estimate }),
    subtasks: collector.newest(subtasks, `sub-tasks of ${key}`).map((one) => named(one, issue, sources)),
    sprint: issue.sprint?.name ?? null,
  };
}

function bounded(text: string | null, what: string, collector: Collector): string | null {
  return text === null ? null : collector.text(text, what);
}

function nameOf(user: JiraUser | null): { readonly id: string; readonly name: string } | null {
  return user === null ? null : { id: user.accountId, name: user.displayName };
}

function factsOf({ issue, transitions }: IssueReading, assignable: readonly JiraUser[]): IssueFacts {
  const { id, key, summary, projectKey, status, priority, updated } = issue;
  const related = [...issue.links, ...issue.subtasks];
  const linked = related.map((other) => other.key);
  return {
    id,
    key,
    summary,
    projectKey,
    status,
    assigneeId: assigneeOf(issue),
    priority,
    updated,
    labels: issue.labels,
    dueDate: issue.dueDate,
    sprintId: issue.sprint?.id ?? null,
    ...waysOf(transitions),
    people: peopleOf([
      issue.reporter,
      issue.assignee,
      ...issue.comments.map((one) => one.author),
      ...assignable,
    ]),
    linkedKeys: [...new Set(issue.parentKey === null ? linked : [issue.parentKey, ...linked])],
    linked: related.map((other) => ({ key: other.key, summary: other.summary, status: other.status })),
    description: boundedText(issue.description),
  };
}

/** More values than this nobody chooses from. */
const VALUES_SHOWN = 20;

function demandsOf(fields: readonly TransitionField[]) {
  return fields
    .filter(({ isDemanded }) => isDemanded)
    .map(({ id, name, allowed }) => ({
      field: id,
      name,
      values: allowed?.slice(0, VALUES_SHOWN).map((one) => one.name) ?? null,
    }));
}

/** Apps, the agent among them, are nobody to assign work to. */
function peopleOf(users: readonly (JiraUser | null)[]): IssueFacts['people'] {
  const people = users
    .filter((user) => user !== null && !user.isApp)
    .map(nameOf)
    .filter((one) => one !== null);
  return [...new Map(people.map((person) => [person.id, person])).values()];
}
