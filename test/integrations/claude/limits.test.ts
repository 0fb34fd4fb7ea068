/** What Claude asks us to leave alone, and when it counts as away. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Claude, ModelRequest } from '../../../src/integrations/claude/claude.js';
import { createClaude } from '../../../src/integrations/claude/client.js';
import { callOf, createClaudeTraffic } from '../../../src/integrations/claude/limits.js';
import { isWait } from '../../../src/integrations/integration-error.js';
import type { Outage } from '../../../src/integrations/traffic/circuit.js';
import type { Traffic } from '../../../src/integrations/traffic/traffic.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let claude: Claude;
let traffic: Traffic;
let now = 0;
let told: (Outage['kind'] | 'closed')[];

beforeEach(async () => {
  server = await startScriptedServer();
  told = [];
  now = 0;
  const watch = { failing: ({ kind }: Outage) => told.push(kind), closed: () => told.push('closed') };
  traffic = createClaudeTraffic({ now: () => now, random: () => 0, watch });
  claude = createClaude({ apiKey: 'key-1', baseURL: server.url, traffic });
});
afterEach(() => server.close());

function request(about: string, model = 'claude-sonnet-5-5'): ModelRequest {
  return {
    model,
    maxTokens: 100,
    system: '',
    messages: [{ role: 'user', content: about }],
    tools: [],
    replySchema: {},
  };
}

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5-5',
  content: [{ type: 'text', text: '{}' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 1, output_tokens: 1 },
};
const error = (status: number, type: string, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: { type: 'error', error: { type, message: 'no' } },
});

test('F28: a 429 is learned once: calls of that model wait so long and are not sent, others go', async () => {
  server.answer(error(429, 'rate_limit_error', { 'retry-after': '3600' }));
  server.answer({ body: message });
  server.answer({ body: message });
  await failureOf(claude.createMessage(request('one')));

  const waits = await failureOf(claude.createMessage(request('two')));

  expect(waits).toMatchObject({ code: 'rate_limit', heldBack: true, retryAfterMs: 3_600_000 });
  expect(server.received).toHaveLength(1);
  await claude.createMessage(request('three', 'claude-haiku-5-5'));
  now = 3_600_001;
  await claude.createMessage(request('two'));
  expect(server.received).toHaveLength(3);
  expect(told).toEqual([]);
});

describe('F27: it counts as away, and one call in a while tries it', () => {
  test.each([
    [
      'overloaded five times, whatever was asked',
      529,
      'overloaded_error',
      ['a', 'a', 'a', 'a', 'a'],
      ['away'],
    ],
    ['500 five times about several things', 500, 'api_error', ['a', 'b', 'c', 'a', 'b'], ['away']],
    ['500 about one thing, again and again', 500, 'api_error', ['a', 'a', 'a', 'a', 'a'], []],
    ['a key that is refused twice', 401, 'authentication_error', ['a', 'a'], ['auth']],
    ['a request that is refused', 400, 'invalid_request_error', ['a', 'b', 'c', 'd', 'e'], []],
  ] as const)('%s', async (_what, status, type, asked, outages) => {
    for (const about of asked) {
      server.answer(error(status, type));
      await failureOf(claude.createMessage(request(about)));
    }

    expect(told).toEqual(outages);
    expect(traffic.heldBack(callOf(request('next'))) !== null).toBe(outages.length > 0);
  });

  test('and goes on with the first answer', async () => {
    for (const about of ['a', 'b', 'c', 'd', 'e']) {
      server.answer(error(529, 'overloaded_error'));
      await failureOf(claude.createMessage(request(about)));
    }
    expect(await failureOf(claude.createMessage(request('f')))).toMatchObject({ heldBack: true });
    expect(server.received).toHaveLength(5);
    now = 5_001;
    server.answer({ body: message });
    await claude.createMessage(request('f'));

    expect(traffic.heldBack(callOf(request('g')))).toBeNull();
    expect(told).toEqual(['away', 'closed']);
  });
});

test('a model that is not there stops what is asked by one event alone, which waits', async () => {
  server.answer(...Array.from({ length: 5 }, () => error(404, 'not_found_error')));

  for (let n = 0; n < 5; n += 1) {
    expect(isWait(await failureOf(claude.createMessage(request('the same'))))).toBe(true);
  }

  expect(told).toEqual(['forbidden']);
  expect(traffic.heldBack(callOf(request('another')))).toMatchObject({
    heldBack: true,
    message: expect.stringContaining('check ANTHROPIC_MODEL'),
  });

  server.answer({ body: message });
  now += 60_000;
  await claude.createMessage(request('the same'));

  expect(told).toEqual(['forbidden', 'closed']);
});

describe('a model that is not there while another answers', () => {
  const HARD = 'claude-opus-9';
  const gone = error(404, 'not_found_error');
  let parts: string[];
  beforeEach(() => {
    parts = [];
    const partState = (part: string) => ({
      watch: {
        failing: ({ kind }: Outage) => parts.push(`${part} ${kind}`),
        closed: () => parts.push(`${part} closed`),
      },
    });
    const watch = { failing: ({ kind }: Outage) => told.push(kind), closed: () => told.push('closed') };
    traffic = createClaudeTraffic({ now: () => now, random: () => 0, watch, partState });
    claude = createClaude({ apiKey: 'key-1', baseURL: server.url, traffic });
  });

  async function missing(times: number): Promise<void> {
    server.answer({ body: message }, ...Array.from({ length: times }, () => gone));
    await claude.createMessage(request('first'));
    for (let n = 0; n < times; n += 1) {
      expect(isWait(await failureOf(claude.createMessage(request('the same', HARD))))).toBe(true);
    }
  }

  test('is held back alone, and told of by its name', async () => {
    await missing(5);

    expect([told, parts]).toEqual([[], [`model ${HARD} forbidden`]]);
    expect(traffic.heldBack(callOf(request('another', HARD)))).toMatchObject({
      heldBack: true,
      status: 404,
      message: expect.stringContaining(`does not have the model ${HARD}`),
    });
    expect(traffic.heldBack(callOf(request('another')))).toBeNull();
    server.answer({ body: message });
    await claude.createMessage(request('others go on'));
  });

  test('and goes on with its first answer', async () => {
    await missing(5);
    now += 60_000;
    server.answer({ body: message });

    await claude.createMessage(request('the same', HARD));

    expect(parts).toEqual([`model ${HARD} forbidden`, `model ${HARD} closed`]);
  });

  test('is the vendor’s matter as soon as no other answers either', async () => {
    await missing(2);
    server.answer(...Array.from({ length: 6 }, () => gone));

    for (let n = 0; n < 6; n += 1) {
      await failureOf(claude.createMessage(request('the same', n % 2 === 0 ? HARD : 'claude-sonnet-5-5')));
    }

    expect(told).toEqual(['forbidden']);
  });

  test('that was so when the worker before this one ended is asked once', async () => {
    const outage: Outage = { kind: 'forbidden', message: 'not there' };
    traffic = createClaudeTraffic({ now: () => now, random: () => 0, partState: () => ({ outage }) });
    claude = createClaude({ apiKey: 'key-1', baseURL: server.url, traffic });
    server.answer(gone);

    await failureOf(claude.createMessage(request('the same', HARD)));

    expect(traffic.heldBack(callOf(request('the same', HARD)))).toMatchObject({ status: 404 });
  });
});
