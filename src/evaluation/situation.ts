/** Short ways to write down what happened and how things stood, in the shapes that the product reads. */
import type { Context, ContextFacts, ContextItem, ContextItemKind } from '../domain/context.js';
import type { FieldChange } from '../domain/event.js';
import { BOARD, CHANNEL, NOW, PEOPLE, type Person, PROJECT, REPOSITORY } from './team.js';

type Situation = Pick<Context, 'facts' | 'items'>;

export interface IssueSpec {
  readonly key?: string;
  readonly summary: string;
  readonly description?: string;
  readonly type?: string;
  readonly status?: string;
  readonly priority?: string;
  readonly assignee?: Person | null;
  readonly reporter?: Person;
  readonly labels?: readonly string[];
  readonly dueDate?: string | null;
  readonly sprint?: { readonly name: string; readonly endDate: string; readonly goal?: string } | null;
  readonly comments?: readonly Said[];
  readonly links?: readonly {
    readonly relation: string;
    readonly key: string;
    readonly status: string;
    readonly summary: string;
  }[];
  readonly changes?: readonly (FieldChange & { readonly by: Person; readonly at?: string })[];
  readonly reachable?: readonly string[];
}

export interface Said {
  readonly id: string;
  readonly by: Person;
  readonly text: string;
}

const NO_FACTS: ContextFacts = { issue: null, pullRequest: null, thread: null };
const REACHABLE = ['To Do', 'In Progress', 'In Review', 'Done'];
export const SPRINT_ID = 31;

function item(
  kind: ContextItemKind,
  id: string,
  source: string,
  data: Readonly<Record<string, unknown>>,
): ContextItem {
  return { id, kind, source, fetchedAt: NOW, hash: 'scenario', data };
}

function named(person: Person | null): { readonly id: string; readonly name: string } | null {
  return person === null ? null : { id: person.id, name: person.name };
}

/** An issue with what belongs to it. */
export function issue(spec: IssueSpec): Situation {
  return { facts: { ...NO_FACTS, issue: issueFacts(spec) }, items: issueItems(spec) };
}

export function keyOf({ key = `${PROJECT}-142` }: IssueSpec): string {
  return key;
}

function issueFacts(spec: IssueSpec): NonNullable<ContextFacts['issue']> {
  const { summary, status = 'To Do', priority = 'Medium', assignee = null, labels = [] } = spec;
  const reachable = (spec.reachable ?? REACHABLE).filter((name) => name !== status);
  return {
    id: '10142',
    key: keyOf(spec),
    summary,
    projectKey: keyOf(spec).replace(/-\d+$/, ''),
    status,
    assigneeId: assignee?.id ?? null,
    priority,
    updated: NOW,
    labels,
    dueDate: spec.dueDate ?? null,
    sprintId: (spec.sprint ?? null) === null ? null : SPRINT_ID,
    reachableStatuses: reachable,
    finalStatuses: reachable.filter((name) => name === 'Done'),
    people: PEOPLE.map(({ id, name }) => ({ id, name })),
    linkedKeys: (spec.links ?? []).map(({ key }) => key),
  };
}

function issueItems(spec: IssueSpec): readonly ContextItem[] {
  const { sprint = null, links = [], comments = [], changes = [] } = spec;
  return [
    item('issue', 'issue', 'jira:rest', issueData(spec)),
    ...(sprint === null
      ? []
      : [item('sprint', `sprint-${SPRINT_ID}`, 'jira:rest', { id: SPRINT_ID, state: 'active', ...sprint })]),
    ...links.map((link, index) => item('link', `link-${index + 1}`, 'jira:rest', { ...link })),
    ...comments.map(({ id, by, text }) =>
      item('comment', `comment-${id}`, 'jira:rest', { id, author: named(by), created: NOW, body: text }),
    ),
    ...changes.map(({ by, at = NOW, ...change }, index) =>
      item('change', `change-${index + 1}`, 'jira:rest', { ...change, author: named(by), at }),
    ),
  ];
}

function issueData(spec: IssueSpec): Readonly<Record<string, unknown>> {
  const { summary, description = '', type = 'Task', status = 'To Do', priority = 'Medium' } = spec;
  return {
    id: '10142',
    key: keyOf(spec),
    projectKey: keyOf(spec).replace(/-\d+$/, ''),
    summary,
    description,
    issueType: type,
    status,
    statusCategory: status === 'Done' ? 'done' : status === 'To Do' ? 'new' : 'indeterminate',
    priority,
    assignee: named(spec.assignee ?? null),
    reporter: named(spec.reporter ?? PEOPLE[0] ?? null),
    labels: spec.labels ?? [],
    dueDate: spec.dueDate ?? null,
    created: '2026-11-20T09:00:00.000Z',
    updated: NOW,
    parentKey: null,
    subtasks: [],
    sprint: spec.sprint?.name ?? null,
  };
}

export interface PullRequestSpec {
  readonly id?: number;
  readonly title: string;
  readonly description?: string;
  readonly state?: string;
  readonly author?: Person;
  readonly branch?: string;
  readonly reviewers?: readonly { readonly name: string; readonly state: string }[];
  readonly comments?: readonly Said[];
  readonly builds?: readonly { readonly name: string; readonly state: string }[];
  readonly createdOn?: string;
  readonly updatedOn?: string;
}

/** A pull request, and the issue that it names where there is one. */
export function pullRequest(spec: PullRequestSpec, about: IssueSpec | null = null): Situation {
  const { id = 57, title, state = 'OPEN', branch = 'feature/work', updatedOn = NOW } = spec;
  const facts = {
    repository: REPOSITORY,
    id,
    title,
    state,
    updated: updatedOn,
    sourceBranch: branch,
    destinationBranch: 'main',
  };
  return {
    facts: { ...NO_FACTS, issue: about === null ? null : issueFacts(about), pullRequest: facts },
    items: [...pullRequestItems(spec, facts), ...(about === null ? [] : issueItems(about))],
  };
}

function pullRequestItems(
  {
    description = '',
    author = PEOPLE[1],
    reviewers = [],
    comments = [],
    builds = [],
    createdOn = NOW,
  }: PullRequestSpec,
  facts: NonNullable<ContextFacts['pullRequest']>,
): readonly ContextItem[] {
  return [
    item('pull_request', 'pr', 'bitbucket:rest', {
      ...facts,
      description,
      author: author === undefined ? null : { id: author.bitbucket, name: author.name },
      reviewers,
      createdOn,
      updatedOn: facts.updated,
      files: [{ path: 'src/pay.ts', status: 'modified', linesAdded: 12, linesRemoved: 3 }],
      fileCount: 1,
    }),
    ...comments.map(({ id, by, text }) =>
      item('comment', `comment-${id}`, 'bitbucket:rest', {
        id,
        author: { id: by.bitbucket, name: by.name },
        createdOn: NOW,
        body: text,
      }),
    ),
    ...builds.map(({ name, state }, index) =>
      item('commit_status', `build-${index + 1}`, 'bitbucket:rest', {
        name,
        state,
        branch: facts.sourceBranch,
      }),
    ),
  ];
}

/** A build's report, with the name of the main branch. */
export function build(report: {
  readonly name: string;
  readonly state: string;
  readonly branch: string;
}): Situation {
  const data = { ...report, mainBranch: 'main', commit: COMMIT };
  return { facts: NO_FACTS, items: [item('commit_status', 'build-1', 'bitbucket:rest', data)] };
}

export const COMMIT = '4f1c2ab90d3e';

/** A sprint and the issues in it. */
export function sprint(
  spec: {
    readonly name: string;
    readonly state: string;
    readonly goal?: string | null;
    readonly endDate: string;
  },
  issues: readonly { readonly key: string; readonly summary: string; readonly status: string }[],
): Situation {
  const data = { id: SPRINT_ID, boardId: BOARD, goal: null, ...spec, issueCount: issues.length };
  return {
    facts: NO_FACTS,
    items: [
      item('sprint', `sprint-${SPRINT_ID}`, 'jira:rest', data),
      ...issues.map((one) => item('issue', `issue-${one.key}`, 'jira:rest', { ...one })),
    ],
  };
}

export const THREAD = '1763892000.000100';

/** A conversation in Slack, and the issue that it names where there is one. */
export function conversation(said: readonly Said[], about: IssueSpec | null = null): Situation {
  return {
    facts: {
      ...NO_FACTS,
      issue: about === null ? null : issueFacts(about),
      thread: { channel: CHANNEL, threadTs: THREAD },
    },
    items: [
      ...said.map(({ id, by, text }) =>
        item('message', `message-${id}`, 'slack:rest', { ts: id, user: by.slack, name: by.name, text }),
      ),
      ...(about === null ? [] : issueItems(about)),
    ],
  };
}
