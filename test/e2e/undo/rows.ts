/** What `pm-agent undo` is tried on: each kind, how it stands at the vendor, and what a person can change of it meanwhile. */
import type { Action } from '../../../src/domain/action.js';
import { BO, CLEO } from '../../../src/sandbox/seed/people.js';
import { ADMIN, type Office, REPOSITORY } from './office.js';

/** Where one action goes; nothing else touches it. */
export interface Place {
  readonly issue: string;
  readonly other: string;
  readonly pullRequest: number;
  /** The message that a thread begins with; empty where no row needs one. */
  readonly thread: string;
  /** Stands in its text and nowhere else. */
  readonly word: string;
}

export interface Done {
  readonly place: Place;
  /** The vendor's id of what was made. */
  readonly remoteId: string | null;
}

export interface Row {
  readonly name: string;
  /** Where the question is asked. */
  readonly on: 'issue' | 'pull request' | 'thread';
  readonly project: 'PAY' | 'SUP' | 'WEB';
  /** Done before it, and left as it is: the action is about what this one left. */
  readonly after?: (place: Place) => Action;
  readonly action: (place: Place) => Action;
  /** How it stands at the vendor: other than before while it is done. */
  readonly look: (office: Office, done: Done) => Promise<unknown>;
  readonly change: (office: Office, done: Done) => Promise<unknown>;
  /** What the command line says of that; null where the person took it away, which is as good as undone. */
  readonly shown: string | null;
}

const fields = (office: Office, { place }: Done) => office.issue(place.issue);
const fieldRow = (
  name: string,
  given: Partial<Extract<Action, { kind: 'jira.update_fields' }>['payload']>,
  look: (fields: any) => unknown,
  changed: Readonly<Record<string, unknown>>,
  shown: string,
): Row => ({
  name: `jira.update_fields: ${name}`,
  on: 'issue',
  project: 'PAY',
  action: ({ issue }) => ({
    kind: 'jira.update_fields',
    payload: {
      issueKey: issue,
      priority: null,
      addLabels: [],
      removeLabels: [],
      dueDate: null,
      estimate: null,
      sprint: null,
      ...given,
    },
  }),
  look: async (office, done) => look(await fields(office, done)),
  change: (office, { place }) => office.jira('PUT', `/issue/${place.issue}`, { fields: changed }),
  shown,
});

const comment = (
  name: string,
  project: Row['project'],
  payload: Partial<Extract<Action, { kind: 'jira.comment' }>['payload']>,
  extra: Partial<Row> = {},
): Row => ({
  name: `jira.comment: ${name}`,
  on: 'issue',
  project,
  action: ({ issue, word }) => ({
    kind: 'jira.comment',
    payload: { issueKey: issue, body: `Noted: ${word}.`, ...payload },
  }),
  look: (office, { place }) => office.comments(place.issue),
  change: (office, { place, remoteId }) =>
    office.jira('PUT', `/issue/${place.issue}/comment/${remoteId}`, { body: 'Corrected.' }),
  shown: 'Ana Lindqvist',
  ...extra,
});

const message = (name: string, on: Row['on'], channel: string, isReply = false): Row => ({
  name: `slack.message: ${name}`,
  on,
  project: 'WEB',
  action: ({ thread, word }) => ({
    kind: 'slack.message',
    payload: { channel, threadTs: isReply ? thread : null, text: `Noted: ${word}.` },
  }),
  look: (office, { place }) => office.messages(place.word),
  change: (office, { place }) => office.deleteMessage(place.word),
  shown: null,
});

const review = (
  name: string,
  payload: Partial<Extract<Action, { kind: 'bitbucket.pr_comment' }>['payload']>,
): Row => ({
  name: `bitbucket.pr_comment: ${name}`,
  on: 'pull request',
  project: 'WEB',
  action: ({ pullRequest, word }) => ({
    kind: 'bitbucket.pr_comment',
    payload: { repository: REPOSITORY, pullRequestId: pullRequest, body: `Noted: ${word}.`, ...payload },
  }),
  look: (office, { place }) => office.reviews(place.pullRequest, place.word),
  change: (office, { place, remoteId }) =>
    office.bitbucket('DELETE', `/pullrequests/${place.pullRequest}/comments/${remoteId}`, undefined, ADMIN),
  shown: null,
});

export const ROWS: readonly Row[] = [
  comment('an answer', 'WEB', {}),
  comment('an internal one of a service project', 'SUP', { audience: 'internal' }),
  comment('a first status note', 'WEB', { as: 'status_note' }),
  comment(
    'a status note that said something else before',
    'WEB',
    { as: 'status_note' },
    {
      after: ({ issue, word }) => ({
        kind: 'jira.comment',
        payload: { issueKey: issue, as: 'status_note', body: `Before ${word}.` },
      }),
    },
  ),
  {
    name: 'jira.transition',
    on: 'issue',
    project: 'WEB',
    action: ({ issue }) => ({
      kind: 'jira.transition',
      payload: { issueKey: issue, toStatus: 'In Progress' },
    }),
    look: async (office, done) => (await fields(office, done)).status.name,
    change: (office, { place }) =>
      office.jira('POST', `/issue/${place.issue}/transitions`, { transition: { id: '31' } }),
    shown: 'the status is "In Review" now, and was left as "In Progress"',
  },
  {
    name: 'jira.transition: with what its screen demands, there and back',
    on: 'issue',
    project: 'SUP',
    action: ({ issue }) => ({
      kind: 'jira.transition',
      payload: { issueKey: issue, toStatus: 'Resolved', resolution: 'Duplicate' },
    }),
    look: async (office, done) => {
      const { status, resolution } = await fields(office, done);
      return [status.name, resolution?.name];
    },
    change: (office, { place }) =>
      office.jira('PUT', `/issue/${place.issue}`, { fields: { resolution: { name: 'Done' } } }),
    shown: 'the resolution is "Done" now, and was left as "Duplicate"',
  },
  {
    name: 'jira.assign',
    on: 'issue',
    project: 'WEB',
    action: ({ issue }) => ({ kind: 'jira.assign', payload: { issueKey: issue, accountId: BO.jira } }),
    look: async (office, done) => (await fields(office, done)).assignee?.accountId,
    change: (office, { place }) =>
      office.jira('PUT', `/issue/${place.issue}/assignee`, { accountId: CLEO.jira }),
    shown: `the assignee is "${CLEO.jira}" now`,
  },
  fieldRow(
    'labels that are added',
    { addLabels: ['added'] },
    ({ labels }) => labels,
    { labels: ['other'] },
    'the labels is ["other"] now',
  ),
  fieldRow(
    'labels that are removed',
    { removeLabels: ['seed'] },
    ({ labels }) => labels,
    { labels: ['other'] },
    'the labels is ["other"] now',
  ),
  // The highest stakes: two people are asked.
  fieldRow(
    'priority',
    { priority: 'High' },
    ({ priority }) => priority?.name,
    { priority: { name: 'Low' } },
    'the priority is "Low" now, and was left as "High"',
  ),
  fieldRow(
    'due date',
    { dueDate: '2126-12-24' },
    ({ duedate }) => duedate,
    { duedate: '2126-12-31' },
    'the dueDate is "2126-12-31" now, and was left as "2126-12-24"',
  ),
  fieldRow(
    'estimate',
    { estimate: 5 },
    ({ customfield_10016 }) => customfield_10016,
    { customfield_10016: 8 },
    'the estimate is 8 now, and was left as 5',
  ),
  fieldRow(
    'sprint',
    { sprint: 'active' },
    ({ customfield_10020 }) => customfield_10020?.map(({ id }: { id: number }) => id) ?? null,
    { customfield_10020: 13 },
    'the sprint is 13 now, and was left as 12',
  ),
  {
    name: 'jira.link',
    on: 'issue',
    project: 'WEB',
    action: ({ issue, other }) => ({
      kind: 'jira.link',
      payload: { issueKey: issue, relation: 'blocks', toKey: other },
    }),
    look: async (office, done) => (await fields(office, done)).issuelinks.length,
    change: (office, { remoteId }) => office.jira('DELETE', `/issueLink/${remoteId}`),
    shown: null,
  },
  {
    name: 'jira.create_issue',
    on: 'issue',
    project: 'WEB',
    action: ({ issue, word }) => ({
      kind: 'jira.create_issue',
      payload: {
        issueKey: issue,
        as: 'subtask',
        issueType: null,
        summary: `Look at ${word}`,
        description: 'Why.',
      },
    }),
    look: async (office, done) => (await fields(office, done)).subtasks.length,
    change: (office, { remoteId }) =>
      office.jira('PUT', `/issue/${remoteId}/assignee`, { accountId: CLEO.jira }),
    shown: 'was worked on since: assignee was changed by Ana Lindqvist',
  },
  message('in the channel', 'issue', 'C0WEB'),
  message('in a thread', 'thread', 'C0WEB', true),
  message('to a person', 'issue', 'U0ANA'),
  review('on the whole', {}),
  review('on a line', { inline: { path: 'src/refunds/refund.ts', line: 5, side: 'new' } }),
  review('a first status note', { as: 'status_note' }),
];
