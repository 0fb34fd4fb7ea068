/** A look for a marker ends with the last message, or says that it could not see them all. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSlack } from '../../../src/integrations/slack/client.js';
import type { Slack } from '../../../src/integrations/slack/slack.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let slack: Slack;

beforeEach(async () => {
  server = await startScriptedServer();
  slack = createSlack({ apiUrl: `${server.url}/api`, botToken: 'xoxb-1' });
});
afterEach(() => server.close());

const THREAD = '1700000000.000100';

const marked = (ts: string, event_payload: object) => ({
  ts,
  metadata: { event_type: 'pm_agent_action', event_payload },
});

/** A page of somebody's messages, with more behind it unless it is the last one. */
function page(messages: readonly object[], next = ''): { readonly body: object } {
  return { body: { ok: true, messages, response_metadata: { next_cursor: next } } };
}

test.each([
  ['a thread', THREAD, 'conversations.replies'],
  ['a channel', null, 'conversations.history'],
])('what stands on the seventh page of %s is found', async (_where, threadTs, method) => {
  const before = Array.from({ length: 6 }, (_, at) => page([{ ts: `${at}.1` }], `c${at + 1}`));
  server.answer(...before, page([marked('7.1', { action_id: 'mine' })]));

  expect(await slack.findMessageByAction('C0PAY', threadTs, 'mine')).toBe('7.1');

  expect(server.received.map(({ path }) => path)).toEqual(Array.from({ length: 7 }, () => `/api/${method}`));
  expect(server.received.map(({ form }) => form['cursor'] ?? '')).toEqual([
    '',
    'c1',
    'c2',
    'c3',
    'c4',
    'c5',
    'c6',
  ]);
});

test('the own message on a later page comes before one of another action that answers the change', async () => {
  server.answer(
    page([marked('1.1', { action_id: 'other', answers: 'x' })], 'c1'),
    page([marked('2.1', { action_id: 'mine' })]),
  );

  expect(await slack.findMessageByAction('C0PAY', null, 'mine', ['x'])).toBe('2.1');
});

test('nothing older than the mark can be is asked for', async () => {
  server.answer(page([]));

  await slack.findMessageByAction('C0PAY', null, 'mine', [], '2023-11-14T22:13:20.500Z');

  expect(server.received[0]?.form).toMatchObject({ oldest: '1700000000.500000' });
});

test('where Slack has more than are looked through, nobody says that it is not there', async () => {
  const endless = () => Array.from({ length: 10 }, (_, at) => page([{ ts: `${at}.1` }], `c${at + 1}`));
  server.answer(...endless(), ...endless());

  expect(await failureOf(slack.findMessageByAction('C0PAY', THREAD, 'mine'))).toMatchObject({
    service: 'slack',
    code: 'out_of_sight',
    retryable: false,
    outcomeUnknown: false,
    message: expect.stringContaining(`the messages of the thread ${THREAD} of C0PAY are more than the 9990`),
  });
  expect(await failureOf(slack.getThread('C0PAY', THREAD))).toMatchObject({ code: 'out_of_sight' });
});

test('what answers the change was found before the end came out of sight', async () => {
  const first = page([marked('1.1', { action_id: 'other', answers: 'x' })], 'c');
  server.answer(first, ...Array.from({ length: 9 }, (_, at) => page([{ ts: `${at + 2}.1` }], `d${at}`)));

  expect(await slack.findMessageByAction('C0PAY', null, 'mine', ['x'])).toBe('1.1');
});
