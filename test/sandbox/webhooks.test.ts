import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { attemptHeaders } from '../../src/sandbox/signatures.js';
import { eventually as untilHolds } from '../support/eventually.js';
import { adf, eventOf, eventually, SECRETS, startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
let skipped = 0;

beforeEach(async () => {
  skipped = 0;
  sandbox = await startSandbox({ now: () => new Date(Date.now() + skipped) });
});

afterEach(() => sandbox.close());

function hmac(secret: string | null, text: string): string {
  return createHmac('sha256', secret ?? '')
    .update(text)
    .digest('hex');
}

const comment = () => sandbox.post('/jira/rest/api/3/issue/PAY-3/comment', { body: adf('Hello') });

describe('a webhook of Jira', () => {
  test('is signed over the raw body and names its delivery', async () => {
    await comment();
    const hook = await sandbox.hook('comment_created');

    expect(hook.path).toBe('/webhooks/jira');
    expect(hook.headers['x-hub-signature']).toBe(`sha256=${hmac(SECRETS.jira, hook.raw)}`);
    expect(hook.headers['x-atlassian-webhook-identifier']).toMatch(/^[0-9a-f-]{36}$/);
    expect(hook.headers['x-atlassian-webhook-flow']).toBe('Primary');
    expect(hook.headers['x-atlassian-webhook-retry']).toBeUndefined();
  });

  test('about a comment has a text, no user, and a small issue', async () => {
    await comment();
    const { body } = await sandbox.hook('comment_created');

    expect(body.timestamp).toBeGreaterThan(1_700_000_000_000);
    expect(body.user).toBeUndefined();
    expect(body.comment).toMatchObject({ body: 'Hello', author: { accountId: '712020:pm-agent' } });
    expect(Object.keys(body.issue.fields).toSorted()).toEqual(
      ['assignee', 'issuetype', 'priority', 'project', 'status', 'summary'].toSorted(),
    );
  });

  test('about a transition carries the user and the changelog', async () => {
    await sandbox.post('/jira/rest/api/3/issue/PAY-3/transitions', { transition: { id: '31' } });
    const { body } = await sandbox.hook('jira:issue_updated');

    expect(body).toMatchObject({
      issue_event_type_name: 'issue_generic',
      user: { accountId: '712020:pm-agent' },
      issue: { key: 'PAY-3', fields: { status: { name: 'In Review' } } },
      changelog: { items: [{ fieldId: 'status', fromString: 'In Progress', toString: 'In Review' }] },
    });
    expect(typeof body.issue.fields.description).toBe('string');
  });

  test('about a link has ids only, about a sprint only the sprint', async () => {
    await sandbox.post('/jira/rest/api/3/issueLink', {
      type: { name: 'Relates' },
      inwardIssue: { key: 'PAY-1' },
      outwardIssue: { key: 'PAY-2' },
    });
    await sandbox.put('/jira/rest/agile/1.0/sprint/12', { state: 'closed' });
    const link = await sandbox.hook('issuelink_created');
    const sprint = await sandbox.hook('sprint_closed');

    expect(link.body.issueLink).toMatchObject({
      sourceIssueId: expect.any(Number),
      issueLinkType: { name: 'Relates' },
    });
    expect(Object.keys(sprint.body)).toEqual(['timestamp', 'webhookEvent', 'sprint']);
  });
});

describe('a webhook of Bitbucket', () => {
  test('names its event in a header only and is signed', async () => {
    await sandbox.post('/bitbucket/2.0/repositories/acme/pay-api/pullrequests/1/comments', {
      content: { raw: 'Hi' },
    });
    const hook = await sandbox.hook('pullrequest:comment_created');

    expect(hook.headers['x-hub-signature']).toBe(`sha256=${hmac(SECRETS.bitbucket, hook.raw)}`);
    expect(hook.headers['x-request-uuid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(hook.headers['x-hook-uuid']).toBeDefined();
    expect(hook.headers['x-attempt-number']).toBe('1');
    expect(Object.keys(hook.body)).toEqual(['repository', 'actor', 'pullrequest', 'comment']);
    expect(hook.body.repository.slug).toBeUndefined();
  });

  test.each([
    ['approve', 'pullrequest:approved', 'approval'],
    ['request-changes', 'pullrequest:changes_request_created', 'changes_request'],
    ['merge', 'pullrequest:fulfilled', 'pullrequest'],
    ['decline', 'pullrequest:rejected', 'pullrequest'],
  ])('%s sends %s', async (verb, event, member) => {
    await sandbox.post(`/bitbucket/2.0/repositories/acme/pay-api/pullrequests/1/${verb}`);

    expect((await sandbox.hook(event)).body[member]).toBeDefined();
  });
});

describe('a webhook of Slack', () => {
  test('is signed over its time and body', async () => {
    await sandbox.post('/slack/chat.postMessage', { channel: 'C0PAY', text: 'Hi' });
    const hook = await sandbox.hook('message');
    const time = hook.headers['x-slack-request-timestamp'];

    expect(hook.headers['x-slack-signature']).toBe(
      `v0=${hmac(SECRETS.slack, `v0:${String(time)}:${hook.raw}`)}`,
    );
    expect(Math.abs(Number(time) - Date.now() / 1000)).toBeLessThan(5);
    expect(hook.body.event).toMatchObject({ bot_id: 'B0PMAGENT', app_id: 'A0PMAGENT' });
  });
});

describe('a delivery', () => {
  test('that fails is tried again under the same id, counted', async () => {
    sandbox.hookAnswers.push(503, null);
    await comment();
    await eventually(() => sandbox.hooks[0], 'a first attempt');
    const retries = eventually(() => (sandbox.hooks.length >= 3 ? true : null), 'a third attempt');
    const skip = setInterval(() => (skipped += 5_000), 20);
    await retries.finally(() => clearInterval(skip));

    const ids = sandbox.hooks.map(({ headers }) => headers['x-atlassian-webhook-identifier']);
    expect(new Set(ids).size).toBe(1);
    expect(sandbox.hooks.map(({ headers }) => headers['x-atlassian-webhook-retry'])).toEqual([
      undefined,
      '1',
      '2',
    ]);
  });

  test('that is refused for good is not repeated, and the state tells', async () => {
    sandbox.hookAnswers.push(401);
    await comment();
    await eventually(() => sandbox.hooks[0], 'the attempt');

    const state = await eventuallyState(({ webhooks }) => webhooks[0]?.state !== 'waiting');

    expect(state.webhooks[0]).toMatchObject({ state: 'failed', attempts: 1, lastResult: 'HTTP 401' });
  });

  test('that did not get through before the end goes out after the next start', async () => {
    sandbox.hookAnswers.push(503);
    await comment();
    await eventuallyState(({ webhooks }) => webhooks[0]?.attempts === 1);
    skipped += 60_000;

    await sandbox.restart();
    const again = await eventually(() => sandbox.hooks[1], 'a delivery after the start');

    expect(again.headers['x-atlassian-webhook-identifier']).toBe(
      sandbox.hooks[0]?.headers['x-atlassian-webhook-identifier'],
    );
  });

  test('never delays the vendor’s own answer', async () => {
    const lonely = await startSandbox();
    lonely.hookAnswers.push(...Array.from({ length: 20 }, () => 'never' as const));

    // Each would wait for the end of its delivery, which does not come within this test's time.
    for (let count = 0; count < 20; count += 1) {
      const { status } = await lonely.post('/jira/rest/api/3/issue/PAY-3/comment', {
        body: adf(`Hello ${count}`),
      });
      expect(status).toBe(201);
    }
    await lonely.close();
  });
});

test('the documented vector of Jira’s signature comes out', () => {
  const webhook = {
    seq: 1,
    vendor: 'jira',
    deliveryId: 'x',
    path: '/webhooks/jira',
    contentType: 'application/json',
    headers: {},
    body: 'Hello World!',
    attempts: 0,
    lastResult: null,
  } as const;
  const secrets = { ...SECRETS, jira: "It's a Secret to Everybody" };

  expect(attemptHeaders(webhook, secrets, new Date())['x-hub-signature']).toBe(
    'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
  );
});

test('without a secret the webhooks go out unsigned', async () => {
  const unsigned = await startSandbox({ secrets: { jira: null, bitbucket: null, slack: null } });
  await unsigned.post('/jira/rest/api/3/issue/PAY-3/comment', { body: adf('Hello') });
  const hook = await unsigned.hook('comment_created');
  await unsigned.close();

  expect(eventOf(hook)).toBe('comment_created');
  expect(hook.headers['x-hub-signature']).toBeUndefined();
});

async function eventuallyState(isSo: (state: any) => boolean): Promise<any> {
  return untilHolds(
    async () => {
      const { body } = await sandbox.get('/_state');
      if (isSo(body)) return body;
      throw new Error('The state never came to that.');
    },
    60_000,
    10,
  );
}
