import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { comment, requestWith } from './claude-prompt.js';
import { type ClaudeServer, startClaude } from './claude-server.js';

let claude: ClaudeServer;

beforeEach(async () => {
  claude = await startClaude();
});

afterEach(() => claude.close());

const question = requestWith({ event: comment('@PM Agent what is the status?') });

/** A text of so many tokens that ends a cached prefix. */
const stable = (tokens: number) => ({
  type: 'text',
  text: 'abcd'.repeat(tokens),
  cache_control: { type: 'ephemeral' },
});
const longQuestion = { ...question, system: [stable(4_200)] };

async function answer(body: unknown): Promise<any> {
  const response = await claude.ask(body);
  return response.json();
}

describe('a message', () => {
  test('asked for through the SDK is a text block with the decision, and says that it is not Claude', async () => {
    const client = new Anthropic({ apiKey: 'any', baseURL: `${claude.url}/anthropic`, maxRetries: 0 });

    const { data, response } = await client.messages
      .create(question as unknown as Anthropic.MessageCreateParamsNonStreaming)
      .withResponse();

    expect(response.headers.get('x-sandbox')).toBe('not-claude');
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(data).toMatchObject({
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-5-5',
      stop_reason: 'end_turn',
      stop_sequence: null,
    });
    const block = data.content[0];
    const decision = JSON.parse(block?.type === 'text' ? block.text : '');
    expect(Object.keys(decision)).toEqual(['summary', 'reasons', 'actions', 'uncertainty', 'wouldChange']);
    expect(decision.actions[0].kind).toBe('jira.comment');
  });

  test('names as evidence only items that the prompt holds', async () => {
    const message = await answer(question);

    const decision = JSON.parse(message.content[0].text);
    expect(decision.reasons.flatMap((reason: any) => reason.evidence)).toEqual(['issue']);
  });

  test('longer than max_tokens is cut and says so', async () => {
    const message = await answer({ ...question, max_tokens: 5 });

    expect(message.stop_reason).toBe('max_tokens');
    expect(message.content[0].text).toHaveLength(20);
  });

  test('with an offered but unread context calls the tool for it', async () => {
    const message = await answer({ ...question, messages: [{ role: 'user', content: 'Decide.' }] });

    expect(message.stop_reason).toBe('tool_use');
    expect(message.content).toEqual([
      { type: 'tool_use', id: expect.stringMatching(/^toolu_/), name: 'read_context', input: {} },
    ]);
  });

  test.each([{ type: 'tool', name: 'decide' }, { type: 'any' }])(
    'with %j forced fills in that tool',
    async (toolChoice) => {
      const tools = [
        ...(question.tools as unknown[]),
        { name: 'decide', input_schema: { type: 'object', properties: { actions: { type: 'array' } } } },
      ];

      const message = await answer({ ...question, tools, tool_choice: toolChoice });

      expect(message.content[0]).toMatchObject({ type: 'tool_use', name: 'decide' });
      expect(message.content[0].input.actions[0].kind).toBe('jira.comment');
    },
  );

  test('on a request without any context proposes nothing', async () => {
    const message = await answer({
      model: 'm',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'Hi' }],
    });

    expect(JSON.parse(message.content[0].text)).toMatchObject({ actions: [] });
  });
});

describe('usage', () => {
  test('grows with the request and counts four characters a token', async () => {
    const small = await answer({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'a' }] });
    const large = await answer({
      model: 'm',
      max_tokens: 100,
      messages: [{ role: 'user', content: 'a'.repeat(401) }],
    });

    expect(large.usage.input_tokens - small.usage.input_tokens).toBe(100);
    expect(small.usage.output_tokens).toBeGreaterThan(10);
  });

  test('writes a cached prefix once, then reads it for five minutes after its last use', async () => {
    const first = await answer(longQuestion);
    claude.now = new Date('2026-11-20T10:04:59Z');
    const second = await answer(longQuestion);
    claude.now = new Date('2026-11-20T10:10:00Z');
    const late = await answer(longQuestion);

    const size = first.usage.cache_creation_input_tokens;
    expect(size).toBeGreaterThan(0);
    expect(first.usage.cache_read_input_tokens).toBe(0);
    expect(second.usage).toMatchObject({ cache_creation_input_tokens: 0, cache_read_input_tokens: size });
    expect(second.usage.input_tokens).toBe(first.usage.input_tokens);
    expect(late.usage).toMatchObject({ cache_creation_input_tokens: size, cache_read_input_tokens: 0 });
  });

  test('of another system prompt shares nothing', async () => {
    await answer(longQuestion);

    const other = await answer({ ...question, system: [stable(4_300)] });

    expect(other.usage.cache_read_input_tokens).toBe(0);
  });

  test.each([
    ['no choice, as one is the default', { type: 'auto' }, true],
    ['another choice of tools: what is cached of the messages is dropped', { type: 'none' }, false],
  ])('of %s', async (_what, toolChoice, isRead) => {
    const cached = { system: [stable(4_200)], messages: [{ role: 'user', content: [stable(2_000)] }] };
    const first = await answer({ ...question, ...cached });

    const other = await answer({ ...question, ...cached, tool_choice: toolChoice });

    const { cache_creation_input_tokens: written } = first.usage;
    expect(other.usage.cache_read_input_tokens > written * 0.4).toBe(true);
    expect(other.usage.cache_read_input_tokens === written).toBe(isRead);
  });

  test('of a prefix that is shorter than the vendor caches is paid in full, each time, though it is marked', async () => {
    await answer(question);

    const { usage } = await answer(question);

    expect(usage).toMatchObject({ cache_creation_input_tokens: 0, cache_read_input_tokens: 0 });
  });

  test('is counted by count_tokens without an answer', async () => {
    const { model, messages, system, tools, output_config } = question;
    const response = await fetch(`${claude.url}/anthropic/v1/messages/count_tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'any' },
      body: JSON.stringify({ model, messages, system, tools, output_config }),
    });

    const { usage } = await answer(question);
    expect(await response.json()).toEqual({
      input_tokens: usage.input_tokens + usage.cache_creation_input_tokens,
    });
  });
});

describe('a request that the API refuses', () => {
  test('without a credential gets 401 in the form of the vendor', async () => {
    const response = await claude.ask(question, {});

    const body: any = await response.json();
    expect(response.status).toBe(401);
    expect(body).toEqual({
      type: 'error',
      error: { type: 'authentication_error', message: 'x-api-key header is required' },
      request_id: response.headers.get('request-id'),
    });
  });

  test('for a path that the sandbox does not have gets 404 in the same form', async () => {
    const response = await fetch(`${claude.url}/anthropic/v1/models`, { headers: { 'x-api-key': 'any' } });

    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });

  test('with x-api-key instead of a bearer token is answered', async () => {
    expect((await claude.ask(question, { 'x-api-key': 'any' })).status).toBe(200);
  });

  test.each([
    ['model', { max_tokens: 1, messages: [] }],
    ['max_tokens', { model: 'm', messages: [] }],
    ['messages', { model: 'm', max_tokens: 1 }],
    ['messages', { model: 'm', max_tokens: 1, messages: [] }],
    ['stream', { ...question, stream: true }],
  ])('because of %s gets 400 that names it', async (field, body) => {
    const response = await claude.ask(body);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: expect.stringContaining(field) },
    });
  });
});
