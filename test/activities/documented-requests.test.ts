/**
 * Every request that the product sends to the model, caught by a server that stands where ANTHROPIC_BASE_URL points, and held
 * against what the vendor documents: members, breakpoints, strict tools, the schema of the reply, headers.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClaude, messageBody } from '../../src/integrations/claude/client.js';
import { cycleInput, planned, transition } from '../support/builders.js';
import {
  cachedPrefixes,
  countRequest,
  createRequest,
  type DocumentedRequest,
  problemsOf,
} from '../support/messages-api.js';
import { messageOf, toolUseBlock } from '../support/model-messages.js';
import {
  type ReceivedRequest,
  type ScriptedServer,
  startScriptedServer,
} from '../support/scripted-server.js';
import { decided } from './support/decided.js';
import { context, jiraIssue, transitions } from './support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from './support/world.js';

/** Of the API, as @anthropic-ai/sdk 1.12 speaks it: a new one is looked at before it is taken. */
const SDK_API_VERSION = '2026-10-21';

const cycle = cycleInput();
const readIssue = toolUseBlock('read_issue', { key: 'PAY-2' });
const decision = messageOf({
  text: JSON.stringify({ summary: 'Nothing to do.', reasons: [], actions: [], uncertainty: null }),
});

let server: ScriptedServer;
let world: World;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  await world.dispose();
  await server.close();
});

async function open(answers: readonly unknown[], deps: WorldOptions['deps'] = {}): Promise<string> {
  server.answer(...answers.map((body) => ({ body })));
  world = createWorld({
    jira: { getIssue: () => jiraIssue({ key: 'PAY-2' }), getTransitions: () => transitions },
    deps: {
      claude: createClaude({ apiKey: 'key-1', baseURL: server.url }),
      messageBody,
      ...deps,
    },
  });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  return world.storeContext(context());
}

/** What was sent is documented, and would not be refused. */
function expectDocumented({ method, path, headers, json }: ReceivedRequest): DocumentedRequest {
  const body = (path === '/v1/messages' ? createRequest : countRequest).parse(json);
  expect(problemsOf(body)).toEqual([]);
  expect(method).toBe('POST');
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'anthropic-version': SDK_API_VERSION,
    authorization: 'Bearer key-1',
  });
  // Everything that is used is generally available.
  expect(Object.keys(headers).filter((name) => /beta|x-api-key/.test(name))).toEqual([]);
  return body;
}

const rolesOf = ({ messages }: DocumentedRequest) =>
  messages.map(({ role, content }) => [
    role,
    ...(typeof content === 'string' ? [] : content).map(({ type }) => type),
  ]);

describe('what is sent', () => {
  test('for a decision: the context as the answer to a tool call, and the two breakpoints', async () => {
    const contextHash = await open([decision]);

    await decided(world, { cycle, contextHash });

    const [body] = server.received.map(expectDocumented);
    expect(server.received).toHaveLength(1);
    expect(rolesOf(body!)).toEqual([
      ['user', 'text', 'text'],
      ['assistant', 'tool_use'],
      ['user', 'tool_result'],
    ]);
    expect(cachedPrefixes(body!)).toHaveLength(2);
    expect(body!.tool_choice).toBeUndefined();
    expect(body!.tools.map(({ strict }) => strict)).toEqual(body!.tools.map(() => true));
  });

  test('after a tool call: what the model said, verbatim, its answer, and one more breakpoint', async () => {
    const thinking = { type: 'thinking', thinking: 'It names PAY-2.', signature: 'sig-1' };
    const asking = messageOf({ content: [thinking, readIssue], stop_reason: 'tool_use' });
    const contextHash = await open([asking, decision]);

    await decided(world, { cycle, contextHash });

    const body = server.received.map(expectDocumented).at(-1)!;
    expect(rolesOf(body).slice(3)).toEqual([
      ['assistant', 'thinking', 'tool_use'],
      ['user', 'tool_result'],
    ]);
    expect(body.messages[3]?.content).toEqual([thinking, readIssue]);
    expect(cachedPrefixes(body)).toHaveLength(3);
  });

  test('as the last turn: the same tools, and in words that none of them may be used', async () => {
    const limits = { actionsPerDecision: 3, actionsPerSubjectPerHour: 6, modelTurns: 1 };
    const asking = messageOf({ content: [readIssue], stop_reason: 'tool_use' });
    const contextHash = await open([asking, decision], { limits });

    await decided(world, { cycle, contextHash });

    const [first, last] = server.received.map(expectDocumented);
    expect(last?.tool_choice).toBeUndefined();
    expect(last?.tools).toEqual(first?.tools);
    expect(rolesOf(last!).at(-1)).toEqual(['user', 'tool_result', 'text']);
    expect(cachedPrefixes(last!)).toHaveLength(2);
  });

  test.each([
    ['prose', [{ type: 'text', text: 'I think so.' }]],
    ['nothing', []],
    ['white space', [{ type: 'text', text: ' ' }]],
  ])('after a reply of %s: what it said, and what is wrong with it', async (_what, content) => {
    const contextHash = await open([messageOf({ content }), decision]);

    await decided(world, { cycle, contextHash });

    const body = server.received.map(expectDocumented).at(-1)!;
    expect(rolesOf(body).slice(3)).toEqual([
      ['assistant', 'text'],
      ['user', 'text'],
    ]);
  });

  test('for the first look: one tool, not to be used, and a short reply', async () => {
    const contextHash = await open([messageOf({ text: '{"route":"normal","reason":"A question."}' })]);

    await world.call('triage', { cycle, contextHash });

    const [body] = server.received.map(expectDocumented);
    expect(body).toMatchObject({ model: 'claude-haiku-5-5', tool_choice: { type: 'none' } });
    expect(body?.tools).toHaveLength(1);
  });

  test('for a count: the prompt and nothing else', async () => {
    const budgets = { perEvent: 0.18, perSubjectPerDay: 100, perProjectPerDay: 100, perDay: 100 };
    const contextHash = await open([{ input_tokens: 5_000 }, decision], { budgets });

    await decided(world, { cycle, contextHash });

    const [counted, sent] = server.received.map(expectDocumented);
    expect(server.received.map(({ path }) => path)).toEqual(['/v1/messages/count_tokens', '/v1/messages']);
    expect(sent).toEqual({ ...counted, max_tokens: 16_000 });
  });

  test('for a question of whoever has to approve', async () => {
    const contextHash = await open([decision]);

    await world.call('answerQuestion', {
      cycle,
      contextHash,
      planned: planned(cycle.cycleId, 1, transition),
      question: 'Who asked for this?',
      questionId: 'ap-1.q1',
    });

    const [body] = server.received.map(expectDocumented);
    expect(body?.tool_choice).toEqual({ type: 'none' });
  });

  test('by cycles of an older version: their first call, and its repair', async () => {
    const contextHash = await open([messageOf({ text: 'no JSON' }), decision]);

    await world.call('decide', { cycle, contextHash });

    expect(server.received.map(expectDocumented)).toHaveLength(2);
  });
});
