// oxlint-disable unicorn/require-post-message-target-origin -- Slack, not a window
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SectionBlock } from '@slack/types';
import { rejectForm } from '../../../src/integrations/slack/approval-forms.js';
import { createSlack } from '../../../src/integrations/slack/client.js';
import type { Slack } from '../../../src/integrations/slack/slack.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let slack: Slack;

beforeEach(async () => {
  server = await startScriptedServer();
  slack = createSlack({
    apiUrl: `${server.url}/api`,
    botToken: 'xoxb-1',
    linkHosts: ['acme.atlassian.net'],
    timeoutMs: 500,
  });
});

afterEach(() => server.close());

const write = {
  channel: 'C0PAY',
  threadTs: '1700000000.000100',
  text: '**Hi** <!channel>',
  actionId: 'cycle-1.a1',
};

describe('userName', () => {
  test.each([
    [
      { name: 'ana', real_name: 'Ana L', profile: { real_name: 'Ana Lindqvist', display_name: 'ana' } },
      'Ana Lindqvist',
    ],
    [{ name: 'ana', real_name: 'Ana L', profile: { real_name: '' } }, 'Ana L'],
    [{ name: 'ana', real_name: ' ', profile: { display_name: 'anali' } }, 'anali'],
    [{ name: 'ana' }, 'ana'],
    [{}, 'U0ANA'],
  ])('of %j is %s', async (user, name) => {
    server.answer({ body: { ok: true, user: { id: 'U0ANA', ...user } } });

    expect(await slack.userName('U0ANA')).toBe(name);
    expect(server.received[0]).toMatchObject({ path: '/api/users.info', form: { user: 'U0ANA' } });
  });
});

describe('postMessage', () => {
  test('sends exactly what `requests` shows, with marker and without unfurling', async () => {
    server.answer({ body: { ok: true, ts: '1700000001.000200' } });

    const ts = await slack.postMessage(write);

    const [request] = server.received;
    const sent = Object.entries(request?.form ?? {}).map(([key, value]) => [
      key,
      ['metadata', 'blocks'].includes(key) ? JSON.parse(value) : value,
    ]);
    const shown = slack.requests.postMessage(write);
    expect(ts).toBe('1700000001.000200');
    expect(request).toMatchObject({
      method: 'POST',
      path: `/api${shown.path}`,
      headers: { authorization: 'Bearer xoxb-1' },
    });
    expect(shown).toEqual({
      service: 'slack',
      method: 'POST',
      path: '/chat.postMessage',
      body: {
        channel: 'C0PAY',
        thread_ts: '1700000000.000100',
        text: '*Hi* &lt;!channel&gt;',
        blocks: [
          {
            type: 'section',
            text: { type: 'mrkdwn', text: '*Hi* &lt;!channel&gt;', verbatim: true },
            expand: true,
          },
        ],
        parse: 'none',
        unfurl_links: false,
        unfurl_media: false,
        metadata: { event_type: 'pm_agent_action', event_payload: { action_id: 'cycle-1.a1' } },
      },
    });
    expect(Object.fromEntries(sent)).toEqual({
      ...(shown.body as object),
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
  });

  test('to a person is found again in the direct message with them', async () => {
    const marked = { event_type: 'pm_agent_action', event_payload: { action_id: 'cycle-1.e1' } };
    server.answer(
      { body: { ok: true, channel: { id: 'D0LEAD' } } },
      { body: { ok: true, messages: [{ ts: '1.1' }, { ts: '1.2', metadata: marked }] } },
    );

    expect(await slack.findMessageByAction('U0LEAD', null, 'cycle-1.e1')).toBe('1.2');

    expect(server.received.map(({ path, form }) => [path, form?.['users'] ?? form?.['channel']])).toEqual([
      ['/api/conversations.open', 'U0LEAD'],
      ['/api/conversations.history', 'D0LEAD'],
    ]);
  });

  test('outside of a thread it names none', () => {
    expect(slack.requests.postMessage({ ...write, threadTs: null }).body).not.toHaveProperty('thread_ts');
  });
});

describe('the blocks of a long text', () => {
  const wordsOf = (text: string) => {
    const { body } = slack.requests.postMessage({ ...write, text });
    return body as { readonly text: string; readonly blocks?: readonly SectionBlock[] };
  };

  test('are several sections, and the text stays whole', () => {
    const [one, two] = ['a '.repeat(1_400).trim(), 'b '.repeat(1_400).trim()];

    const { text, blocks } = wordsOf(`${one}\n\n${two}`);

    expect(text).toBe(`${one}\n\n${two}`);
    expect(blocks?.map((block) => block.text?.text)).toEqual([one, two]);
  });

  test('are left out where it has a piece that no section holds', () => {
    const { text, ...rest } = wordsOf(`[x](https://acme.atlassian.net/?${'&'.repeat(1_900)})`);

    expect(text.length).toBeGreaterThan(3_000);
    expect(rest).not.toHaveProperty('blocks');
  });

  test('are left out where Slack would not take so many: it shows the text', () => {
    const { text, ...rest } = wordsOf('a & b\n\n'.repeat(1_100));

    expect(text.length).toBeGreaterThan(12_000);
    expect(rest).not.toHaveProperty('blocks');
  });
});

describe('more calls at once than the SDK lets go by itself', () => {
  const MANY = 130;
  beforeEach(() => {
    slack = createSlack({ apiUrl: `${server.url}/api`, botToken: 'xoxb-1', timeoutMs: 60_000 });
  });
  const post = (n: number, signal?: AbortSignal) =>
    slack.postMessage({ ...write, actionId: `cycle-1.a${n}` }, signal);

  test('each carries what Slack calls it, and no other call’s name', async () => {
    const refused = (n: number) => ({
      body: { ok: false, error: 'no_text', response_metadata: { messages: [`req-${n}`] } },
      headers: { 'x-slack-req-id': `req-${n}` },
    });
    server.answer(...Array.from({ length: MANY }, (_, n) => refused(n)));

    const failures = await Promise.all(Array.from({ length: MANY }, (_, n) => failureOf(post(n))));

    const named = failures.map(({ message, requestId }) => [/req-\d+/.exec(message)?.[0], requestId]);
    expect(named.filter(([said, id]) => said !== id)).toEqual([]);
  });

  test('each ends with its own signal, and with no other call’s', async () => {
    server.answer(...Array.from({ length: MANY }, (_, n) => ({ body: { ok: true, ts: `${n}.1` } })));
    const given = Array.from({ length: MANY }, () => new AbortController());
    const ended = given.slice(0, 100);

    const answers = given.map(({ signal }, n) => post(n, signal));
    for (const controller of ended) {
      controller.abort(new Error('given up'));
    }
    const settled = await Promise.allSettled(answers);

    expect(settled.slice(0, 100).every(({ status }) => status === 'rejected')).toBe(true);
    expect(settled.slice(100).filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});

describe('a message of blocks', () => {
  const message = { text: 'Hi', blocks: [{ type: 'divider' }] } as const;
  const metadata = { event_type: 'pm_agent_action', event_payload: { action_id: 'card-1' } };

  function received() {
    const form = server.received[0]?.form ?? {};
    return Object.fromEntries(
      Object.entries(form).map(([key, value]) => [key, /^[[{]/.test(value) ? JSON.parse(value) : value]),
    );
  }

  test('is posted with its marker, without unfurling', async () => {
    server.answer({ body: { ok: true, ts: '1.2' } });

    const ts = await slack.postBlocks({ channel: 'C0PAY', threadTs: '1.1', message, marker: 'card-1' });

    expect(ts).toBe('1.2');
    expect(server.received[0]?.path).toBe('/api/chat.postMessage');
    expect(received()).toEqual({
      ...message,
      channel: 'C0PAY',
      thread_ts: '1.1',
      parse: 'none',
      unfurl_links: 'false',
      unfurl_media: 'false',
      metadata,
    });
  });

  test('is rewritten and keeps its marker', async () => {
    server.answer({ body: { ok: true, channel: 'C0PAY', ts: '1.2', text: 'Hi' } });

    await slack.updateBlocks({ channel: 'C0PAY', ts: '1.2', message, marker: 'card-1' });

    expect(server.received[0]?.path).toBe('/api/chat.update');
    expect(received()).toEqual({ ...message, channel: 'C0PAY', ts: '1.2', parse: 'none', metadata });
  });

  test('is shown to one person', async () => {
    server.answer({ body: { ok: true, message_ts: '1.3' } });

    await slack.postEphemeral({ channel: 'C0PAY', userId: 'U0ANA', message });

    expect(server.received[0]?.path).toBe('/api/chat.postEphemeral');
    expect(received()).toEqual({ ...message, channel: 'C0PAY', user: 'U0ANA', parse: 'none' });
  });
});

test('a direct message is opened by the person’s id', async () => {
  server.answer({ body: { ok: true, channel: { id: 'D0ANA' } } });

  expect(await slack.openDirectMessage('U0ANA')).toBe('D0ANA');
  expect(server.received[0]).toMatchObject({
    path: '/api/conversations.open',
    form: { users: 'U0ANA' },
  });
});

describe('a form', () => {
  test('is opened with the trigger of a click', async () => {
    server.answer({ body: { ok: true, view: {} } });

    await slack.openView('1.2.abc', rejectForm('Move PAY-1', 'metadata'));

    expect(server.received[0]).toMatchObject({ path: '/api/views.open', form: { trigger_id: '1.2.abc' } });
    expect(JSON.parse(server.received[0]?.form['view'] ?? '{}')).toMatchObject({
      type: 'modal',
      callback_id: 'pm_agent_reject_form',
      private_metadata: 'metadata',
    });
  });

  test.each(['expired_trigger_id', 'exchanged_trigger_id', 'trigger_expired'])(
    'with %s came too late',
    async (error) => {
      server.answer({ body: { ok: false, error } });

      expect(await failureOf(slack.openView('t', rejectForm('x', '')))).toMatchObject({
        code: 'expired',
        retryable: false,
      });
    },
  );
});

describe('a failure', () => {
  test.each([
    ['channel_not_found', 'not_found', false, false],
    ['thread_not_found', 'not_found', false, false],
    ['invalid_auth', 'auth', false, false],
    ['not_authed', 'auth', false, false],
    ['account_inactive', 'auth', false, false],
    ['missing_scope', 'forbidden', false, false],
    ['not_in_channel', 'invalid', false, false],
    ['msg_too_long', 'invalid', false, false],
    ['msg_blocks_too_long', 'invalid', false, false],
    ['is_archived', 'invalid', false, false],
    ['restricted_action', 'invalid', false, false],
    ['team_added_to_org', 'unavailable', true, false],
    ['external_channel_migrating', 'unavailable', true, false],
    ['update_failed', 'unavailable', true, true],
    ['ratelimited', 'rate_limit', true, false],
    ['internal_error', 'unavailable', true, true],
    ['service_unavailable', 'unavailable', true, true],
  ])('%s is %s', async (error, code, retryable, outcomeUnknown) => {
    server.answer({ body: { ok: false, error } }, { body: { ok: false, error } });

    expect(await failureOf(slack.postMessage(write))).toMatchObject({
      service: 'slack',
      code,
      retryable,
      outcomeUnknown,
    });
    expect(await failureOf(slack.self())).toMatchObject({ code, outcomeUnknown: false });
  });

  test.each([
    [200, { ok: false, error: 'channel_not_found' }],
    [429, { ok: false, error: 'ratelimited' }],
    [503, 'upstream'],
  ])('of a call that was answered %d carries what Slack calls it', async (status, body) => {
    server.answer({ status, body, headers: { 'retry-after': '1', 'x-slack-req-id': 'req-1' } });
    server.answer({ body: { ok: false, error: 'channel_not_found' } });

    const [named, unnamed] = await Promise.all([
      failureOf(slack.openDirectMessage('U0BO')),
      failureOf(slack.openDirectMessage('U0BO')),
    ]);

    expect(new Set([named.requestId, unnamed.requestId])).toEqual(new Set(['req-1', null]));
  });

  test.each([
    ['msg_blocks_too_long', 'shorten it, or say it in several messages'],
    ['is_archived', 'unarchive the channel, or name another channel in pm-agent.yaml'],
    ['restricted_action_thread_locked', 'let the app post there'],
    ['messages_tab_disabled', 'App Home'],
    ['cant_update_message', 'SLACK_BOT_TOKEN'],
    ['invalid_blocks', 'please report it'],
    ['not_in_channel', 'invite the app to the channel'],
    ['not_authed', 'check SLACK_BOT_TOKEN and its scopes'],
  ])('%s says what to do', async (error, advice) => {
    server.answer({ body: { ok: false, error } });

    const { message } = await failureOf(slack.postMessage(write));

    expect(message).toMatch(/^slack refused POST \/chat\.postMessage: \w+ \(.+\)$/);
    expect(message).toContain(advice);
  });

  test('says which scope is missing and what to do', async () => {
    server.answer({
      body: { ok: false, error: 'missing_scope', needed: 'chat:write', provided: 'chat:read' },
    });

    expect((await failureOf(slack.postMessage(write))).message).toBe(
      'slack refused POST /chat.postMessage: missing_scope needs the scope chat:write (check SLACK_BOT_TOKEN and its scopes)',
    );
  });

  test.each([
    [{ 'retry-after': '30' }, 30_000],
    [{}, null],
  ])('a 429 with %j asks to wait %j ms, after one try', async (headers, retryAfterMs) => {
    server.answer({
      status: 429,
      headers,
      body: { ok: false, error: 'ratelimited' },
    });

    expect(await failureOf(slack.postMessage(write))).toMatchObject({
      status: 429,
      code: 'rate_limit',
      retryable: true,
      retryAfterMs,
      outcomeUnknown: false,
    });
    expect(server.received).toHaveLength(1);
  });

  test.each([
    ['a 500', { status: 500, body: 'oops' }, 'unavailable', true],
    ['a 404', { status: 404, body: 'oops' }, 'not_found', false],
    ['a cut socket', { cut: 'before' as const }, 'network', true],
    [
      'a body that breaks off',
      { cut: 'mid' as const, body: { ok: true, ts: '1', long: 'x'.repeat(500) } },
      'network',
      true,
    ],
    ['silence', { cut: 'hang' as const }, 'timeout', true],
    ['a page that is no JSON', { body: '<html>' }, 'bad_reply', true],
    ['an answer without a ts', { body: { ok: true } }, 'bad_reply', true],
  ])('%s is told after one try', async (_what, answer, code, outcomeUnknown) => {
    server.answer(answer);

    expect(await failureOf(slack.postMessage(write))).toMatchObject({ code, outcomeUnknown });
    expect(server.received).toHaveLength(1);
  });

  test('a redirect is not followed: the token stays here', async () => {
    server.answer({ status: 307, headers: { location: `${server.url}/elsewhere` } });

    // With the usual timeout: a busy machine may need longer than the short one for its first call.
    const patient = createSlack({ apiUrl: `${server.url}/api`, botToken: 't' });

    expect(await failureOf(patient.postMessage(write))).toMatchObject({ code: 'network' });
    expect(server.received.map(({ path }) => path)).toEqual(['/api/chat.postMessage']);
  });

  test('a refused connection cannot have posted', async () => {
    await server.close();

    expect(await failureOf(slack.postMessage(write))).toMatchObject({
      code: 'network',
      retryable: true,
      outcomeUnknown: false,
    });
  });
});

describe('reads', () => {
  const metadata = { event_type: 'pm_agent_action', event_payload: { action_id: 'mine' } };

  test('the bot’s ids come in the shape of the port', async () => {
    server.answer({ body: { ok: true, user_id: 'U1', bot_id: 'B1', team_id: 'T1', user: 'pm' } });

    expect(await slack.self()).toEqual({ userId: 'U1', botId: 'B1', teamId: 'T1', name: 'pm' });
  });

  test('a thread is read over its pages, newest last, at most 50', async () => {
    const message = (at: number): unknown => ({
      ts: `1700000000.${String(at).padStart(6, '0')}`,
      user: 'U1',
      text: `m${at}`,
    });
    server.answer(
      {
        body: {
          ok: true,
          messages: Array.from({ length: 40 }, (_, at) => message(at)),
          response_metadata: { next_cursor: 'c2' },
        },
      },
      {
        body: {
          ok: true,
          messages: Array.from({ length: 20 }, (_, at) => message(40 + at)),
          response_metadata: { next_cursor: '' },
        },
      },
    );

    const thread = await slack.getThread('C0PAY', '1700000000.000000');

    expect(thread).toHaveLength(50);
    expect(thread.at(-1)).toEqual({ ts: '1700000000.000059', userId: 'U1', botId: null, text: 'm59' });
    expect(server.received.map(({ form }) => form['cursor'])).toEqual([undefined, 'c2']);
  });

  test.each([
    ['another action that answers the change', { action_id: 'other', answers: 'x y' }, 'y', '2'],
    ['no part of a mark', { action_id: 'other', answers: 'xy' }, 'y', null],
    ['no message from before changes were named', { action_id: 'other' }, 'y', null],
    ['the own one before another that answers it', { action_id: 'mine', answers: 'x' }, 'z', '2'],
  ])('a message is found by what it answers: %s', async (_what, event_payload, sought, found) => {
    const other = { event_type: 'pm_agent_action', event_payload: { action_id: 'third', answers: 'z' } };
    const messages = [
      { ts: '1', text: 'x', metadata: sought === 'z' ? other : undefined },
      { ts: '2', text: 'y', metadata: { event_type: 'pm_agent_action', event_payload } },
    ];
    server.answer({ body: { ok: true, messages } });

    expect(await slack.findMessageByAction('C0PAY', '1', 'mine', [sought])).toBe(found);
  });

  test('a message names the changes that it answers as one text: Slack takes no list of texts', () => {
    const write = { channel: 'C0PAY', threadTs: null, text: 'x', actionId: 'mine' };

    expect(slack.requests.postMessage({ ...write, answers: ['a', 'b'] }).body).toMatchObject({
      metadata: { event_type: 'pm_agent_action', event_payload: { action_id: 'mine', answers: 'a b' } },
    });
    expect(slack.requests.postMessage({ ...write, answers: [] }).body).toMatchObject({ metadata });
  });

  test('a message is found by its marker in a thread, and in a channel', async () => {
    const messages = [
      { ts: '1', text: 'x' },
      { ts: '2', text: 'y', metadata },
    ];
    server.answer(
      { body: { ok: true, messages } },
      { body: { ok: true, messages } },
      { body: { ok: true, messages } },
    );

    expect(await slack.findMessageByAction('C0PAY', '1', 'mine')).toBe('2');
    expect(await slack.findMessageByAction('C0PAY', null, 'mine')).toBe('2');
    expect(await slack.findMessageByAction('C0PAY', null, 'other')).toBeNull();
    expect(server.received.map(({ path, form }) => [path, form['include_all_metadata']])).toEqual([
      ['/api/conversations.replies', 'true'],
      ['/api/conversations.history', 'true'],
      ['/api/conversations.history', 'true'],
    ]);
  });
});
