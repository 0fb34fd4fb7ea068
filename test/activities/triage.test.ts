/** The first look over the real mirror: what is skipped, what goes on, and that it never costs an event. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { DECIDING_RULES, type Routing } from '../../src/domain/which-model.js';
import type { Claude, ModelRequest } from '../../src/integrations/claude/claude.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { modelReply } from './support/model-reply.js';
import type { Script } from './support/scripted.js';
import { bo, context, jiraIssue, transitions, vendorError } from './support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

const cycle = cycleInput();

async function look(
  createMessage: NonNullable<Script<Claude>['createMessage']>,
  { attempt = 1, ...options }: WorldOptions & { readonly attempt?: number } = {},
) {
  world = createWorld({ ...options, claude: { createMessage } });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  return world.call('triage', { cycle, contextHash }, { attempt });
}

function says(route: string, stopReason = 'end_turn') {
  const text = JSON.stringify({ route, reason: 'People talk among themselves.' });
  return modelReply({ text, stopReason, model: 'claude-haiku-5-5' });
}

const detail = () => world.reader.getCycle(cycle.cycleId);

describe('the small model', () => {
  test('is asked shortly, without tools to use, for a route and nothing else', async () => {
    await look([says('normal')]);

    const request = world.claude.received[0]?.args[0] as ModelRequest;
    expect(request).toMatchObject({ model: 'claude-haiku-5-5', maxTokens: 4_000, toolChoice: 'none' });
    expect(Object.keys(request.replySchema['properties'] as object)).toEqual(['route', 'reason']);
    expect(detail()?.modelCalls).toMatchObject([{ purpose: 'triage', prompt_id: 'triage' }]);
  });

  test('that says skip makes the recorded decision to do nothing', async () => {
    expect(await look([says('skip')])).toEqual({
      route: 'skip',
      decision: expect.objectContaining({ summary: 'People talk among themselves.', actions: [] }),
    });
    expect(detail()?.steps).toMatchObject([{ name: 'decide', status: 'done' }]);
    expect(world.auditKinds(cycle.cycleId)).toEqual(['event.received', 'model.called', 'decision.made']);
  });

  test.each(['normal', 'hard'])('that says %s passes the event on', async (route) => {
    expect(await look([says(route)])).toEqual({ route, decision: null });
    expect(detail()?.steps.map(({ id }) => id)).toEqual([`${cycle.cycleId}/decide/triage`]);
  });

  test.each([
    ['a route of its own', says('delete everything')],
    ['no JSON', modelReply({ text: 'skip' })],
    ['a skip that was cut', says('skip', 'max_tokens')],
    ['a refusal', says('skip', 'refusal')],
  ])('that answers with %s is not heard: the normal model is asked', async (_what, reply) => {
    expect(await look([reply])).toEqual({ route: 'normal', decision: null });
  });

  test('whose thoughts fill its reply is not heard either, and the record says which limit that was', async () => {
    const thought = { type: 'thinking' as const, thinking: 'Hm. '.repeat(4_000), signature: 'sig' };

    const result = await look([modelReply({ content: [thought], stopReason: 'max_tokens' })]);

    expect(result).toEqual({ route: 'normal', decision: null });
    expect(detail()?.steps[0]?.detail).toContain('limits.triageTokens');
  });

  test('may be given more room', async () => {
    await look([says('normal')], { deps: { replyTokens: { decision: 16_000, triage: 9_000 } } });

    expect(world.claude.received[0]?.args[0]).toMatchObject({ maxTokens: 9_000 });
  });

  test('that is not there is not waited for: the normal model is asked', async () => {
    const gone = vendorError('forbidden', {
      service: 'claude',
      status: 404,
      retryable: false,
      refusesAll: true,
    });

    expect(await look([gone])).toEqual({ route: 'normal', decision: null });
  });

  test('that was not there for others, and is held back, is not waited for either', async () => {
    const held = vendorError('unavailable', {
      service: 'claude',
      status: 404,
      retryable: true,
      heldBack: true,
    });

    expect(await look([held])).toEqual({ route: 'normal', decision: null });
  });

  test('over budget is not asked', async () => {
    const budgets = { perEvent: 0, perSubjectPerDay: 100, perProjectPerDay: 10, perDay: 25 };

    expect(await look([], { deps: { budgets } })).toEqual({ route: 'normal', decision: null });
  });

  const noMessage = vendorError('bad_reply', { service: 'claude', retryable: true });
  const overloaded = vendorError('unavailable', { service: 'claude', status: 529, retryable: true });
  const pause = vendorError('rate_limit', {
    service: 'claude',
    status: 429,
    retryable: true,
    retryAfterMs: 9_000,
  });

  test.each([
    ['refuses the request', [vendorError('invalid', { service: 'claude', status: 400 })]],
    ['refuses the key', [vendorError('auth', { service: 'claude', status: 401 })]],
    ['answers what is no message', [noMessage, noMessage]],
    ['is away', [overloaded, overloaded, overloaded]],
    ['is away once, and then answers what is no message', [overloaded, noMessage, noMessage]],
    ['asks for pauses, and is away then', [pause, pause, pause, overloaded, overloaded, overloaded]],
  ])('that %s holds nothing up, once that is certain', async (_what, errors) => {
    const tries = look(errors).catch((failure: unknown) => failure);
    const ends: unknown[] = [await tries];
    const contextHash = await world.storeContext(context());
    for (let attempt = 2; attempt <= errors.length; attempt += 1) {
      ends.push(
        await world.call('triage', { cycle, contextHash }, { attempt }).catch((failure: unknown) => failure),
      );
    }

    expect(ends.pop()).toEqual({ route: 'normal', decision: null });
    for (const end of ends) {
      expect(end).toMatchObject({ nonRetryable: false });
    }
  });

  test('that is away is tried again first, and a pause is waited for', async () => {
    const away = vendorError('unavailable', { service: 'claude', status: 529, retryable: true });
    const busy = vendorError('rate_limit', {
      service: 'claude',
      status: 429,
      retryable: true,
      retryAfterMs: 9_000,
    });

    await expect(look([away])).rejects.toMatchObject({ nonRetryable: false });
    await world.dispose();
    await expect(look([busy], { attempt: 3 })).rejects.toMatchObject({ nextRetryDelay: 9_000 });
  });

  test('whose every try killed its worker is given up', async () => {
    expect(await look([], { attempt: 6 })).toEqual({ route: 'normal', decision: null });
  });

  test('that was paid is not asked again', async () => {
    await look([says('hard')]);
    const contextHash = await world.storeContext(context());

    expect(await world.call('triage', { cycle, contextHash }, { attempt: 2 })).toMatchObject({
      route: 'hard',
    });
    expect(world.claude.calls()).toHaveLength(1);
  });
});

describe('a hard event', () => {
  test('is decided by the large model', async () => {
    const text = JSON.stringify({ summary: 'x', reasons: [], actions: [], uncertainty: null });
    await look([says('hard'), modelReply({ text })]);
    const contextHash = await world.storeContext(context());

    await world.call('takeTurn', { cycle, contextHash, turns: [], route: 'hard' });

    expect(world.claude.received[1]?.args[0]).toMatchObject({ model: 'claude-opus-5-5' });
  });

  const decision = JSON.stringify({ summary: 'x', reasons: [], actions: [], uncertainty: null });

  test('is decided by the normal model where the budgets have no room for the large one, and says so', async () => {
    world = createWorld({
      claude: { createMessage: [modelReply({ text: decision })] },
      deps: { budgets: { perEvent: 0.3, perSubjectPerDay: 100, perProjectPerDay: 100, perDay: 100 } },
    });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const contextHash = await world.storeContext(context());
    const input = { cycle, contextHash, turns: [], route: 'hard' } as const;

    const first = await world.call('takeTurn', input);
    const again = await world.call('takeTurn', input, { attempt: 2 });

    expect(first).toMatchObject({ kind: 'decided', failure: null });
    expect(again).toEqual(first);
    expect(world.claude.received.filter(({ method }) => method === 'createMessage')).toMatchObject([
      { args: [{ model: 'claude-sonnet-5-5' }, expect.anything()] },
    ]);
    expect(JSON.parse(String(detail()?.steps.at(-1)?.detail))).toMatchObject({
      model: 'claude-sonnet-5-5',
    });
  });

  test('that no budget has room for is over budget, for either model', async () => {
    world = createWorld({
      claude: {},
      deps: { budgets: { perEvent: 0.01, perSubjectPerDay: 100, perProjectPerDay: 100, perDay: 100 } },
    });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const contextHash = await world.storeContext(context());

    const turn = await world.call('takeTurn', { cycle, contextHash, turns: [], route: 'hard' });

    expect(turn).toMatchObject({ kind: 'decided', failureKind: 'over_budget' });
    expect(world.claude.calls()).not.toContain('createMessage');
    expect(JSON.parse(String(detail()?.steps.at(-1)?.detail))).toMatchObject({
      insteadOf: {
        model: 'claude-opus-5-5',
        why: expect.stringContaining('budgets.perEvent allows $0.0100'),
      },
    });
  });
});

describe('what was gathered says who looks first:', () => {
  /** What the step's record says. */
  let recorded: unknown;

  async function gathered(
    event: ReturnType<typeof commentEvent> | object,
    { priority = 'High', routing }: { priority?: string; routing?: Routing } = {},
  ) {
    world = createWorld({
      deps: routing === undefined ? {} : { routing },
      jira: {
        getIssue: () => jiraIssue({ priority }),
        getTransitions: () => transitions,
        assignableUsers: () => [bo],
      },
    });
    const input = cycleInput({ event: event as ReturnType<typeof commentEvent> });
    const result = await world.call('gatherContext', input);
    const [step] = world.reader.getCycle(input.cycleId)?.steps ?? [];
    recorded = JSON.parse(String(step?.detail));
    return result;
  }

  test('the small model, where nobody asks the agent', async () => {
    const event = commentEvent({ comment: { id: '20001', text: 'I will look at it tomorrow.' } });

    expect(await gathered(event)).toMatchObject({ triage: true, nothingToDo: null });
  });

  test('nobody but the model that decides, where a person asks', async () => {
    const event = commentEvent({ comment: { id: '20001', text: '@PM Agent what is the status?' } });

    expect(await gathered(event)).not.toHaveProperty('triage');
  });

  const asks = commentEvent({ comment: { id: '20001', text: '@PM Agent what is the status?' } });

  test('the large model decides about critical work, whoever asks, and the record says by which rule', async () => {
    expect(await gathered(asks, { priority: 'Blocker' })).toMatchObject({ hard: 'critical work' });
    expect(recorded).toMatchObject({ hard: 'critical work', route: { rule: 'asked' } });
    expect(await gathered(asks)).not.toHaveProperty('hard');
  });

  test.each<[Routing['hard'], string | undefined]>([
    [['asked'], 'asked'],
    [['failed build', 'critical work', 'asked'], 'critical work'],
    [[], undefined],
  ])('the large model decides about what routing.hard names: %j', async (hard, rule) => {
    const result = await gathered(asks, {
      priority: 'Dringend',
      routing: { criticalPriorities: ['dringend'], hard },
    });

    expect(result.hard).toBe(rule);
    expect(result.critical).toMatchObject({ rule: 'critical work' });
  });

  test('the large model by a rule never decides about what is routine, or looked at first', async () => {
    const routing = { criticalPriorities: [], hard: [...DECIDING_RULES] };
    const talk = commentEvent({ comment: { id: '20001', text: 'I will look at it tomorrow.' } });
    const { comment: _comment, ...place } = talk;
    const rank = { ...place, type: 'issue_updated', changes: [{ field: 'Rank', from: null, to: 'x' }] };

    expect(await gathered(talk, { routing })).not.toHaveProperty('hard');
    expect(await gathered(rank, { routing })).not.toHaveProperty('hard');
  });

  test('no model, where a rule says that it is routine; which, stands in the record', async () => {
    const { comment: _comment, ...place } = commentEvent();
    const event = { ...place, type: 'issue_updated', changes: [{ field: 'Rank', from: null, to: 'x' }] };

    expect(await gathered(event)).toMatchObject({
      nothingToDo: 'only rank, labels or estimates changed (routine, by the rule "bookkeeping")',
    });
  });
});
