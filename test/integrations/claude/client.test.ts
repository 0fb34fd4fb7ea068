import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MOST_REPLY_TOKENS } from '../../../src/domain/reply-tokens.js';
import type { Claude, ModelRequest } from '../../../src/integrations/claude/claude.js';
import { createClaude, messageBody } from '../../../src/integrations/claude/client.js';
import { findModel } from '../../../src/integrations/claude/models.js';
import { failureOf } from '../../support/integration-failure.js';
import { type ScriptedServer, startScriptedServer } from '../../support/scripted-server.js';

let server: ScriptedServer;
let claude: Claude;

beforeEach(async () => {
  server = await startScriptedServer();
  claude = createClaude({ apiKey: 'key-1', baseURL: server.url });
});

afterEach(() => server.close());

const request: ModelRequest = {
  model: 'claude-sonnet-5-5',
  maxTokens: 64_000,
  system: 'You are an agent.',
  messages: [{ role: 'user', content: 'hello' }],
  tools: [{ name: 'read_context', input_schema: { type: 'object' } }],
  replySchema: { type: 'object', properties: {}, additionalProperties: false },
};

const message = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5-5-20261001',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'text', text: '{"a":' },
    { type: 'text', text: '1}' },
  ],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: {
    input_tokens: 10,
    output_tokens: 5,
    cache_read_input_tokens: 7,
    cache_creation_input_tokens: null,
  },
};

test('a redirect is not followed: what people wrote stays with the base URL', async () => {
  server.answer({ status: 307, headers: { location: `${server.url}/elsewhere` } });

  expect(await failureOf(claude.createMessage(request))).toMatchObject({ code: 'network' });
  expect(server.received.map(({ path }) => path)).toEqual(['/v1/messages']);
});

describe('countTokens', () => {
  test('sends what is counted of a message, and answers its prompt tokens', async () => {
    server.answer({ body: { input_tokens: 4_321 } });

    expect(await claude.countTokens(request)).toBe(4_321);
    const { max_tokens: _limit, ...counted } = messageBody(request);
    expect(server.received[0]).toMatchObject({ path: '/v1/messages/count_tokens', json: counted });
  });

  test.each([
    [
      'a refusal',
      { status: 429, body: { type: 'error', error: { type: 'rate_limit_error', message: 'slow' } } },
    ],
    ['something else', { body: { tokens: 1 } }],
  ])('fails as the vendor does, with %s', async (_what, answer) => {
    server.answer(answer);

    expect(await failureOf(claude.countTokens(request))).toMatchObject({ service: 'claude' });
  });
});

describe('createMessage', () => {
  test('asks for the longest reply in one piece, as the SDK takes it', async () => {
    server.answer({ body: message });

    await claude.createMessage({ ...request, maxTokens: MOST_REPLY_TOKENS });

    expect(server.received[0]?.json).toMatchObject({ max_tokens: MOST_REPLY_TOKENS });
  });

  test('sends exactly `messageBody`, once, with the key as Bearer', async () => {
    server.answer({ body: message, headers: { 'request-id': 'req_1' } });

    const reply = await claude.createMessage(request);

    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/v1/messages',
      headers: { authorization: 'Bearer key-1' },
    });
    expect(server.received[0]?.json).toEqual(messageBody(request));
    expect(messageBody(request)).toEqual({
      model: 'claude-sonnet-5-5',
      max_tokens: 64_000,
      system: [{ type: 'text', text: 'You are an agent.', cache_control: { type: 'ephemeral' } }],
      messages: request.messages,
      tools: request.tools,
      output_config: { format: { type: 'json_schema', schema: request.replySchema } },
    });
    expect(reply).toMatchObject({
      id: 'msg_1',
      requestId: 'req_1',
      model: 'claude-sonnet-5-5-20261001',
      stopReason: 'end_turn',
      text: '{"a":1}',
      usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 7, cacheWriteTokens: 0 },
    });
    expect(JSON.parse(JSON.stringify(reply.raw))).toEqual(message);
  });

  test('a refusal is an answer, with no text', async () => {
    server.answer({
      body: {
        ...message,
        content: [],
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: null },
      },
    });

    expect(await claude.createMessage(request)).toMatchObject({ stopReason: 'refusal', text: '' });
  });

  test('an aborted caller gets its own reason back', async () => {
    server.answer({ cut: 'hang' });
    const controller = new AbortController();
    const reason = new Error('cancelled by the workflow');
    setTimeout(() => controller.abort(reason), 30);

    await expect(claude.createMessage(request, controller.signal)).rejects.toBe(reason);
  });
});

/** Written by hand: JSON.stringify knows no such depth. */
const deeplyAsking = JSON.stringify({
  ...message,
  content: [{ type: 'tool_use', id: 'toolu_1', name: 'read_issue', input: 'deep' }],
}).replace('"deep"', `${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}`);

/** Every status that the vendor documents or that stands between it and us, and what it means. */
const STATUSES = [
  [400, 'invalid_request_error', 'invalid', false],
  [401, 'authentication_error', 'auth', false],
  [402, 'billing_error', 'forbidden', false],
  [403, 'permission_error', 'forbidden', false],
  [404, 'not_found_error', 'forbidden', false],
  [408, 'timeout_error', 'timeout', true],
  [409, 'conflict_error', 'conflict', true],
  [412, 'invalid_request_error', 'invalid', false],
  [413, 'request_too_large', 'invalid', false],
  [422, 'invalid_request_error', 'invalid', false],
  [425, 'invalid_request_error', 'unavailable', true],
  [429, 'rate_limit_error', 'rate_limit', true],
  [431, 'invalid_request_error', 'invalid', false],
  [499, 'api_error', 'unavailable', true],
  [500, 'api_error', 'unavailable', true],
  [501, 'api_error', 'unavailable', true],
  [502, 'api_error', 'unavailable', true],
  [503, 'api_error', 'unavailable', true],
  [504, 'timeout_error', 'unavailable', true],
  [529, 'overloaded_error', 'unavailable', true],
] as const;

describe('a failure', () => {
  test.each(STATUSES)('%i %s is %s', async (status, type, code, retryable) => {
    const body = { type: 'error', error: { type, message: 'Because.' }, request_id: 'req_2' };
    server.answer({ status, body, headers: { 'request-id': 'req_2', 'retry-after': '8' } });

    const error = await failureOf(claude.createMessage(request));

    expect(error).toMatchObject({
      service: 'claude',
      status,
      code,
      retryable,
      requestId: 'req_2',
      retryAfterMs: 8_000,
      outcomeUnknown: false,
    });
    expect(error.message).toContain(`${type} Because.`);
    expect(error.message).not.toContain('key-1');
    expect(server.received.filter(({ path }) => path === '/v1/messages')).toHaveLength(1);
  });

  const refusal = (status: number) => ({
    status,
    body: { type: 'error', error: { type: 'invalid_request_error', message: 'No.' } },
  });

  test('a model that is not there is a setting to change, and is waited for', async () => {
    server.answer(refusal(404));

    const error = await failureOf(claude.createMessage(request));

    expect(error).toMatchObject({ code: 'forbidden', refusesAll: true, retryAfterMs: 15_000 });
    expect(error.message).toContain('check ANTHROPIC_MODEL, ANTHROPIC_MODEL_TRIAGE and ANTHROPIC_MODEL_HARD');
  });

  test.each([400, 422])('%i to a question of nothing as well is about all that is asked', async (status) => {
    server.answer(refusal(status), refusal(400));

    const error = await failureOf(claude.createMessage(request));

    expect(error).toMatchObject({ status, code: 'forbidden', refusesAll: true });
    expect(error.message).toContain('whatever is asked is refused');
    const { max_tokens: _limit, ...counted } = messageBody({
      ...request,
      messages: [{ role: 'user', content: 'ping' }],
    });
    expect(server.received[1]).toMatchObject({ path: '/v1/messages/count_tokens', json: counted });
  });

  test.each([
    ['is taken', { body: { input_tokens: 1 } }],
    ['cannot be asked', { status: 404, body: 'no such path' }],
    ['finds it busy', { status: 429, body: 'slow' }],
  ])('a refusal is about what was asked where a question of nothing %s', async (_what, answer) => {
    server.answer(refusal(400), answer);

    expect(await failureOf(claude.createMessage(request))).toMatchObject({
      code: 'invalid',
      refusesAll: false,
    });
  });

  test('what is too large is about what was asked', async () => {
    server.answer(refusal(413));

    expect(await failureOf(claude.createMessage(request))).toMatchObject({ code: 'invalid', status: 413 });
    expect(server.received).toHaveLength(1);
  });

  test.each(STATUSES)(
    '%i with a body that is none of the API is the same',
    async (status, _type, code, retryable) => {
      server.answer({ status, body: '<html><h1>Oops</h1>', headers: { 'content-type': 'text/html' } });

      expect(await failureOf(claude.createMessage(request))).toMatchObject({ status, code, retryable });
    },
  );

  test('without credit says what to look at', async () => {
    server.answer({
      status: 402,
      body: { type: 'error', error: { type: 'billing_error', message: 'Too low.' } },
    });

    const { message } = await failureOf(claude.createMessage(request));

    expect(message).toContain('billing_error Too low. (the account of ANTHROPIC_API_KEY has no credit left)');
  });

  // As the vendor's page on preserved thinking, its page on troubleshooting, and its users' issues have them.
  test.each([
    [
      'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block, or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".',
      'stale_thinking',
    ],
    ['messages.13.content.2: Invalid `signature` in `redacted_thinking` block', 'stale_thinking'],
    [
      'messages.3.content.8: `thinking` or `redacted_thinking` blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.',
      'stale_thinking',
    ],
    [
      'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `text`.',
      'stale_thinking',
    ],
    ['`thinking.type` must be one of adaptive, disabled', 'invalid'],
    ['messages.1.content.0: text content blocks must be non-empty', 'invalid'],
  ])('about what is given back (%s) is %s', async (said, code) => {
    server.answer({
      status: 400,
      body: { type: 'error', error: { type: 'invalid_request_error', message: said }, request_id: 'req_3' },
    });

    expect(await failureOf(claude.createMessage(request))).toMatchObject({
      code,
      retryable: false,
      status: 400,
    });
  });

  test('that the API itself wants asked again is, whatever its status', async () => {
    server.answer({ status: 400, headers: { 'x-should-retry': 'true' }, body: { type: 'error', error: {} } });

    expect(await failureOf(claude.createMessage(request))).toMatchObject({
      code: 'invalid',
      retryable: true,
    });
  });

  test('that its SDKs shall not repeat at once may still end minutes later', async () => {
    server.answer({
      status: 529,
      headers: { 'x-should-retry': 'false' },
      body: { type: 'error', error: {} },
    });

    expect(await failureOf(claude.createMessage(request))).toMatchObject({ retryable: true });
  });

  test('the wait may come in milliseconds', async () => {
    server.answer({ status: 429, headers: { 'retry-after-ms': '250' }, body: { type: 'error', error: {} } });

    expect((await failureOf(claude.createMessage(request))).retryAfterMs).toBe(250);
  });

  test.each([
    ['a cut socket', { cut: 'before' as const }, 'network'],
    ['a body that breaks off', { cut: 'mid' as const, body: message }, 'network'],
    ['silence', { cut: 'hang' as const }, 'timeout'],
    ['a body that comes to no end', { cut: 'stall' as const, body: message }, 'timeout'],
  ])('%s is told after one try, and may be tried again', async (_what, answer, code) => {
    const impatient = createClaude({ apiKey: 'key-1', baseURL: server.url, timeoutMs: 500 });
    server.answer(answer);

    expect(await failureOf(impatient.createMessage(request))).toMatchObject({
      code,
      retryable: true,
      outcomeUnknown: false,
    });
    expect(server.received).toHaveLength(1);
  });
});

describe('a 200 that is no message', () => {
  const html = { 'content-type': 'text/html' };

  test.each([
    [
      'a page',
      { body: '<html><title>Maintenance</title>Back soon.', headers: html },
      /Maintenance Back soon/,
    ],
    ['a page without a type', { body: 'Welcome', headers: { 'content-type': '' } }, /Welcome/],
    [
      'nothing, of no type',
      { body: '', headers: { 'content-type': 'text/plain' } },
      /is not the Messages API/,
    ],
  ])('but %s was written by something else: as if the API were away', async (_what, answer, said) => {
    server.answer(answer);

    const error = await failureOf(claude.createMessage(request));

    expect(error).toMatchObject({ code: 'unavailable', status: 200, retryable: true });
    expect(error.message).toMatch(said);
    expect(error.message).toContain('check ANTHROPIC_BASE_URL');
  });

  test.each<[string, unknown]>([
    ['JSON that breaks off', JSON.stringify(message).slice(0, -20)],
    ['no JSON at all', 'null and void'],
    ['an empty body', undefined],
    ['null', 'null'],
    ['a list', [message]],
    ['another object', { hello: 1 }],
    [
      'an error without its status',
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ],
    ['a message without content', { ...message, content: undefined }],
    ['a message with content of another kind', { ...message, content: 'text' }],
    ['a text without text', { ...message, content: [{ type: 'text' }] }],
    ['a tool call without an id', { ...message, content: [{ type: 'tool_use', name: 'x', input: {} }] }],
    ['a tool call that is nested without end', deeplyAsking],
    ['a message without usage', { ...message, usage: undefined }],
    ['a message whose usage is words', { ...message, usage: { ...message.usage, output_tokens: 'many' } }],
  ])('but %s may have been paid: it is worth one more try', async (_what, body) => {
    server.answer({ body });

    expect(await failureOf(claude.createMessage(request))).toMatchObject({
      code: 'bad_reply',
      retryable: true,
      outcomeUnknown: false,
    });
  });

  test('but a stream that nobody asked for is not read', async () => {
    const body = 'event: message_start\ndata: {"type":"message_start"}\n\n';
    server.answer({ body, headers: { 'content-type': 'text/event-stream; charset=utf-8' } });

    const error = await failureOf(claude.createMessage(request));

    expect(error).toMatchObject({ code: 'bad_reply', retryable: true });
    expect(error.message).toContain('a stream that was not asked for');
  });
});

test('a model is looked for by its name', async () => {
  server.answer({ body: { type: 'model', id: 'claude-haiku-5-5' } });

  await findModel({ apiKey: 'key-1', baseURL: server.url }, 'claude-haiku-5-5');

  expect(server.received).toMatchObject([
    { method: 'GET', path: '/v1/models/claude-haiku-5-5', headers: { authorization: 'Bearer key-1' } },
  ]);
});
