/** Good deliveries, over real sockets and a real inbox. Bad ones stand in test/bad-inputs. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createBadSignatures } from '../../../src/api/webhooks/bad-signatures.js';
import {
  blockActions,
  commentCreated,
  jiraComment,
  payloadForm,
  pushBody,
  slackEvent,
  slackMessage,
  slashCommand,
} from '../support/bodies.js';
import { SECRETS } from '../support/config.js';
import { bitbucketHeaders, jiraHeaders, post, slackHeaders } from '../support/sending.js';
import { startTestApi, type TestApi } from '../support/test-api.js';

let api: TestApi;
let jira: string;
let bitbucket: string;
let slack: string;
let made = 0;

beforeAll(async () => {
  api = await startTestApi({
    config: { webhookSecrets: { ...plain(), jira: ['new-secret', SECRETS.jira] } },
  });
  jira = `${api.url}/webhooks/jira`;
  bitbucket = `${api.url}/webhooks/bitbucket`;
  slack = `${api.url}/webhooks/slack`;
});
afterAll(() => api.close());

function plain() {
  return { jira: [SECRETS.jira], bitbucket: [SECRETS.bitbucket], slack: [SECRETS.slack] };
}

/** A comment event that nobody sent before. */
function freshComment(overrides: Record<string, unknown> = {}): string {
  made += 1;
  return JSON.stringify(commentCreated({ comment: jiraComment({ id: `${30_000 + made}` }), ...overrides }));
}

test('bad signatures of one address do not count for another, nor without bound', () => {
  const { count } = createBadSignatures();
  for (let n = 0; n < 1_000; n += 1) {
    expect(count('203.0.113.7', 5_000)).toBe(0);
  }

  expect(count('203.0.113.7', 5_000)).toBe(60);
  expect(count('203.0.113.7', 20_000)).toBe(45);
  expect(count('203.0.113.8', 5_000)).toBe(0);
  for (let n = 0; n < 10_000; n += 1) {
    count(`address-${n}`, 6_000);
  }
  expect(count('203.0.113.7', 6_000)).toBe(0);
});

test('bad signatures are forgotten with the minute', () => {
  const { count } = createBadSignatures();
  for (let n = 0; n < 1_001; n += 1) {
    count('203.0.113.7', 5_000);
  }

  expect(count('203.0.113.7', 64_999)).toBe(1);
  expect(count('203.0.113.7', 65_000)).toBe(0);
});

describe('a good delivery', () => {
  test('is answered 202 with its event and cycle, and is in the inbox by then', async () => {
    const raw = freshComment();
    const answer = await post(jira, raw, jiraHeaders(raw, 'delivery/1 {x}'));

    expect(answer.status).toBe(202);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Object.keys(answer.body).sort()).toEqual(['cycleId', 'eventId', 'status']);
    expect(answer.body.status).toBe('accepted');
    const row = api.inbox.get(answer.body.eventId);
    expect(row).toMatchObject({
      status: 'received',
      eventType: 'comment_created',
      cycleId: answer.body.cycleId,
    });
    expect(api.inbox.raw(answer.body.eventId)?.toString()).toBe(raw);
  });

  test('names its cycle after the delivery', async () => {
    const raw = freshComment();
    const answer = await post(jira, raw, jiraHeaders(raw, '6e0b1c6c-77aa'));

    expect(answer.body.cycleId).toBe('cycle-jira-6e0b1c6c-77aa');
  });

  test.each([
    ['no id', {}],
    ['an id of 200 characters', { 'x-atlassian-webhook-identifier': 'x'.repeat(200) }],
    ['an id with blanks', { 'x-atlassian-webhook-identifier': 'a b' }],
  ])('with %s is named after its body', async (_name, id) => {
    const raw = freshComment();
    const { 'x-atlassian-webhook-identifier': _left, ...headers } = jiraHeaders(raw);
    const answer = await post(jira, raw, { ...headers, ...id });

    expect(answer.body.cycleId).toMatch(/^cycle-jira-[0-9a-f]{64}$/);
  });

  test('is kept without signature and credentials', async () => {
    const raw = freshComment();
    const answer = await post(jira, raw, {
      ...jiraHeaders(raw),
      authorization: 'Bearer secret',
      cookie: 'a=b',
      'x-atlassian-webhook-flow': 'Primary',
    });
    const headers = api.inbox.get(answer.body.eventId)?.headers ?? {};

    expect(headers['x-atlassian-webhook-flow']).toBe('Primary');
    expect(Object.keys(headers)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/signature|authorization|cookie/)]),
    );
  });

  test('without a content type is read as JSON', async () => {
    const raw = freshComment();
    const { 'content-type': _left, ...headers } = jiraHeaders(raw);
    // A Buffer, because fetch names a type for texts.
    expect((await post(jira, Buffer.from(raw), headers)).status).toBe(202);
  });

  test('of Bitbucket and of Slack at its three addresses is accepted', async () => {
    const push = JSON.stringify(pushBody);
    const mention = JSON.stringify(slackEvent(slackMessage({ type: 'app_mention' })));
    const form = payloadForm(blockActions);
    const command = slashCommand.toString();

    const answers = [
      await post(bitbucket, push, bitbucketHeaders(push, 'repo:push')),
      await post(slack, mention, slackHeaders(mention)),
      await post(`${slack}/interactions`, form, slackHeaders(form, 'form')),
      await post(`${slack}/commands`, command, slackHeaders(command, 'form')),
    ];

    expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 202]);
    expect(answers[3]?.body).toMatchObject({ status: 'accepted', response_type: 'ephemeral' });
    expect(answers.every((answer) => api.inbox.get(answer.body.eventId)?.status === 'received')).toBe(true);
  });

  test('in a thread that a mention opened is a thread message', async () => {
    const ts = '1795000777.000100';
    const mention = JSON.stringify(slackEvent(slackMessage({ type: 'app_mention', ts })));
    const reply = JSON.stringify(slackEvent(slackMessage({ ts: '1795000778.000100', thread_ts: ts })));
    const before = await post(slack, reply, slackHeaders(reply));
    await post(slack, mention, slackHeaders(mention));
    const second = JSON.stringify(slackEvent(slackMessage({ ts: '1795000779.000100', thread_ts: ts })));
    const after = await post(slack, second, slackHeaders(second));

    expect(before.body.status).toBe('ignored');
    expect(api.inbox.get(after.body.eventId)?.eventType).toBe('thread_message');
  });
});

test('another body about the same comment is a duplicate by the change', async () => {
  const raw = freshComment();
  const other = JSON.stringify({ ...JSON.parse(raw), timestamp: Date.now() - 5 });
  const first = await post(jira, raw, jiraHeaders(raw));
  const second = await post(jira, other, jiraHeaders(other));

  expect(second.body).toMatchObject({ status: 'duplicate', eventId: first.body.eventId });
});
