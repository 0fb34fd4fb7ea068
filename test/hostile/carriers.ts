/** The fields of vendors that can carry a text, one row each, cut as the door and "gather" cut them. */
import { headAndTail } from '../../src/activities/gather/collector.js';
import type { Context, ContextItem } from '../../src/domain/context.js';
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
    | 'reason']: string;
}>;

interface Carrier {
  readonly happened: 'comment' | 'pull request' | 'message';
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
} as const satisfies Readonly<Record<string, Carrier>>;

export type Field = keyof typeof CARRIERS;
export const FIELDS = Object.keys(CARRIERS) as readonly Field[];

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

const EVENTS: { readonly [H in Carrier['happened']]: (placing: Placing) => PmEvent } = {
  comment: ({ summary, body, person }) =>
    commentEvent({
      actor: { id: ANA.jira, name: name(person, ANA.name), isBot: false },
      issue: { id: null, key: 'PAY-1', summary: title(summary, 'Checkout fails on Safari') },
      comment: { id: '20001', text: said(body) },
    }),
  'pull request': ({ title: headline, person }) => ({
    ...commentEvent({ issue: { id: null, key: 'PAY-1', summary: null } }),
    type: 'pr_comment_created',
    source: 'bitbucket',
    subject: 'bitbucket:acme/pay-api#1',
    project: 'acme/pay-api',
    actor: { id: '{ana}', name: name(person, 'Ana Lindqvist'), isBot: false },
    repository: 'acme/pay-api',
    pullRequest: { id: 1, title: title(headline, 'Fix the wallet') },
    comment: { id: '30001', text: said(undefined) },
  }),
  message: ({ body }) => ({
    ...commentEvent({ issue: { id: null, key: 'PAY-1', summary: null } }),
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

/** Somebody linked the issue to a ticket of another department; all three kinds of target are within reach. */
function contextWith(placing: Placing): Context {
  const {
    summary,
    description,
    label,
    attachment,
    body,
    link,
    sprint,
    person,
    branch,
    title: headline,
    commit,
    reason,
  } = placing;
  const author = { id: ANA.jira, name: name(person, ANA.name) };
  const cut = (text: string | undefined, or: string) => headAndTail(text ?? or);
  const items: readonly ContextItem[] = [
    item('issue', {
      key: 'PAY-1',
      summary: cut(summary, 'Checkout fails on Safari'),
      description: cut(description, 'It fails.'),
      labels: label === undefined ? [] : [label],
      attachments: attachment === undefined ? [] : [attachment],
      reporter: author,
    }),
    item('comment-20001', { author, body: cut(body, 'What now?') }),
    item('link-1', { key: 'PAY-2', relation: 'blocks', summary: cut(link, 'Wallet') }),
    item('sprint-7', { name: cut(sprint, 'Sprint 7'), goal: cut(sprint, 'Ship it') }),
    item('pr', {
      title: cut(headline, 'Fix the wallet'),
      sourceBranch: cut(branch, 'feature/PAY-1'),
      commits: [cut(commit, 'Fix it')],
    }),
    item('earlier', {
      subject: 'jira:PAY-1',
      actions: [{ kind: 'jira.comment', status: 'rejected', reason: cut(reason, 'Not now') }],
    }),
  ];
  const { issue, pullRequest } = facts;
  return {
    facts: {
      ...facts,
      issue: issue && {
        ...issue,
        ...STANDING,
        linkedKeys: ['PAY-2', 'HR-7'],
        people: [author],
        reachableStatuses: ['In Progress', 'In Review', 'Done'],
      },
      pullRequest: pullRequest && { ...pullRequest, id: 1 },
    },
    items,
    omitted: [],
  };
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
