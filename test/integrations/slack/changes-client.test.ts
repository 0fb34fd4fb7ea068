import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SlackChanges } from '../../../src/integrations/slack/changes.js';
import { createSlackChanges } from '../../../src/integrations/slack/changes-client.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let changes: SlackChanges;

beforeEach(async () => {
  server = await startScriptedServer();
  changes = createSlackChanges({ apiUrl: `${server.url}/api`, botToken: 't' });
});

afterEach(() => server.close());

const THREAD = '1763892000.000100';
const OLDEST = '1763895600.000000';
const replies = () => changes.repliesAfter('C0PAY', THREAD, OLDEST);
const message = (ts: string, more: object = {}) => ({ ts, user: 'U0BO', text: `said at ${ts}`, ...more });

test('what was said after a time comes oldest first; the opening, which Slack always adds, does not', async () => {
  server.answer({
    body: {
      ok: true,
      messages: [
        message(THREAD),
        message(OLDEST),
        message('1763895602.000000', { subtype: 'bot_message', user: undefined, bot_id: 'B1' }),
        message('1763895601.000000'),
      ],
    },
  });

  expect(await replies()).toEqual([
    { ts: '1763895601.000000', userId: 'U0BO', botId: null, subtype: '', text: 'said at 1763895601.000000' },
    {
      ts: '1763895602.000000',
      userId: null,
      botId: 'B1',
      subtype: 'bot_message',
      text: 'said at 1763895602.000000',
    },
  ]);
  expect(server.received[0]).toMatchObject({
    path: '/api/conversations.replies',
    form: { channel: 'C0PAY', ts: THREAD, oldest: OLDEST, limit: '200' },
  });
});

test('the opening itself comes where it is later', async () => {
  server.answer({ body: { ok: true, messages: [message('1763895700.000000')] } });

  expect(await replies()).toHaveLength(1);
});

test('pages are read to the end, each message once; a cursor that goes round ends it', async () => {
  const page = (ts: string, cursor: string) => ({
    body: {
      ok: true,
      messages: [message(THREAD), message(ts)],
      response_metadata: { next_cursor: cursor },
    },
  });
  server.answer(
    page('1763895601.000000', 'a'),
    page('1763895602.000000', 'b'),
    page('1763895603.000000', 'a'),
  );

  expect((await replies()).map(({ ts }) => ts)).toEqual([
    '1763895601.000000',
    '1763895602.000000',
    '1763895603.000000',
  ]);
  expect(server.received.map(({ form }) => form['cursor'])).toEqual([undefined, 'a', 'b']);
});

test('a thread that is gone is a failure with its reason', async () => {
  server.answer({ body: { ok: false, error: 'thread_not_found' } });

  expect(await failureOf(replies())).toMatchObject({ code: 'not_found', retryable: false });
});
