import { afterEach, describe, expect, test } from '@jest/globals';
import { CancelledFailure } from '@temporalio/activity';
import type { Context } from '../../src/domain/context.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import type { Claude, ModelReply, ModelRequest } from '../../src/integrations/claude/claude.js';
import { cycleInput } from '../support/builders.js';
import { modelReply, type Said } from './support/model-reply.js';
import type { Script } from './support/scripted.js';
import { context, vendorError } from './support/vendor-data.js';
import { createWorld, environment, type World, type WorldOptions } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

const decision = {
  summary: 'Answers the question.',
  reasons: [{ text: 'The status is known.', evidence: ['issue'] }],
  actions: [
    {
      kind: 'jira.comment',
      payload: { issueKey: 'PAY-1', as: 'answer', audience: 'internal', body: 'In progress.' },
    },
  ],
  uncertainty: null,
  wouldChange: null,
};

function reply({ stopReason, text = JSON.stringify(decision) }: Said = {}): ModelReply {
  return modelReply({
    text,
    usage: { inputTokens: 1_000_000, outputTokens: 100_000 },
    ...(stopReason === undefined ? {} : { stopReason }),
  });
}

async function decide(
  createMessage: NonNullable<Script<Claude>['createMessage']>,
  options: WorldOptions & { readonly attempt?: number } = {},
  read: Partial<Context> = {},
) {
  world = createWorld({ ...options, claude: { createMessage } });
  const cycle = cycleInput();
  const contextHash = await started(cycle, read);
  const result = await world.call(
    'decide',
    { cycle, contextHash },
    {
      attempt: options.attempt ?? 1,
    },
  );
  return { cycle, result, detail: world.reader.getCycle(cycle.cycleId) };
}

async function started(cycle: CycleInput, read: Partial<Context> = {}): Promise<string> {
  await world.deps.mirror.startCycle(cycle, 'run-1');
  return world.storeContext(context(read));
}

function requestsSent(): readonly ModelRequest[] {
  return world.claude.received.map((call) => call.args[0] as ModelRequest);
}

describe('a usable reply', () => {
  test('becomes the decision, with its cost and the call as it was sent', async () => {
    const { result, detail, cycle } = await decide([reply()]);

    expect(result).toEqual({ decision, costUsd: 3, failure: null });
    expect(detail?.modelCalls).toMatchObject([
      {
        model: 'claude-sonnet-5-5',
        purpose: 'decide',
        prompt_id: 'question',
        stop_reason: 'end_turn',
        input_tokens: 1_000_000,
        cost_usd: 3,
        request_id: 'req_1',
        error: null,
      },
    ]);
    const sent = world.reader.getBlob(detail?.modelCalls[0]?.prompt_hash ?? '');
    expect(String(sent)).toBe(JSON.stringify(world.deps.messageBody(requestsSent()[0] as ModelRequest)));
    expect(world.auditKinds(cycle.cycleId)).toEqual(['event.received', 'model.called', 'decision.made']);
  });

  test('costs what pm-agent.yaml says where that names the model', async () => {
    const prices = { 'claude-sonnet-5-5': { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 } };

    const { result } = await decide([reply()], { deps: { prices } });

    expect(result.costUsd).toBeCloseTo(1.1, 10);
  });

  test("is asked for with the team's rules and channel, and the agent's own accounts", async () => {
    const team = {
      id: 'payments',
      jiraProjects: ['PAY'],
      jiraBoard: null,
      repositories: [],
      slackChannel: 'C0PAY',
      lead: null,
      rules: 'Be brief on Fridays.',
    };

    const calendar = {
      timezone: 'Asia/Tokyo',
      days: ['mon' as const],
      from: 540,
      to: 1_020,
      holidays: null,
      blackout: [],
    };

    await decide(
      [reply()],
      { deps: { teams: [{ ...team, timezone: 'Asia/Tokyo', calendar }] } },
      { readAt: '2026-11-23T01:00:00.000Z' },
    );

    const [request] = requestsSent();
    expect(JSON.stringify(request?.messages)).toContain('Monday 2026-11-23 10:00 Asia/Tokyo (UTC+09:00)');
    expect(JSON.stringify(request?.messages)).toContain('mon 09:00-17:00');
    expect(request?.system).toContain('Be brief on Fridays.');
    expect(JSON.stringify(request?.messages)).toContain('jira-agent');
    expect(JSON.stringify(request?.messages)).toContain('C0PAY');
  });

  test('carries a nonce of its own for each context', async () => {
    const { cycle } = await decide([reply(), reply()]);
    const contextHash = await world.storeContext(context({ omitted: ['something'] }));
    await world.call('decide', { cycle, contextHash }, { attempt: 2 });

    const nonces = requestsSent().map(
      (request) => /[0-9a-f]{32}/.exec(JSON.stringify(request.messages))?.[0],
    );
    expect(new Set(nonces).size).toBe(2);
  });
});

describe('a reply that stopped short', () => {
  test.each([
    ['refusal', 'declined'],
    ['max_tokens', 'cut at the token limit'],
    ['pause_turn', 'paused'],
    ['tool_use', 'asked for a tool'],
    ['model_context_window_exceeded', 'larger than the model can read'],
    ['something_new', 'something_new'],
    [null, 'no reason'],
  ])('with %s gives no decision although its text would, and says why', async (stopReason, words) => {
    const { result, detail } = await decide([reply({ stopReason })]);

    expect(result.failure).toContain(words);
    expect(result.decision.actions).toEqual([]);
    expect(detail?.modelCalls).toHaveLength(1);
    expect(detail?.steps).toMatchObject([{ name: 'decide', status: 'failed' }]);
  });
});

describe('over budget', () => {
  test('the model is not asked, nothing is decided, and the cycle says why', async () => {
    const budgets = { perEvent: 0.01, perSubjectPerDay: 100, perProjectPerDay: 10, perDay: 25 };

    const { result, detail } = await decide([], { deps: { budgets } });

    expect(result).toMatchObject({ costUsd: 0, decision: { actions: [] } });
    expect(result.failure).toMatch(
      /^over budget, so the model was not asked: .*budgets\.perEvent allows \$0\.0100$/,
    );
    expect(world.claude.calls()).not.toContain('createMessage');
    expect(detail?.steps).toMatchObject([{ name: 'decide', status: 'failed' }]);
  });

  test('a reply is not repaired, and what it cost stays counted', async () => {
    const { result, detail } = await decide([reply({ text: 'Sure! {}' })], {
      deps: { budgets: { perEvent: 3.1, perSubjectPerDay: 100, perProjectPerDay: 10, perDay: 25 } },
    });

    expect(result).toMatchObject({ costUsd: 3, failure: expect.stringContaining('over budget') });
    expect(detail?.cycle.cost_usd).toBe(3);
  });
});

describe('a reply that cannot be read', () => {
  test('is told what was wrong and repaired once; both calls are paid and recorded', async () => {
    const { result, detail } = await decide([reply({ text: 'Sure! {}' }), reply()]);

    expect(result).toEqual({ decision, costUsd: 6, failure: null });
    expect(detail?.modelCalls.map((call) => call.purpose)).toEqual(['decide', 'repair']);
    expect(detail?.cycle.cost_usd).toBe(6);
    expect(JSON.stringify(requestsSent()[1]?.messages)).toContain('not one JSON object');
  });

  test('twice gives no decision: the second try is the last', async () => {
    const { result } = await decide([reply({ text: '{}' }), reply({ text: 'still {}' })]);

    expect(result.failure).toContain('could not be used');
    expect(result.decision.actions).toEqual([]);
    expect(world.claude.calls()).toHaveLength(2);
  });

  test('and then a refusal is a refusal', async () => {
    const { result } = await decide([reply({ text: '{}' }), reply({ stopReason: 'refusal', text: '' })]);

    expect(result.failure).toBe('the model declined to answer');
  });
});

describe('a model that does not answer', () => {
  test('fails the attempt as the vendor says', async () => {
    const overloaded = vendorError('rate_limit', {
      service: 'claude',
      status: 429,
      retryable: true,
      retryAfterMs: 3_600_000,
    });

    await expect(decide([overloaded])).rejects.toMatchObject({
      type: 'Integration.claude.rate_limit',
      nonRetryable: false,
      nextRetryDelay: 900_000,
    });
  });

  test('leaves the failed call in the mirror, free of charge', async () => {
    const error = vendorError('unavailable', { service: 'claude', status: 529, retryable: true });
    world = createWorld({ claude: { createMessage: [error, reply()] } });
    const cycle = cycleInput();
    const contextHash = await started(cycle);

    await expect(world.call('decide', { cycle, contextHash })).rejects.toThrow();
    await world.call('decide', { cycle, contextHash }, { attempt: 2 });

    expect(world.reader.getCycle(cycle.cycleId)?.modelCalls).toMatchObject([
      { error: 'Jira says unavailable', cost_usd: 0, cost_is_estimate: 0, reply_hash: null },
      { error: null, cost_usd: 3 },
    ]);
  });

  test.each(['timeout', 'network', 'bad_reply'])(
    'whose answer was lost counts at what was held for it (%s)',
    async (code) => {
      const error = vendorError(code, { service: 'claude', retryable: true });
      world = createWorld({ claude: { createMessage: [error, error] } });
      const cycle = cycleInput();
      const contextHash = await started(cycle);
      for (const attempt of [1, 2]) {
        await expect(world.call('decide', { cycle, contextHash }, { attempt })).rejects.toThrow();
      }

      const { modelCalls = [], cycle: row } = world.reader.getCycle(cycle.cycleId) ?? {};
      const [held = 0] = modelCalls.map(({ cost_usd }) => cost_usd);
      expect(held).toBeGreaterThan(0);
      expect(modelCalls).toMatchObject(
        Array.from({ length: 2 }, () => ({ cost_usd: held, cost_is_estimate: 1, reply_hash: null })),
      );
      expect(row?.cost_usd).toBeCloseTo(2 * held);
    },
  );

  test('is heard with its own error also where the mirror fails beside it', async () => {
    const error = vendorError('unavailable', { service: 'claude', retryable: true });
    world = createWorld({ claude: { createMessage: [error] } });
    const contextHash = await started(cycleInput());
    const broken = createWorld({
      claude: { createMessage: [error] },
      deps: {
        mirror: { ...world.deps.mirror, recordModelCall: () => Promise.reject(new Error('disk full')) },
      },
    });

    await expect(broken.call('decide', { cycle: cycleInput(), contextHash })).rejects.toMatchObject({
      type: 'Integration.claude.unavailable',
    });
    await broken.dispose();
  });

  test('is not waited for once the cycle was cancelled', async () => {
    const env = environment();
    let signal: AbortSignal | undefined;
    const createMessage = (_request: ModelRequest, given?: AbortSignal) =>
      new Promise<ModelReply>((_done, fail) => {
        signal = given;
        given?.addEventListener('abort', () => fail(vendorError('network', { retryable: true })));
        env.cancel();
      });
    world = createWorld({ claude: { createMessage } });
    const cycle = cycleInput();
    const contextHash = await started(cycle);

    const run = world.call('decide', { cycle, contextHash }, { env });

    await expect(run).rejects.toBeInstanceOf(CancelledFailure);
    expect(signal?.aborted).toBe(true);
    expect(world.reader.getCycle(cycle.cycleId)?.modelCalls).toMatchObject([{ cost_is_estimate: 1 }]);
  });
});

test('a context that is not in the mirror ends the step with words, and no retry', async () => {
  world = createWorld();

  await expect(
    world.call('decide', { cycle: cycleInput(), contextHash: 'f'.repeat(64) }),
  ).rejects.toMatchObject({ type: 'Activity.ContextMissing', nonRetryable: true });
});

describe('a reply that holds a configured secret', () => {
  const value = ['hunter', 'two', 'and', 'more'].join('-');
  const leaking = (spelled: string) => {
    const text = JSON.stringify({ ...decision, summary: 'It is HERE.' }).replace('HERE', spelled);
    return { ...reply({ text }), raw: { model: 'm', content: [{ type: 'text', text }] } };
  };
  const secrets = [{ name: 'JIRA_API_TOKEN', forms: [value] }];

  const spelledOut = (text: string) =>
    Array.from(text, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

  test.each([
    ['comes to nothing, and is kept without its content', secrets, leaking(value), false],
    ['also where JSON spells it by code points', secrets, leaking(spelledOut(value)), false],
    ['is used and kept whole where it is no secret here', [], leaking(value), true],
  ] as const)('%s', async (_name, configured, reply, isKept) => {
    const output = { linkHosts: [], mentions: [], secrets: configured };

    const { result, detail } = await decide([reply], { deps: { output } });

    const hash = detail?.modelCalls[0]?.reply_hash ?? '';
    const kept = String(world.reader.getBlob(hash));
    expect(kept.includes(value)).toBe(isKept);
    expect(kept.includes('the value of JIRA_API_TOKEN')).toBe(!isKept);
    expect(JSON.stringify([result, world.reader.auditOf(cycleInput().cycleId)]).includes(value)).toBe(isKept);
    expect(result.failure === null).toBe(isKept);
  });
});
