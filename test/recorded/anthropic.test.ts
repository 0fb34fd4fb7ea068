/**
 * What was recorded of the Messages API, through the whole path: the server answers it, the client reads it, a turn makes an
 * outcome of it. Each file has a row that says which; a file without one fails.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TurnResult } from '../../src/domain/turn.js';
import { createClaude, messageBody } from '../../src/integrations/claude/client.js';
import { context } from '../activities/support/vendor-data.js';
import { createWorld, type World } from '../activities/support/world.js';
import { cycleInput } from '../support/builders.js';
import { failureOf } from '../support/integration-failure.js';
import { createRequest, type DocumentedRequest, problemsOf } from '../support/messages-api.js';
import { messageOf } from '../support/model-messages.js';
import { payloadsOf } from '../support/recorded.js';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.js';

const payloads = payloadsOf('anthropic');

/** `prose`: no decision in it, repaired once; a list: the tools that it asks for; else what the file is. */
type Outcome = 'prose' | readonly string[] | 'request' | 'headers' | 'error' | 'stream';

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  'pai_document_binary_content_input_0.response': 'prose',
  'pai_document_url_input_0.response': 'prose',
  'pai_image_url_input_invalid_mime_type_0.response': 'prose',
  'pai_model_empty_message_on_history_0.response': 'prose',
  'pai_model_instructions_0.response': 'prose',
  'pai_model_thinking_part_1.response': 'prose',
  'pai_prompted_output_1.response': 'prose',
  'pai_server_tool_pass_history_to_another_provider_0.response': 'prose',
  'pai_server_tool_receive_history_from_another_provider_1.response': 'prose',
  'pai_text_document_url_input_1.response': 'prose',
  'pai_text_output_function_1.response': 'prose',
  'pai_tool_output_0.response': ['get_user_country'],
  'pai_tool_with_thinking_0.response': ['get_user_country'],
  'pai_tool_with_thinking_1.response': 'prose',
  'pai_web_search_tool_0.response': 'prose',
  'pai_web_search_tool_stream_0.sse': 'stream',
  sdk_response_headers_200: 'headers',
  'sdk_toolrunner_00.request': 'request',
  'sdk_toolrunner_00.response': ['test_tool'],
  'sdk_toolrunner_01.request': 'request',
  'sdk_toolrunner_02.response': ['test_tool', 'test_tool'],
  'sdk_toolrunner_03.response': 'prose',
  'sdk_toolrunner_04.response': ['test_tool'],
  'sdk_toolrunner_06.response': ['submit_analysis'],
  'sdk_toolrunner_08.request': 'request',
  'sdk_toolrunner_09.response': 'prose',
  vercel_error_tool_schema: 'error',
  'vercel_tool_no_args.response': ['updateIssueList'],
};

const isA = (wanted: Outcome) => payloads.filter(({ name }) => OUTCOMES[name] === wanted);
const asking = payloads.flatMap(({ name, json }) => {
  const tools = OUTCOMES[name];
  return Array.isArray(tools) ? [{ name, json, tools: tools as readonly string[] }] : [];
});

const cycle = cycleInput();
let server: ScriptedServer;
let world: World;
let contextHash: string;
beforeEach(async () => {
  server = await startScriptedServer();
  world = createWorld({
    deps: { claude: createClaude({ apiKey: 'k', baseURL: server.url }), messageBody },
  });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  contextHash = await world.storeContext(context());
});
afterEach(async () => {
  await world.dispose();
  await server.close();
});

const firstTurn = (attempt = 1) => world.call('takeTurn', { cycle, contextHash, turns: [] }, { attempt });

/** Goes on after a turn with these answers of its tools. */
async function nextTurn(
  turn: TurnResult,
  results: { index: number; hash: string }[] = [],
): Promise<TurnResult> {
  if (turn.kind !== 'asked') {
    throw new Error('the first turn was the last');
  }
  const { reply, costUsd } = turn;
  return world.call('takeTurn', { cycle, contextHash, turns: [{ reply, results, costUsd }] });
}

const sent = () => server.received.map(({ json }) => json as DocumentedRequest);

test('every recorded file has a row, and every row a file', () => {
  expect(Object.keys(OUTCOMES).sort()).toEqual(payloads.map(({ name }) => name));
});

describe('an answer', () => {
  test.each(isA('prose'))('$name is asked for once more, and twice it is no decision', async ({ json }) => {
    server.answer({ body: json }, { body: json });

    const turn = await firstTurn();

    expect(turn).toMatchObject({ kind: 'asked', calls: [] });
    expect(await nextTurn(turn)).toMatchObject({
      kind: 'decided',
      failureKind: 'unreadable',
      decision: { actions: [] },
    });
    expect(sent()[1]?.messages.at(-1)?.content).toMatchObject([
      { text: expect.stringContaining('could not be used') },
    ]);
  });

  test.each(asking)(
    '$name asks for $tools, which are none of ours: it is told so',
    async ({ json, tools }) => {
      const decision = { summary: 'Nothing.', reasons: [], actions: [], uncertainty: null };
      server.answer({ body: json }, { body: messageOf({ text: JSON.stringify(decision) }) });

      const turn = await firstTurn();
      const calls = turn.kind === 'asked' ? turn.calls : [];
      const results = await Promise.all(
        calls.map((call) =>
          world.call('useTool', {
            cycle,
            contextHash,
            reply: turn.kind === 'asked' ? turn.reply : '',
            call,
          }),
        ),
      );

      expect(calls.map(({ index }) => index)).toEqual(tools.map((_name, index) => index));
      expect(await nextTurn(turn, results)).toMatchObject({ kind: 'decided', failureKind: null });
      const [said, answer] = sent()[1]?.messages.slice(-2) ?? [];
      expect(said?.content).toEqual((json as { content: unknown }).content);
      expect(answer?.content).toMatchObject(
        tools.map((name) => ({
          type: 'tool_result',
          is_error: true,
          content: expect.stringContaining(name),
        })),
      );
    },
  );

  test.each([...isA('prose'), ...asking])('$name stands in the ledger with its tokens', async ({ json }) => {
    server.answer({ body: json });
    await firstTurn();

    const { usage, model, stop_reason } = json as {
      model: string;
      stop_reason: string;
      usage: Record<string, number>;
    };
    expect(world.reader.getCycle(cycle.cycleId)?.modelCalls).toMatchObject([
      {
        model,
        stop_reason,
        input_tokens: usage['input_tokens'],
        output_tokens: usage['output_tokens'],
        cache_read_tokens: usage['cache_read_input_tokens'] ?? 0,
        cache_write_tokens: usage['cache_creation_input_tokens'] ?? 0,
      },
    ]);
  });
});

test.each(isA('stream'))(
  '$name, a stream that nobody asked for, ends as a model that is away',
  async ({ json }) => {
    const events = json as readonly { event: string; data: unknown }[];
    const body = events
      .map(({ event, data }) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
      .join('');
    const stream = { body, headers: { 'content-type': 'text/event-stream; charset=utf-8' } };
    server.answer(stream, stream);

    await expect(firstTurn()).rejects.toMatchObject({
      nonRetryable: false,
      message: expect.stringContaining('a stream that was not asked for'),
    });
    expect(await firstTurn(2)).toMatchObject({ kind: 'decided', failureKind: 'unavailable' });
  },
);

test.each(isA('error'))(
  '$name is told with its type and request id, and not tried again',
  async ({ json }) => {
    const refused = { status: 400, body: json, headers: { 'request-id': 'req_1' } };
    // Whether it is about this request alone: one that asks nothing is taken.
    const counted = { body: { input_tokens: 1 } };
    server.answer(refused, counted, refused, counted);
    const request = { model: 'm', maxTokens: 1, system: '', messages: [], tools: [], replySchema: {} };

    expect(await failureOf(world.deps.claude.createMessage(request))).toMatchObject({
      code: 'invalid',
      retryable: false,
      requestId: 'req_1',
    });
    expect(await firstTurn()).toMatchObject({
      failureKind: 'unavailable',
      failure: expect.stringContaining(
        'invalid_request_error tools.0.custom.input_schema.type: Field required',
      ),
    });
  },
);

test.each(isA('headers'))('$name come with an answer: its request id is kept', async ({ json }) => {
  const { 'transfer-encoding': _chunked, connection: _kept, ...headers } = json as Record<string, string>;
  server.answer({ body: asking[0]?.json, headers });
  await firstTurn();

  expect(world.reader.getCycle(cycle.cycleId)?.modelCalls).toMatchObject([
    { request_id: headers['request-id'] },
  ]);
});

describe('a request', () => {
  test.each(isA('request'))('$name is what we hold our own against', ({ json }) => {
    expect(problemsOf(createRequest.parse(json))).toEqual([]);
  });

  test('of ours says with the same members in the same turns what a recorded one says', async () => {
    const [recorded] = isA('request').filter(({ name }) => name.includes('01'));
    const theirs = createRequest.parse(recorded?.json);
    server.answer({ body: asking[0]?.json });
    await firstTurn();
    const [body] = sent();
    const ours = createRequest.parse(body);

    expect(turnsOf(ours)).toEqual([
      ['user', 'text'],
      ['assistant', 'tool_use'],
      ['user', 'tool_result'],
    ]);
    expect(turnsOf(theirs)).toEqual(turnsOf(ours));
    expect(Object.keys(theirs).filter((member) => member !== 'stream' && !(member in ours))).toEqual([]);
    const toolMembers = Object.keys(theirs.tools[0] ?? {}).filter((member) => member !== 'type');
    expect(Object.keys(ours.tools[0] ?? {})).toEqual(expect.arrayContaining(toolMembers));
  });
});

/** Who speaks, and in which kinds of block, each named once; words beside a tool call left out. */
function turnsOf({ messages }: DocumentedRequest): readonly (readonly string[])[] {
  return messages.map(({ role, content }) => {
    const kinds = typeof content === 'string' ? ['text'] : content.map(({ type }) => type);
    const calls = kinds.filter((kind) => kind === 'tool_use');
    return [role, ...new Set(calls.length === 0 ? kinds : calls)];
  });
}
