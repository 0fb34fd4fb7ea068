import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { AUTHORIZED, eventually, startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
let client: WebClient;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = new WebClient('xoxb-anything', {
    slackApiUrl: `${sandbox.url}/slack/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
});

afterAll(() => sandbox.close());

const LONG_BLOCKS = Array.from({ length: 5 }, () => ({
  type: 'section',
  text: { type: 'mrkdwn', text: 'x'.repeat(2_900) },
}));
const METADATA = { event_type: 'pm_agent_action', event_payload: { action_id: 'a-1' } };

function post(method: string, body: unknown, headers: Record<string, string> = AUTHORIZED) {
  return sandbox.call('POST', `/slack/${method}`, body, headers);
}

describe('the Web API over the vendor’s own client', () => {
  test('knows the bot', async () => {
    expect(await client.auth.test()).toMatchObject({
      ok: true,
      user_id: 'U0PMAGENT',
      bot_id: 'B0PMAGENT',
      team_id: 'T0ACMECORP',
    });
  });

  test('posts a message with blocks and metadata, which only show where asked for', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'Hi *all*' } }];
    const posted = await client.chat.postMessage({
      channel: 'C0PAY',
      text: 'Hi',
      blocks,
      metadata: METADATA,
    });

    const history = await client.conversations.history({
      channel: 'C0PAY',
      limit: 1,
      include_all_metadata: true,
    });
    const plain = await client.conversations.history({ channel: 'C0PAY', limit: 1 });

    expect(history.messages?.[0]).toMatchObject({
      ts: posted.ts,
      bot_id: 'B0PMAGENT',
      blocks,
      metadata: METADATA,
    });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    expect(history.has_more).toBe(true);
  });

  test('answers in a thread and reads it back, opener first', async () => {
    const opener = await client.chat.postMessage({ channel: 'C0PAY', text: 'Opener' });
    const reply = await client.chat.postMessage({
      channel: 'C0PAY',
      text: 'Reply',
      thread_ts: opener.ts as string,
    });

    const thread = await client.conversations.replies({ channel: 'C0PAY', ts: opener.ts as string });
    const history = await client.conversations.history({ channel: 'C0PAY', limit: 100 });

    expect(thread.messages?.map(({ text }) => text)).toEqual(['Opener', 'Reply']);
    expect(thread.messages?.[0]).toMatchObject({ reply_count: 1, latest_reply: reply.ts });
    expect(thread.messages?.[1]).toMatchObject({ thread_ts: opener.ts, parent_user_id: 'U0PMAGENT' });
    expect(history.messages?.map(({ ts }) => ts)).not.toContain(reply.ts);
  });

  test('updates, deletes and reacts', async () => {
    const { ts } = (await client.chat.postMessage({ channel: 'C0WEB', text: 'One' })) as { ts: string };

    const updated = await client.chat.update({ channel: 'C0WEB', ts, text: 'Two' });
    await client.reactions.add({ channel: 'C0WEB', timestamp: ts, name: 'eyes' });
    const twice = client.reactions.add({ channel: 'C0WEB', timestamp: ts, name: 'eyes' });
    await expect(twice).rejects.toMatchObject({ data: { error: 'already_reacted' } });
    const read = await client.conversations.history({ channel: 'C0WEB', limit: 1 });
    await client.chat.delete({ channel: 'C0WEB', ts });

    expect(updated.text).toBe('Two');
    expect(read.messages?.[0]).toMatchObject({ text: 'Two', reactions: [{ name: 'eyes', count: 1 }] });
    expect((await client.conversations.history({ channel: 'C0WEB', limit: 1 })).messages?.[0]?.ts).not.toBe(
      ts,
    );
  });

  test('rewrites a message: blocks that a text does not bring are gone, the marker stays', async () => {
    const blocks = [{ type: 'divider' }];
    const { ts } = (await client.chat.postMessage({
      channel: 'C0WEB',
      text: 'One',
      blocks,
      metadata: METADATA,
    })) as { ts: string };

    await client.chat.update({ channel: 'C0WEB', ts, text: 'Two' });

    const read = await client.conversations.history({
      channel: 'C0WEB',
      limit: 1,
      include_all_metadata: true,
    });
    expect(read.messages?.[0]).toMatchObject({ ts, text: 'Two', metadata: METADATA });
    expect(read.messages?.[0]).not.toHaveProperty('blocks');
  });

  test('whispers to one person of the channel, outside of its history', async () => {
    const before = await client.conversations.history({ channel: 'C0PAY', limit: 1 });
    const told = await client.chat.postEphemeral({ channel: 'C0PAY', user: 'U0ANA', text: 'Psst' });

    expect(told.message_ts).toMatch(/^\d+\.\d{6}$/);
    const after = await client.conversations.history({ channel: 'C0PAY', limit: 1 });
    expect(after.messages?.[0]?.ts).toBe(before.messages?.[0]?.ts);
    await expect(
      client.chat.postEphemeral({ channel: 'C0WEB', user: 'U0BO', text: 'Psst' }),
    ).rejects.toMatchObject({ data: { error: 'user_not_in_channel' } });
  });

  test('knows where people’s clocks stand', async () => {
    const { user } = await client.users.info({ user: 'U0ANA' });

    expect(user).toMatchObject({
      tz: 'Europe/Berlin',
      tz_label: expect.stringContaining('Central European'),
    });
    expect([3_600, 7_200]).toContain(user?.tz_offset);
  });

  test('finds people, and opens a direct message with one', async () => {
    const ana = await client.users.lookupByEmail({ email: 'ana@acme.example' });
    const opened = await client.conversations.open({ users: 'U0ANA' });
    const sent = await client.chat.postMessage({ channel: opened.channel?.id as string, text: 'Hello Ana' });

    expect(ana.user).toMatchObject({ id: 'U0ANA', real_name: 'Ana Lindqvist' });
    expect(sent.channel).toBe('D0ANA');
  });

  test('pages by cursor', async () => {
    const first = await client.users.list({ limit: 4 });
    const second = await client.users.list({
      limit: 4,
      cursor: first.response_metadata?.next_cursor as string,
    });

    expect(first.members).toHaveLength(4);
    expect(second.members).toHaveLength(2);
    expect(second.response_metadata?.next_cursor).toBe('');
  });
});

describe('an error', () => {
  test.each([
    ['chat.postMessage', { channel: 'C0NOPE', text: 'x' }, 'channel_not_found'],
    ['chat.postMessage', { channel: 'C0PAY' }, 'no_text'],
    ['chat.postMessage', { channel: 'C0PAY', text: 'x'.repeat(40_001) }, 'msg_too_long'],
    [
      'chat.postMessage',
      { channel: 'C0PAY', text: 'x', blocks: JSON.stringify(LONG_BLOCKS) },
      'msg_blocks_too_long',
    ],
    ['chat.postMessage', { channel: 'C0PAY', text: 'x', blocks: '[{' }, 'invalid_blocks'],
    ['chat.postMessage', { channel: 'C0PAY', text: 'x', metadata: '{"a":1}' }, 'invalid_metadata_format'],
    ['chat.postMessage', { channel: 'C0PAY', text: 'x', thread_ts: '1.000001' }, 'thread_not_found'],
    ['chat.update', { channel: 'C0PAY', ts: '1.000001', text: 'x' }, 'message_not_found'],
    ['conversations.info', { channel: 'C0NOPE' }, 'channel_not_found'],
    ['conversations.replies', { channel: 'C0PAY', ts: '1.000001' }, 'thread_not_found'],
    ['conversations.history', { channel: 'C0PAY', cursor: 'zzz' }, 'invalid_cursor'],
    ['users.info', { user: 'U0NOPE' }, 'user_not_found'],
    ['users.lookupByEmail', { email: 'no@acme.example' }, 'users_not_found'],
    ['views.open', { trigger_id: 'old', view: '{"type":"modal"}' }, 'invalid_arguments'],
    [
      'views.open',
      { trigger_id: 'old', view: '{"type":"modal","title":{"type":"plain_text","text":"?"},"blocks":[]}' },
      'expired_trigger_id',
    ],
    ['nonsense.method', {}, 'unknown_method'],
  ])('of %s %j is HTTP 200 with %s', async (method, body, error) => {
    const refused = await post(method, body);

    expect(refused.status).toBe(200);
    expect(refused.body).toMatchObject({ ok: false, error });
  });

  test('of a call without a token is not_authed', async () => {
    expect((await post('auth.test', {}, {})).body).toEqual({ ok: false, error: 'not_authed' });
  });

  test('of changing somebody else’s message is refused', async () => {
    const history = await post('conversations.history', { channel: 'C0PAY', limit: 100 });
    const theirs = history.body.messages.find(({ bot_id }: any) => bot_id === undefined);

    const refused = await post('chat.update', { channel: 'C0PAY', ts: theirs.ts, text: 'x' });

    expect(refused.body.error).toBe('cant_update_message');
  });
});

describe('a person', () => {
  const ANA = { authorization: 'Bearer xoxp-U0ANA' };

  test('who names the agent makes app_mention and message, both signed as Slack does', async () => {
    const text = '<@U0PMAGENT> what is the status of PAY-3?';
    const posted = await post('chat.postMessage', { channel: 'C0PAY', text }, ANA);

    const mention = await sandbox.hook('app_mention');
    const message = await eventually(
      () =>
        sandbox.hooks.find(({ body }) => body.event?.type === 'message' && body.event.ts === posted.body.ts),
      'the message event',
    );

    expect(mention.body).toMatchObject({
      type: 'event_callback',
      team_id: 'T0ACMECORP',
      event: { user: 'U0ANA', channel: 'C0PAY', text, ts: posted.body.ts, event_ts: posted.body.ts },
      authorizations: [{ user_id: 'U0PMAGENT', is_bot: true }],
    });
    expect(message.body.event.channel_type).toBe('channel');
    expect(message.body.event_id).not.toBe(mention.body.event_id);
  });

  test('in a direct message makes no app_mention', async () => {
    const before = sandbox.hooks.length;
    const posted = await post('chat.postMessage', { channel: 'D0ANA', text: '<@U0PMAGENT> hi' }, ANA);

    const hook = await eventually(
      () => sandbox.hooks.slice(before).find(({ body }) => body.event?.ts === posted.body.ts),
      'the direct message',
    );

    expect(hook.body.event).toMatchObject({ type: 'message', channel_type: 'im', channel: 'D0ANA' });
  });
});
