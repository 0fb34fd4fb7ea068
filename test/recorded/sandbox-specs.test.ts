/**
 * The sandbox's answers against the vendors' own OpenAPI documents (folder RECORDED_SPECS): every call that a client here
 * makes, where a document covers it. The documents are older than the vendors and have no `/search/jql` and no sprint.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { adf, startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';

const FOLDER = process.env.RECORDED_SPECS ?? '';
const JIRA = 'jira-platform-v3.2024-03-28.json';
const AGILE = 'jira-software-agile.2024-03-28.json';
const BITBUCKET = 'bitbucket-cloud.json';
const SLACK = 'slack_web_openapi_v2.2021.json';

let sandbox: TestSandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});

afterAll(() => sandbox.close());

/** Document → its checker, read once. */
const checkers = new Map<string, Ajv>();

function checkerOf(file: string): Ajv {
  const known = checkers.get(file);
  if (known !== undefined) return known;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  ajv.addSchema(asJsonSchema(JSON.parse(readFileSync(join(FOLDER, file), 'utf8'))) as object, 'spec');
  checkers.set(file, ajv);
  return ajv;
}

/** Checks against Atlassian's schema of ADF, which says draft-04 but uses nothing that later drafts changed. */
function adfCheck(): (document: unknown) => string[] {
  const schema = JSON.parse(readFileSync(join(FOLDER, 'adf-schema.full.json'), 'utf8'));
  delete schema.$schema;
  const validate = new Ajv({ strict: false, logger: false }).compile(schema);
  return (document) => (validate(document) ? [] : (validate.errors ?? []).map(describeError));
}

const LEFT_OUT = ['nullable', 'example', 'examples', 'discriminator'];

/** OpenAPI 3.0 and 2.0 say `nullable` where JSON Schema says a type; the rest that differs is left out. */
function asJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asJsonSchema);
  if (typeof node !== 'object' || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => !LEFT_OUT.includes(key));
  const copy = Object.fromEntries(kept.map(([key, value]) => [key, asJsonSchema(value)]));
  return 'nullable' in node && node.nullable === true ? { anyOf: [copy, { type: 'null' }] } : copy;
}

/** What does not fit, one line each; `what` names the place in the document. */
function mismatches(file: string, path: string, method: string, status: number, body: unknown): string[] {
  const responses = ['paths', path, method, 'responses', String(status)];
  const place =
    file === SLACK ? [...responses, 'schema'] : [...responses, 'content', 'application/json', 'schema'];
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')));
  const validate = checkerOf(file).compile({ $ref: `spec#/${pointer.join('/')}` });
  if (validate(body)) return [];
  return (validate.errors ?? []).filter((error) => !isShortId(error)).map(describeError);
}

/** The demo team's channel ids are shorter than Slack's, so that a person can type them. */
function isShortId({ keyword, instancePath }: ErrorObject): boolean {
  return keyword === 'pattern' && instancePath.endsWith('/channel');
}

function describeError({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath === '' ? '(whole)' : instancePath} ${message ?? ''} ${JSON.stringify(params)}`;
}

type Row = readonly [method: string, template: string, path: string, status: number, body?: unknown];

const ISSUE = '/rest/api/3/issue/{issueIdOrKey}';
const JIRA_CALLS: readonly Row[] = [
  ['get', '/rest/api/3/myself', '/rest/api/3/myself', 200],
  ['get', '/rest/api/3/serverInfo', '/rest/api/3/serverInfo', 200],
  ['get', ISSUE, '/rest/api/3/issue/PAY-3?expand=changelog,renderedFields', 200],
  ['get', ISSUE, '/rest/api/3/issue/PAY-4', 200],
  [
    'post',
    '/rest/api/3/issue',
    '/rest/api/3/issue',
    201,
    {
      fields: {
        project: { key: 'PAY' },
        issuetype: { name: 'Task' },
        summary: 'New',
        description: adf('Why'),
      },
    },
  ],
  ['post', '/rest/api/3/issue', '/rest/api/3/issue', 400, { fields: {} }],
  ['get', `${ISSUE}/changelog`, '/rest/api/3/issue/PAY-5/changelog', 200],
  ['get', `${ISSUE}/comment`, '/rest/api/3/issue/PAY-3/comment', 200],
  ['post', `${ISSUE}/comment`, '/rest/api/3/issue/PAY-3/comment', 201, { body: adf('Hello') }],
  ['get', `${ISSUE}/comment/{id}`, '/rest/api/3/issue/PAY-3/comment/2200002', 200],
  ['put', `${ISSUE}/comment/{id}`, '/rest/api/3/issue/PAY-3/comment/2200002', 200, { body: adf('Edited') }],
  ['post', '/rest/api/3/comment/list', '/rest/api/3/comment/list?expand=properties', 200, { ids: [2200002] }],
  ['get', '/rest/api/3/comment/{commentId}/properties', '/rest/api/3/comment/2200002/properties', 200],
  ['get', `${ISSUE}/transitions`, '/rest/api/3/issue/PAY-3/transitions', 200],
  ['get', `${ISSUE}/watchers`, '/rest/api/3/issue/PAY-3/watchers', 200],
  [
    'post',
    `${ISSUE}/remotelink`,
    '/rest/api/3/issue/PAY-3/remotelink',
    201,
    { object: { url: 'https://acme.example', title: 'A page' } },
  ],
  ['get', '/rest/api/3/user', '/rest/api/3/user?accountId=712020:pm-agent', 200],
  ['get', '/rest/api/3/user/search', '/rest/api/3/user/search?query=ana', 200],
  ['get', '/rest/api/3/user/assignable/search', '/rest/api/3/user/assignable/search?issueKey=PAY-3', 200],
  ['get', '/rest/api/3/issueLinkType', '/rest/api/3/issueLinkType', 200],
  ['get', '/rest/api/3/issueLink/{linkId}', '/rest/api/3/issueLink/4200001', 200],
  ['get', '/rest/api/3/search', '/rest/api/3/search?jql=project%3DPAY', 200],
  ['post', '/rest/api/3/search', '/rest/api/3/search', 200, { jql: 'project = WEB', fields: ['*all'] }],
  ['get', '/rest/api/3/project', '/rest/api/3/project', 200],
  ['get', '/rest/api/3/project/search', '/rest/api/3/project/search', 200],
  ['get', '/rest/api/3/project/{projectIdOrKey}', '/rest/api/3/project/PAY', 200],
  ['get', '/rest/api/3/priority', '/rest/api/3/priority', 200],
  ['get', '/rest/api/3/status', '/rest/api/3/status', 200],
  ['get', '/rest/api/3/resolution', '/rest/api/3/resolution', 200],
  ['get', '/rest/api/3/issuetype', '/rest/api/3/issuetype', 200],
  ['get', '/rest/api/3/field', '/rest/api/3/field', 200],
];

const AGILE_CALLS: readonly Row[] = [
  ['get', '/rest/agile/1.0/board', '/rest/agile/1.0/board', 200],
  ['get', '/rest/agile/1.0/board/{boardId}', '/rest/agile/1.0/board/1', 200],
  ['get', '/rest/agile/1.0/board/{boardId}/issue', '/rest/agile/1.0/board/1/issue', 200],
  ['get', '/rest/agile/1.0/board/{boardId}/backlog', '/rest/agile/1.0/board/1/backlog', 200],
];

const REPOSITORY = '/repositories/{workspace}/{repo_slug}';
const PR = `${REPOSITORY}/pullrequests/{pull_request_id}`;
const API = '/repositories/acme/pay-api';
const BITBUCKET_CALLS: readonly Row[] = [
  ['get', '/user', '/user', 200],
  ['get', '/workspaces', '/workspaces', 200],
  ['get', '/workspaces/{workspace}', '/workspaces/acme', 200],
  ['get', '/workspaces/{workspace}/members', '/workspaces/acme/members', 200],
  ['get', '/repositories/{workspace}', '/repositories/acme', 200],
  ['get', REPOSITORY, API, 200],
  ['get', REPOSITORY, '/repositories/acme/nothing', 404],
  ['get', `${REPOSITORY}/refs/branches`, `${API}/refs/branches`, 200],
  ['get', `${REPOSITORY}/commits`, `${API}/commits`, 200],
  ['get', `${REPOSITORY}/pullrequests`, `${API}/pullrequests`, 200],
  [
    'post',
    `${REPOSITORY}/pullrequests`,
    `${API}/pullrequests`,
    201,
    { title: 'New', source: { branch: { name: 'bugfix/PAY-5-partial-refunds' } } },
  ],
  ['get', PR, `${API}/pullrequests/1`, 200],
  ['put', PR, `${API}/pullrequests/1`, 200, { title: 'PAY-3 Idempotency keys' }],
  ['get', `${PR}/comments`, `${API}/pullrequests/1/comments`, 200],
  ['post', `${PR}/comments`, `${API}/pullrequests/1/comments`, 201, { content: { raw: 'Hi' } }],
  ['get', `${PR}/comments/{comment_id}`, `${API}/pullrequests/1/comments/6200001`, 200],
  ['get', `${PR}/statuses`, `${API}/pullrequests/1/statuses`, 200],
  ['get', `${REPOSITORY}/diffstat/{spec}`, `${API}/diffstat/feature/PAY-3-idempotency-keys`, 200],
  ['post', `${PR}/approve`, `${API}/pullrequests/1/approve`, 200],
  ['post', `${PR}/request-changes`, `${API}/pullrequests/1/request-changes`, 200],
  ['post', `${PR}/decline`, `${API}/pullrequests/2/decline`, 200],
  ['post', `${PR}/merge`, `${API}/pullrequests/1/merge`, 200],
];

const SLACK_CALLS: readonly (readonly [method: string, verb: string, body: Record<string, unknown>])[] = [
  ['auth.test', 'get', {}],
  ['chat.postMessage', 'post', { channel: 'C0PAY', text: 'Hi' }],
  ['conversations.list', 'get', {}],
  ['conversations.info', 'get', { channel: 'C0PAY' }],
  ['conversations.history', 'get', { channel: 'C0PAY' }],
  ['conversations.open', 'post', { users: 'U0ANA' }],
  ['users.info', 'get', { user: 'U0ANA' }],
  ['users.list', 'get', {}],
  ['users.lookupByEmail', 'get', { email: 'ana@acme.example' }],
  ['bots.info', 'get', { bot: 'B0PMAGENT' }],
  ['team.info', 'get', {}],
];

async function check(
  file: string,
  mount: string,
  [method, template, path, status, body]: Row,
): Promise<void> {
  const answer = await sandbox.call(method.toUpperCase(), mount + path, body);

  expect(answer.status).toBe(status);
  expect(mismatches(file, template, method, status, answer.body)).toEqual([]);
}

describe('Jira answers as its document says:', () => {
  test.each(JIRA_CALLS)('%s %s (%s)', (...row) => check(JIRA, '/jira', row));
});

test('Jira lists remote links, each as its document says (which forgets the list)', async () => {
  await sandbox.post('/jira/rest/api/3/issue/PAY-4/remotelink', {
    object: { url: 'https://acme.example', title: 'A page' },
  });
  const { body } = await sandbox.get('/jira/rest/api/3/issue/PAY-4/remotelink');

  expect(body).toHaveLength(1);
  expect(mismatches(JIRA, `${ISSUE}/remotelink`, 'get', 200, body[0])).toEqual([]);
});

describe('Jira’s agile API answers as its document says:', () => {
  test.each(AGILE_CALLS)('%s %s (%s)', (...row) => check(AGILE, '/jira', row));
});

describe('what the sandbox shows as ADF fits the vendor’s schema:', () => {
  const fits = adfCheck();

  test('every text of the demo team', async () => {
    const { body } = await sandbox.get('/_state');
    const texts = [
      ...body.jira.issue.map(({ description }: any) => description),
      ...body.jira.comment.map((comment: any) => comment.body),
    ].filter((text) => text !== null);

    expect(texts.length).toBeGreaterThan(15);
    for (const text of texts) expect(fits(text.adf)).toEqual([]);
  });

  test.each([
    'h1. Title\n* a\n** b\n# c\n\ntext *bold {{code}}* _x_',
    '{quote}\nh2. Said\n* a list\n----\n{code}\nx\n{code}\n{quote}',
    '{panel}\nh2. Note\ntext\n{panel}',
    '{quote}\n{quote}',
    '[~accountid:712020:pm-agent] [a|https://acme.example] https://acme.example/x',
    '{code:java}\n{code}',
  ])('wiki markup %j', async (body) => {
    const made = await sandbox.post('/jira/rest/api/2/issue/PAY-7/comment', { body });
    const read = await sandbox.get(`/jira/rest/api/3/issue/PAY-7/comment/${made.body.id}`);

    expect(fits(read.body.body)).toEqual([]);
  });
});

describe('Bitbucket answers as its document says:', () => {
  test.each(BITBUCKET_CALLS)('%s %s (%s)', (...row) => check(BITBUCKET, '/bitbucket/2.0', row));
});

describe('Slack answers as its document says:', () => {
  test.each(SLACK_CALLS)('%s', async (method, verb, body) => {
    const answer = await sandbox.post(`/slack/${method}`, body);

    expect(answer.body).toMatchObject({ ok: true });
    expect(mismatches(SLACK, `/${method}`, verb, 200, answer.body)).toEqual([]);
  });
});

/** Last: the document is older than `edited`, which a rewritten message then carries in every list. */
test('Slack rewrites a message and whispers as its document says', async () => {
  const posted = await sandbox.post('/slack/chat.postMessage', { channel: 'C0PAY', text: 'Hi' });
  const updated = await sandbox.post('/slack/chat.update', {
    channel: 'C0PAY',
    ts: posted.body.ts,
    text: 'Bye',
  });
  const whispered = await sandbox.post('/slack/chat.postEphemeral', {
    channel: 'C0PAY',
    user: 'U0ANA',
    text: 'Psst',
  });

  expect(mismatches(SLACK, '/chat.update', 'post', 200, updated.body)).toEqual([]);
  expect(mismatches(SLACK, '/chat.postEphemeral', 'post', 200, whispered.body)).toEqual([]);
});
