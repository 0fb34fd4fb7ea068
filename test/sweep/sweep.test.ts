/** The sweep over real Temporal, real HTTP and real files: what webhooks lost is found, once, whichever comes first. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDelivery } from '../../src/cli/payload.js';
import { writeSamples } from '../../src/start/sample-events.js';
import { eventually } from '../support/eventually.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { countBy, type EventView, type Product, startProduct } from './product.js';

const ANA = 'ana@acme.example';
const ISSUE = '/jira/rest/api/2/issue';
const PULLS = '/bitbucket/2.0/repositories/acme/pay-api/pullrequests';
const TEAMS = `
teams:
  - id: payments
    jira: { projects: [PAY], board: 1 }
    bitbucket: { repositories: [acme/pay-api] }
    slack: { channel: C0PAY }
`;

let temporal: TemporalHarness;
let folder: string;
let product: Product;

beforeAll(async () => {
  temporal = await openTemporal();
}, 60_000);
afterAll(() => temporal.close());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sweep-file-'));
  writeFileSync(join(folder, 'pm-agent.yaml'), TEAMS);
  product = await startProduct(temporal, join(folder, 'pm-agent.yaml'));
}, 60_000);
afterEach(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

function say(text: string, as: string, threadTs?: string) {
  const body = { channel: 'C0PAY', text, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
  return product.call('POST', '/slack/chat.postMessage', body, as);
}

/** A thread that the agent takes part in; answers its `ts`. */
async function openThread(): Promise<string> {
  const { ts } = await say('<@U0PMAGENT> what is the status of PAY-4?', 'U0ANA');
  await product.settled(1);
  return ts;
}

async function loseAll(): Promise<void> {
  for (const vendor of ['jira', 'bitbucket', 'slack'] as const) {
    await product.lose(vendor);
  }
}

/** Every webhook has arrived or is lost. */
function arrived(): Promise<void> {
  return eventually(async () => {
    expect((await product.webhooks()).waiting ?? 0).toBe(0);
  });
}

/** One change of every kind that the sweep can find. */
async function changeEverything(threadTs: string): Promise<void> {
  const call: Product['call'] = (...args) => product.call(...args);
  const { id } = await call('POST', `${ISSUE}/PAY-4/comment`, { body: 'Is anybody on this?' }, ANA);
  await call('PUT', `${ISSUE}/PAY-4/comment/${id}`, { body: 'Is anybody on this now?' }, ANA);
  await call('PUT', `${ISSUE}/PAY-4`, { fields: { priority: { name: 'Low' } } }, ANA);
  const fields = { project: { key: 'PAY' }, summary: 'Refund twice', issuetype: { name: 'Bug' } };
  await call('POST', ISSUE, { fields }, ANA);
  const ends = { inwardIssue: { key: 'PAY-7' }, outwardIssue: { key: 'PAY-6' } };
  await call('POST', '/jira/rest/api/2/issueLink', { type: { name: 'Blocks' }, ...ends }, ANA);
  await call('POST', '/jira/rest/agile/1.0/sprint/13', { state: 'active' }, ANA);
  await call('POST', '/jira/rest/agile/1.0/sprint/12', { state: 'closed' }, ANA);
  await call('POST', `${PULLS}/1/comments`, { content: { raw: 'Looks good to me' } }, 'ana');
  await call('POST', `${PULLS}/1/approve`, {}, 'ana');
  await call('PUT', `${PULLS}/1`, { title: 'PAY-3 Idempotency keys, second try' }, 'bo');
  await call('POST', `${PULLS}/2/request-changes`, {}, 'cleo');
  await call('POST', `${PULLS}/2/decline`, {}, 'dan');
  const source = { branch: { name: 'feature/PAY-3-idempotency-keys' } };
  await call('POST', PULLS, { title: 'PAY-3 again', source }, 'bo');
  await say('and what about PAY-5?', 'U0BO', threadTs);
}

const EVERYTHING = {
  comment_created: 1,
  comment_updated: 1,
  issue_updated: 1,
  issue_created: 1,
  issuelink_created: 1,
  sprint_started: 1,
  sprint_closed: 1,
  pr_comment_created: 1,
  pr_approved: 1,
  pr_updated: 1,
  pr_changes_requested: 1,
  pr_declined: 1,
  pr_created: 1,
  thread_message: 1,
};
const ALL = Object.keys(EVERYTHING).length;

function kinds(events: readonly EventView[]) {
  return countBy(events, ({ eventType }) => eventType);
}

test('the sample that `npm start` names is one event, whichever way it comes', async () => {
  const { config } = product;
  const { comment } = writeSamples({
    dataDir: folder,
    agentName: config.file.agent.name,
    isJiraSimulated: true,
    now: new Date(),
  });
  const { path, headers, body, content, eventKey } = createDelivery({
    source: 'jira',
    file: Buffer.from(comment.body),
    eventKey: null,
    deliveryId: null,
    secret: config.webhookSecrets.jira[0] ?? null,
    now: new Date(),
  });
  await product.call('POST', '/_learn', { source: 'jira', eventKey, body: content });

  const answer = await fetch(`http://127.0.0.1:${config.server.port}${path}`, {
    method: 'POST',
    headers,
    body,
  });
  // The sweep reads the comments of what changed since.
  await product.call('PUT', `${ISSUE}/PAY-4`, { fields: { priority: { name: 'Low' } } }, ANA);
  await product.settled(2);
  await product.sweep();
  await eventually(async () => expect(product.pendingFinds()).toBe(0));

  expect(answer.status).toBe(202);
  expect(kinds(await product.settled(2))).toEqual({ comment_created: 1, issue_updated: 1 });
});

test('what all three vendors lost is found by one sweep, once each, and late webhooks of it are duplicates', async () => {
  const threadTs = await openThread();
  const before = (await product.events()).length;
  await loseAll();
  await changeEverything(threadTs);
  await arrived();
  expect(await product.events()).toHaveLength(before);

  const result = await product.sweep();
  const found = (await product.settled(before + ALL)).slice(before);

  expect(result.scopes.map(({ scope, problem }) => [scope, problem])).toEqual([
    ['issues:PAY', null],
    ['overdue:PAY', null],
    ['sprints:1', null],
    ['pull_requests:acme/pay-api', null],
    ['conversations', null],
  ]);
  expect(kinds(found)).toEqual(EVERYTHING);
  expect(kinds(found.filter(({ origin }) => origin === 'reconcile'))).toEqual(EVERYTHING);
  expect(new Set(found.map(({ cycleId }) => cycleId)).size).toBe(ALL);

  const again = await product.sweep();
  expect(again.scopes.every((scope) => scope.found === 0)).toBe(true);

  expect(await product.release()).toBeGreaterThanOrEqual(ALL);
  await arrived();
  expect((await product.webhooks()).failed ?? 0).toBe(0);
  expect(await product.events()).toHaveLength(before + ALL);
});

test('what webhooks told of is nothing new to the sweep', async () => {
  const threadTs = await openThread();
  const before = (await product.events()).length;
  await changeEverything(threadTs);
  await arrived();
  const told = await product.settled(before + ALL);
  expect(kinds(told.slice(before))).toMatchObject(EVERYTHING);

  const { scopes } = await product.sweep();
  await eventually(async () => expect(product.pendingFinds()).toBe(0));

  const changed = scopes.filter(({ scope }) => !scope.startsWith('overdue:'));
  expect(changed.every(({ looked, problem }) => looked > 0 && problem === null)).toBe(true);
  expect(await product.events('&origin=reconcile')).toEqual([]);
  expect(await product.events()).toHaveLength(told.length);
});

describe('the agent itself', () => {
  test('is not answered for what it did, although its webhooks were lost', async () => {
    await openThread();
    await loseAll();
    await product.call('POST', `${ISSUE}/PAY-4/comment`, { body: 'By the agent' });
    await product.call('POST', `${PULLS}/1/comments`, { content: { raw: 'By the agent' } });
    const before = (await product.events()).length;

    const { scopes } = await product.sweep();

    expect(scopes.map(({ found }) => found)).toEqual(scopes.map(() => 0));
    expect(await product.events()).toHaveLength(before);
  });
});

test('an issue whose due date passes is one event, until another date of it passes', async () => {
  const before = (await product.events()).length;
  await product.call('POST', '/_story/overdue');

  await product.sweep();
  const [event, ...others] = (await product.settled(before + 1)).slice(before);
  const again = await product.sweep();

  expect(others).toEqual([]);
  expect(event).toMatchObject({ eventType: 'issue_overdue', origin: 'reconcile', subject: 'jira:PAY-3' });
  expect(again.scopes.every(({ found }) => found === 0)).toBe(true);

  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
  await loseAll();
  await product.call('PUT', `${ISSUE}/PAY-3`, { fields: { duedate: twoDaysAgo } }, ANA);
  await product.sweep();
  const moved = (await product.settled(before + 3)).slice(before + 1);
  expect(kinds(moved)).toEqual({ issue_updated: 1, issue_overdue: 1 });
});

test('a gap of more than one page is read to its end, with nothing left out and nothing twice', async () => {
  await product.stopApi();
  await loseAll();
  const fields = { project: { key: 'PAY' }, issuetype: { name: 'Bug' } };
  for (let number = 0; number < 45; number++) {
    await product.call('POST', ISSUE, { fields: { ...fields, summary: `Refund ${number}` } }, ANA);
    await product.call('POST', `${PULLS}/1/comments`, { content: { raw: `Comment ${number}` } }, 'ana');
  }

  const { scopes } = await product.sweep();

  expect(scopes.find(({ scope }) => scope === 'issues:PAY')).toMatchObject({ found: 45, problem: null });
  expect(scopes.find(({ scope }) => scope.startsWith('pull_requests'))).toMatchObject({
    looked: 1,
    found: 45,
  });
  expect(product.pendingFinds()).toBe(90);
  expect((await product.sweep()).scopes.every((scope) => scope.found === 0)).toBe(true);
});

test('F50: a hundred changes while the API is away are all found by one sweep, each once', async () => {
  const threadTs = await openThread();
  const before = (await product.events()).length;
  await product.stopApi();
  await loseAll();
  const numbers = Array.from({ length: 25 }, (_none, index) => index);
  const { issues } = await product.call(
    'GET',
    '/jira/rest/api/2/search?jql=project%20%3D%20PAY&fields=summary',
  );
  for (const number of numbers) {
    const { key } = issues[number % issues.length];
    await product.call('POST', `${ISSUE}/${key}/comment`, { body: `Comment ${number}` }, ANA);
    await product.call('PUT', `${ISSUE}/${key}`, { fields: { summary: `Summary ${number}` } }, ANA);
    await product.call('POST', `${PULLS}/${1 + (number % 2)}/comments`, { content: { raw: 'x' } }, 'ana');
    await say(`Message ${number}`, 'U0BO', threadTs);
  }
  await product.startApi();

  await product.sweep();
  const events = await product.settled(before + 100);

  expect(events).toHaveLength(before + 100);
  expect(kinds(events.slice(before))).toEqual({
    comment_created: 25,
    issue_updated: 25,
    pr_comment_created: 25,
    thread_message: 25,
  });
  expect(new Set(events.slice(before).map(({ origin }) => origin))).toEqual(new Set(['reconcile']));
  expect(new Set(events.map(({ cycleId }) => cycleId)).size).toBe(before + 100);
  await eventually(async () => expect(await product.broken()).toEqual([]), 60_000);
}, 180_000);
