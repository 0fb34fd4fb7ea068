import type { JiraChanges } from '../../../src/integrations/jira/changes.js';
import { createJiraChanges } from '../../../src/integrations/jira/changes-client.js';
import type { JiraEdits } from '../../../src/integrations/jira/edits.js';
import { createJiraEdits } from '../../../src/integrations/jira/edits-client.js';
import type { IssueReader } from '../../../src/integrations/jira/issue-reader.js';
import type { Jira } from '../../../src/integrations/jira/jira.js';
import { createJiraNotes, type JiraNotes } from '../../../src/integrations/jira/notes-client.js';
import { createIssueReader } from '../../../src/integrations/jira/read-issue.js';
import { createJiraHttp, createJiraRest, type JiraRestOptions } from '../../../src/integrations/jira/rest.js';
import { type SendingCases, type SendingClient, sendingClient } from './cases.js';

const TEXT = '# Hi\n\n- a\n\n```ts\nx\n```';
const NOTHING = { values: [] };
const COMMENT = { id: '1', created: '2026-01-01T00:00:00.000+0000' };
const CUT = { key: 'A-1', fields: { comment: { total: 9, comments: [COMMENT] } } };
const NOTE = { body: TEXT, actionId: 'x', answers: ['ab'] };

/** Two of them: more pages are asked for until the total is there. */
const sprintIssues = { total: 2, issues: [{ key: 'A-1' }] };

const READS_AND_WRITES: SendingCases<Jira> = {
  myself: [{ call: (jira) => jira.myself(), answers: [{}] }],
  getIssue: [{ call: (jira) => jira.getIssue('A-1'), answers: [CUT, { total: 9, comments: [COMMENT] }] }],
  issueNow: [{ call: (jira) => jira.issueNow('A-1'), answers: [{ id: '1', key: 'A-1' }] }],
  getTransitions: [{ call: (jira) => jira.getTransitions('A-1'), answers: [{ transitions: [] }] }],
  getSprint: [{ call: (jira) => jira.getSprint(1), answers: [{ id: 1, name: 's', state: 'active' }] }],
  getSprintIssues: [{ call: (jira) => jira.getSprintIssues(1), answers: [[], sprintIssues, sprintIssues] }],
  searchIssues: [
    {
      call: (jira) => jira.searchIssues({ projects: ['A'], words: 'wallet', state: 'open', limit: 5 }),
      answers: [{ issues: [] }],
    },
  ],
  assignableUsers: [{ call: (jira) => jira.assignableUsers('A-1'), answers: [[]] }],
  findCommentByAction: [
    {
      call: (jira) => jira.findCommentByAction('A-1', 'x', ['ab']),
      answers: [{ comments: [COMMENT] }, NOTHING],
    },
  ],
  actionsOfComments: [{ call: (jira) => jira.actionsOfComments(['11', '12']), answers: [NOTHING] }],
  addComment: [
    {
      call: (jira) => jira.addComment({ issueKey: 'A-1', body: TEXT, actionId: 'x' }),
      answers: [{ id: '1' }],
    },
    {
      call: (jira) =>
        jira.addComment({ issueKey: 'A-1', body: 'x', actionId: 'x', answers: ['ab'], isPublic: true }),
      answers: [{ id: '1' }],
    },
  ],
  transition: [
    { call: (jira) => jira.transition('A-1', '31'), answers: [null] },
    {
      call: (jira) => jira.transition('A-1', '31', { resolution: { id: '10000' } }),
      answers: [null],
    },
  ],
  assign: [
    { call: (jira) => jira.assign('A-1', '712020:ada'), answers: [null] },
    { call: (jira) => jira.assign('A-1', null), answers: [null] },
  ],
};

const EDIT = {
  issueKey: 'A-1',
  priority: 'Low',
  addLabels: ['a'],
  removeLabels: ['b'],
  dueDate: '2026-12-24',
  estimate: { field: 'customfield_1', value: 3 },
  sprint: { field: 'customfield_2', id: 7 },
};
const EMPTYING = {
  issueKey: 'A-1',
  priority: null,
  dueDate: null,
  estimate: { field: 'customfield_1', value: null },
  sprint: { field: 'customfield_2', id: null },
};
const NEW_ISSUE = {
  projectKey: 'A',
  parentKey: 'A-1',
  typeId: '10003',
  summary: 's',
  description: TEXT,
  actionId: 'x',
  answers: ['ab'],
};
const BOARD = { values: [{ id: 1, type: 'scrum' }] };

const EDITS: SendingCases<JiraEdits> = {
  siteFields: [{ call: (edits) => edits.siteFields('A'), answers: [[]] }],
  readNumber: [
    {
      call: (edits) => edits.readNumber('A-1', 'customfield_1'),
      answers: [{ fields: { customfield_1: 3 } }],
    },
  ],
  readResolution: [
    { call: (edits) => edits.readResolution('A-1'), answers: [{ fields: { resolution: null } }] },
  ],
  sprintOf: [
    { call: (edits) => edits.sprintOf('A', 'active'), answers: [BOARD, NOTHING] },
    { call: (edits) => edits.sprintOf('A', 'next'), answers: [BOARD, NOTHING] },
  ],
  updateFields: [
    { call: (edits) => edits.updateFields(EDIT), answers: [null] },
    { call: (edits) => edits.updateFields(EMPTYING), answers: [null] },
  ],
  linkTypes: [{ call: (edits) => edits.linkTypes(), answers: [{ issueLinkTypes: [] }] }],
  addLink: [
    { call: (edits) => edits.addLink({ type: 'Blocks', fromKey: 'A-1', toKey: 'A-2' }), answers: [null] },
  ],
  issueTypes: [{ call: (edits) => edits.issueTypes('A'), answers: [{ issueTypes: [] }] }],
  createIssue: [
    { call: (edits) => edits.createIssue(NEW_ISSUE), answers: [{ key: 'A-2' }] },
    { call: (edits) => edits.createIssue({ ...NEW_ISSUE, parentKey: null }), answers: [{ key: 'A-2' }] },
  ],
  findIssueByAction: [
    {
      call: (edits) => edits.findIssueByAction({ projectKey: 'A', actionId: 'x', sought: [], since: null }),
      answers: [{ issues: [], nextPageToken: 'n' }, { issues: [] }],
    },
  ],
  getComment: [{ call: (edits) => edits.getComment('A-1', '11'), answers: [COMMENT] }],
  deleteComment: [{ call: (edits) => edits.deleteComment('A-1', '11'), answers: [null] }],
  deleteLink: [{ call: (edits) => edits.deleteLink('7'), answers: [null] }],
  deleteIssue: [{ call: (edits) => edits.deleteIssue('A-1'), answers: [null] }],
};

const ME = { accountId: 'me' };
const FULL_PAGE = {
  comments: Array.from({ length: 100 }, (_, id) => ({ ...COMMENT, id: String(id), author: ME })),
};

const NOTES: SendingCases<JiraNotes> = {
  // Whichever of the first two comes first, both answers fit both.
  read: [
    {
      call: (notes) => notes.read('A-1', '11'),
      answers: [{ ...COMMENT, ...ME }, { ...COMMENT, ...ME }, NOTHING],
    },
  ],
  newest: [{ call: (notes) => notes.newest('A-1'), answers: [ME, FULL_PAGE, NOTHING, { comments: [] }] }],
  add: [{ call: (notes) => notes.add('A-1', NOTE), answers: [{ id: '1' }] }],
  edit: [{ call: (notes) => notes.edit('A-1', '11', NOTE), answers: [null] }],
  putBack: [
    {
      call: (notes) =>
        notes.putBack('A-1', '11', {
          body: { type: 'doc', version: 1, content: [] },
          marker: { actionId: 'x', answers: [], note: { words: 'w' } },
        }),
      answers: [null],
    },
    { call: (notes) => notes.putBack('A-1', '11', { body: 'x', marker: null }), answers: [null] },
  ],
};

const ASKED = { project: null, withinMinutes: 1, since: '9999-01-01T00:00:00.000Z', pageToken: null };
const UPDATED = {
  issues: [{ id: '1', key: 'A-1', fields: { comment: { total: 9 } }, changelog: { total: 9 } }],
  nextPageToken: 'n',
};

const CHANGES: SendingCases<JiraChanges> = {
  updatedIssues: [
    {
      call: (changes) => changes.updatedIssues(ASKED),
      answers: [UPDATED, { total: 9, comments: [] }, NOTHING],
    },
    {
      call: (changes) => changes.updatedIssues({ ...ASKED, project: 'A', pageToken: 'n' }),
      answers: [{ issues: [] }],
    },
  ],
  overdueIssues: [
    {
      call: (changes) =>
        changes.overdueIssues({ project: 'A', from: '2026-11-16', before: '2026-11-23', pageToken: 'n' }),
      answers: [{ issues: [{ id: '1', key: 'A-1', fields: { duedate: '2026-11-20' } }] }],
    },
  ],
  boardSprints: [{ call: (changes) => changes.boardSprints(1, 50), answers: [NOTHING] }],
};

const READER: SendingCases<IssueReader> = {
  readIssue: [
    {
      call: async (reader) => {
        const name = { id: null, key: 'A-1' };
        await reader.readIssue(name);
        await reader.assignableUsers('A-1');
        await reader.readIssue(name);
      },
      answers: [
        CUT,
        { total: 9, comments: [COMMENT] },
        [],
        { key: 'A-1', fields: {} },
        { key: 'A-1', fields: {} },
      ],
    },
  ],
  assignableUsers: [{ call: (reader) => reader.assignableUsers('A-2'), answers: [[]] }],
};

export function jiraClients(baseUrl: string): readonly SendingClient[] {
  const options: JiraRestOptions = { baseUrl, email: null, token: 't' };
  const jira = createJiraRest(options);
  const http = createJiraHttp(options);
  const reader = createIssueReader({ http, jira, mcp: null, clock: () => new Date() });
  return [
    sendingClient('createJiraRest', jira, READS_AND_WRITES),
    sendingClient('createJiraEdits', createJiraEdits(options), EDITS),
    sendingClient('createJiraNotes', createJiraNotes(options), NOTES),
    sendingClient('createJiraChanges', createJiraChanges(options), CHANGES),
    sendingClient('createIssueReader', reader, READER),
  ];
}
