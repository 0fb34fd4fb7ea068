/** The fields of vendors that can carry a text, one row each, cut as the door and "gather" cut them. */
import { headAndTail } from '../../src/activities/gather/collector.js';
import { plainName } from '../../src/activities/gather/slack-names.js';
import type { Context, ContextItem, ContextItemKind } from '../../src/domain/context.js';
import {
  EVENT_NAME_LIMIT,
  EVENT_TEXT_LIMIT,
  EVENT_TITLE_LIMIT,
  type PmEvent,
} from '../../src/domain/event.js';
import { adfToMarkdown } from '../../src/domain/markup/adf.js';
import { ANA, BO } from '../../src/sandbox/seed/people.js';
import { facts, item } from '../activities/support/vendor-data.js';
import { commentEvent } from '../support/builders.js';

export interface Carried {
  readonly event: PmEvent;
  readonly context: Context;
}

/** Where a part of a text stands. */
type Placing = Partial<{
  [K in
    | 'summary'
    | 'description'
    | 'label'
    | 'attachment'
    | 'body'
    | 'link'
    | 'sprint'
    | 'person'
    | 'branch'
    | 'title'
    | 'commit'
    | 'reason'
    | 'prBody'
    | 'prComment'
    | 'chosen'
    | 'changed'
    | 'subtask'
    | 'file'
    | 'build'
    | 'edited'
    | 'told'
    | 'nickname']: string;
}>;

type Happening =
  | 'comment'
  | 'pull request'
  | 'message'
  | 'change'
  | 'sprint'
  | 'link'
  | 'push'
  | 'build'
  | 'command'
  | 'interaction';

interface Carrier {
  readonly happened: Happening;
  place(text: string): Placing;
}

const IN_ISSUE = 'comment';

export const CARRIERS = {
  summary: { happened: IN_ISSUE, place: (text) => ({ summary: text }) },
  description: { happened: IN_ISSUE, place: (text) => ({ description: text }) },
  comment: { happened: IN_ISSUE, place: (text) => ({ body: text }) },
  'adf node': { happened: IN_ISSUE, place: (text) => ({ body: adfToMarkdown(strangeDocument(text)) }) },
  'link title': { happened: IN_ISSUE, place: (text) => ({ link: text }) },
  'attachment name': { happened: IN_ISSUE, place: (text) => ({ attachment: text }) },
  label: { happened: IN_ISSUE, place: (text) => ({ label: text.replace(/\s+/g, '_') }) },
  'sprint name': { happened: IN_ISSUE, place: (text) => ({ sprint: text }) },
  'display name': { happened: IN_ISSUE, place: (text) => ({ person: text }) },
  'branch name': { happened: 'pull request', place: (text) => ({ branch: text.replace(/\s+/g, '-') }) },
  'PR title': { happened: 'pull request', place: (text) => ({ title: text }) },
  'commit message': { happened: 'pull request', place: (text) => ({ commit: text }) },
  'reason of a rejection': { happened: IN_ISSUE, place: (text) => ({ reason: text }) },
  'Slack text': { happened: 'message', place: (text) => ({ body: text }) },
  'PR description': { happened: 'pull request', place: (text) => ({ prBody: text }) },
  'PR comment': { happened: 'pull request', place: (text) => ({ prComment: text }) },
  'file path': { happened: 'pull request', place: (text) => ({ file: text }) },
  // Of issue types, priorities, statuses, transitions, what a screen asks for, types of links.
  'name that an admin chose': { happened: IN_ISSUE, place: (text) => ({ chosen: text }) },
  // Its name (of a custom field too) and its values: components, versions, former titles.
  'changed field': { happened: 'change', place: (text) => ({ changed: text }) },
  'sub-task': { happened: IN_ISSUE, place: (text) => ({ subtask: text }) },
  'sprint told of': { happened: 'sprint', place: (text) => ({ told: text }) },
  'link told of': { happened: 'link', place: (text) => ({ told: text }) },
  push: { happened: 'push', place: (text) => ({ told: text }) },
  build: { happened: 'build', place: (text) => ({ build: text }) },
  'what was edited before': { happened: IN_ISSUE, place: (text) => ({ edited: text }) },
  'Slack command': { happened: 'command', place: (text) => ({ told: text }) },
  'form value': { happened: 'interaction', place: (text) => ({ told: text }) },
  'name in Slack': { happened: 'message', place: (text) => ({ nickname: plainName(text) ?? '-' }) },
} as const satisfies Readonly<Record<string, Carrier>>;

export type Field = keyof typeof CARRIERS;
export const FIELDS = Object.keys(CARRIERS) as readonly Field[];

/** Those that were there first; each variant keeps the fields of these that it ever stood in. */
export const FIRST_FIELDS = FIELDS.slice(0, FIELDS.indexOf('PR description'));
export const LATER_FIELDS = FIELDS.slice(FIRST_FIELDS.length, FIELDS.indexOf('name in Slack'));
export const LATEST_FIELDS = FIELDS.slice(FIRST_FIELDS.length + LATER_FIELDS.length);

/** The first part stands in the field; what follows in those that are read beside it. */
export function carry(field: Field, [first = '', ...more]: readonly string[]): Carried {
  const carrier: Carrier = CARRIERS[field];
  const [description, label, link] = more;
  const placing: Placing = {
    ...(description === undefined ? {} : { description }),
    ...(label === undefined ? {} : { label }),
    ...(link === undefined ? {} : { link }),
    ...carrier.place(first),
  };
  return { event: EVENTS[carrier.happened](placing), context: contextWith(placing) };
}

const name = (text: string | undefined, or: string) => (text ?? or).slice(0, EVENT_NAME_LIMIT);
const title = (text: string | undefined, or: string) => (text ?? or).slice(0, EVENT_TITLE_LIMIT);
const said = (text: string | undefined) => (text ?? '@PM Agent what now?').slice(0, EVENT_TEXT_LIMIT);

const IN_REPOSITORY = {
  source: 'bitbucket',
  subject: 'bitbucket:acme/pay-api',
  project: 'acme/pay-api',
  repository: 'acme/pay-api',
} as const;
const IN_CHANNEL = {
  source: 'slack',
  subject: 'slack:C0PAY/1700000000.000100',
  project: 'C0PAY',
  channel: 'C0PAY',
} as const;
const COMMIT = '4f1c2ab90d3e4f1c2ab9';

/** What all events have, of whoever did it. */
function base(person: string | undefined) {
  const { tenant, changeKey, occurredAt, subject, project, source } = commentEvent();
  const actor = { id: ANA.jira, name: name(person, ANA.name), isBot: false };
  return { tenant, changeKey, occurredAt, subject, project, source, actor } as const;
}

const EVENTS: { readonly [H in Happening]: (placing: Placing) => PmEvent } = {
  change: ({ changed, person }) => ({
    ...base(person),
    type: 'issue_updated',
    source: 'jira',
    issue: { id: null, key: 'PAY-1', summary: 'Checkout fails on Safari' },
    changes: [
      { field: name(changed, 'Fix Version'), from: title(changed, '1.0'), to: title(changed, '1.1') },
    ],
  }),
  sprint: ({ told, person }) => ({
    ...base(person),
    type: 'sprint_started',
    source: 'jira',
    subject: 'jira:sprint/7',
    sprint: {
      id: 7,
      name: title(told, 'Sprint 7'),
      state: 'active',
      boardId: 1,
      goal: title(told, 'Ship it'),
    },
  }),
  link: ({ told, person }) => ({
    ...base(person),
    type: 'issuelink_created',
    source: 'jira',
    link: {
      id: '1',
      linkType: name(told, 'Blocks'),
      sourceIssueId: '10001',
      destinationIssueId: '10002',
    },
  }),
  push: ({ told, person }) => ({
    ...base(person),
    ...IN_REPOSITORY,
    type: 'push',
    changes: [
      {
        kind: 'branch',
        name: name(told, 'feature/PAY-1'),
        newHash: COMMIT,
        messages: [title(told, 'Fix it')],
      },
    ],
  }),
  build: ({ build, person }) => ({
    ...base(person),
    ...IN_REPOSITORY,
    type: 'commit_status',
    commit: COMMIT,
    branch: name(build, 'main'),
    state: 'FAILED',
    name: name(build, 'Unit tests'),
  }),
  command: ({ told, person }) => ({
    ...base(person),
    ...IN_CHANNEL,
    type: 'slash_command',
    command: '/pm',
    text: said(told),
  }),
  interaction: ({ told, person }) => ({
    ...base(person),
    ...IN_CHANNEL,
    type: 'interaction',
    threadTs: '1700000000.000100',
    interactionType: 'block_actions',
    actionId: name(told, 'approve'),
    value: title(told, '1'),
  }),
  comment: ({ summary, body, person }) =>
    commentEvent({
      actor: { id: ANA.jira, name: name(person, ANA.name), isBot: false },
      issue: { id: null, key: 'PAY-1', summary: title(summary, 'Checkout fails on Safari') },
      comment: { id: '20001', text: said(body) },
    }),
  'pull request': ({ title: headline, person, prComment }) => ({
    ...commentEvent({ issue: { id: null, key: 'PAY-1', summary: null } }),
    type: 'pr_comment_created',
    source: 'bitbucket',
    subject: 'bitbucket:acme/pay-api#1',
    project: 'acme/pay-api',
    actor: { id: '{ana}', name: name(person, 'Ana Lindqvist'), isBot: false },
    repository: 'acme/pay-api',
    pullRequest: { id: 1, title: title(headline, 'Fix the wallet') },
    comment: { id: '30001', text: said(prComment) },
  }),
  message: ({ body }) => ({
    ...commentEvent({ issue: { id: null, key: 'PAY-1', summary: null } }),
    actor: { id: ANA.slack, name: null, isBot: false },
    type: 'app_mention',
    source: 'slack',
    subject: 'slack:C0PAY/1700000000.000100',
    project: 'C0PAY',
    channel: 'C0PAY',
    ts: '1700000000.000100',
    threadTs: '1700000000.000100',
    text: said(body),
  }),
};

/** How PAY-1 stands, here and (`stand` of world.ts) in the sandbox: what has to stand still for an effect does. */
export const STANDING = { status: 'In Progress', assigneeId: BO.jira, priority: 'High' } as const;

const cut = (text: string | undefined, or: string) => headAndTail(text ?? or);

/** An item of its kind. */
function of(kind: ContextItemKind, id: string, data: ContextItem['data']): ContextItem {
  return { ...item(id, data), kind };
}

/** Somebody linked the issue to a ticket of another department; all three kinds of target are within reach. */
function contextWith(placing: Placing): Context {
  const { person, branch, chosen, title: headline, body, nickname } = placing;
  const author = { id: ANA.jira, name: name(person, ANA.name) };
  const { issue, pullRequest, thread } = facts;
  return {
    facts: {
      ...facts,
      issue: issue && {
        ...issue,
        ...STANDING,
        summary: cut(placing.summary, issue.summary),
        ...(chosen === undefined ? {} : { status: cut(chosen, ''), priority: cut(chosen, '') }),
        linkedKeys: ['PAY-2', 'HR-7'],
        people: [author],
        reachableStatuses: [
          'In Progress',
          'In Review',
          'Done',
          ...(chosen === undefined ? [] : [cut(chosen, '')]),
        ],
      },
      pullRequest: pullRequest && {
        ...pullRequest,
        id: 1,
        title: cut(headline, pullRequest.title),
        sourceBranch: cut(branch, pullRequest.sourceBranch),
        destinationBranch: cut(branch, pullRequest.destinationBranch),
      },
      thread: thread && {
        ...thread,
        ...(body === undefined ? {} : { answered: { ts: '1700000000.000100', text: cut(body, '') } }),
        ...(nickname === undefined ? {} : { people: [{ id: ANA.slack, name: nickname }] }),
      },
    },
    items: [
      ...issueItems(placing, author),
      ...repositoryItems(placing, author),
      of('message', 'message-1700000000.000100', { userId: ANA.slack, text: cut(body, 'And?') }),
      of('earlier', 'earlier', {
        subject: 'jira:PAY-1',
        summary: cut(placing.edited, 'Answers.'),
        actions: [
          {
            kind: 'jira.comment',
            status: 'rejected',
            reason: cut(placing.reason, 'Not now'),
            edited: [
              { member: 'body', from: cut(placing.edited, 'Friday'), to: cut(placing.edited, 'Monday') },
            ],
          },
        ],
      }),
    ],
    omitted: [],
  };
}

type Author = { readonly id: string; readonly name: string };

function issueItems(placing: Placing, author: Author): readonly ContextItem[] {
  const { summary, description, label, attachment, body, link, sprint, chosen, changed, subtask } = placing;
  const own = (or: string) => cut(chosen, or);
  return [
    of('issue', 'issue', {
      key: 'PAY-1',
      summary: cut(summary, 'Checkout fails on Safari'),
      description: cut(description, 'It fails.'),
      issueType: own('Bug'),
      status: own('In Progress'),
      priority: own('High'),
      labels: label === undefined ? [] : [label],
      attachments: attachment === undefined ? [] : [attachment],
      reporter: author,
      assignee: author,
      subtasks: [{ key: 'PAY-9', summary: cut(subtask, 'Retry'), status: own('To Do') }],
      sprint: cut(sprint, 'Sprint 7'),
    }),
    of('issue', 'issue-PAY-2', { key: 'PAY-2', summary: 'Wallet', assignee: author.name }),
    of('comment', 'comment-20001', { author, body: cut(body, 'What now?') }),
    of('link', 'link-1', {
      key: 'PAY-2',
      relation: own('blocks'),
      summary: cut(link, 'Wallet'),
      status: own('To Do'),
    }),
    of('sprint', 'sprint-7', { name: cut(sprint, 'Sprint 7'), goal: cut(sprint, 'Ship it') }),
    of('change', 'change-5', {
      author: author.name,
      field: cut(changed, 'Fix Version'),
      from: cut(changed, '1.0'),
      to: cut(changed, '1.1'),
    }),
    of('transition', 'transition-31', {
      name: own('Send to review'),
      toStatus: own('In Review'),
      demands: [{ field: 'resolution', name: own('Resolution'), values: [own('Done')] }],
    }),
  ];
}

function repositoryItems(placing: Placing, author: Author): readonly ContextItem[] {
  const { title: headline, branch, commit, prBody, prComment, file, build } = placing;
  return [
    of('pull_request', 'pr', {
      title: cut(headline, 'Fix the wallet'),
      description: cut(prBody, 'As asked.'),
      author,
      reviewers: [{ name: author.name, state: null }],
      sourceBranch: cut(branch, 'feature/PAY-1'),
      destinationBranch: cut(branch, 'main'),
      commits: [cut(commit, 'Fix it')],
      files: [{ path: cut(file, 'src/pay.ts'), status: 'modified', linesAdded: 1, linesRemoved: 1 }],
    }),
    of('comment', 'comment-30001', {
      author,
      body: cut(prComment, 'Why?'),
      inline: { path: cut(file, 'src/pay.ts'), line: 3 },
    }),
    of('commit_status', 'status-4f1c2ab90d3e', {
      name: cut(build, 'Unit tests'),
      url: cut(build, 'https://bitbucket.org/acme/pay-api/builds/1'),
      branch: cut(build, 'main'),
      mainBranch: cut(build, 'main'),
      state: 'FAILED',
    }),
  ];
}

function strangeDocument(text: string): unknown {
  const words = { type: 'text', text, marks: [{ type: 'strong' }] };
  return {
    type: 'doc',
    version: 1,
    content: [
      { type: 'panel', attrs: { panelType: 'info' }, content: [{ type: 'paragraph', content: [words] }] },
      { type: 'nodeOfTomorrow', attrs: { text }, content: [words] },
      { type: 'codeBlock', content: [{ type: 'text', text }] },
    ],
  };
}
