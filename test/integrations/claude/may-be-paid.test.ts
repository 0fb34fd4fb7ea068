/** What the ledger counts of a call that failed. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { ModelRequest } from '../../../src/integrations/claude/claude.js';
import { createClaude } from '../../../src/integrations/claude/client.js';
import { mayBePaid } from '../../../src/integrations/integration-error.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

const request: ModelRequest = {
  model: 'claude-sonnet-5-5',
  maxTokens: 100,
  system: '',
  messages: [{ role: 'user', content: 'hello' }],
  tools: [],
  replySchema: {},
};

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

const failureAt = (baseURL: string) =>
  failureOf(createClaude({ apiKey: 'key-1', baseURL, timeoutMs: 500 }).createMessage(request));

test.each([
  ['a cut socket', { cut: 'before' as const }],
  ['silence', { cut: 'hang' as const }],
  ['a body that breaks off', { cut: 'mid' as const, body: { type: 'message' } }],
  ['what is no message', { body: { hello: 1 } }],
  ['JSON that breaks off', { body: '{"type":' }],
  ['a gateway that gave up waiting', { status: 504, body: {} }],
])('after %s it may have been paid', async (_what, answer) => {
  server.answer(answer);

  expect(mayBePaid(await failureAt(server.url))).toBe(true);
});

test.each([
  ...[400, 401, 402, 408, 413, 429, 499, 500, 503, 529].map(
    (status) => [`a ${status}`, { status, body: {} }] as const,
  ),
  ['a page of a proxy', { body: '<html>', headers: { 'content-type': 'text/html' } }] as const,
])('after %s it was not', async (_what, answer) => {
  server.answer(answer);

  expect(mayBePaid(await failureAt(server.url))).toBe(false);
});

test('where nobody listens, and after what is no failure of a vendor, it was not', async () => {
  const gone = await startScriptedServer();
  await gone.close();

  expect(mayBePaid(await failureAt(gone.url))).toBe(false);
  expect(mayBePaid(new Error('a bug'))).toBe(false);
});
