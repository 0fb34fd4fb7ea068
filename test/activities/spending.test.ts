/** Budgets over the real ledger. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { callModel } from '../../src/activities/model-call.js';
import { createSpending, type Spending } from '../../src/activities/spending.js';
import type { Budgets } from '../../src/domain/budget.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import { promptAbout } from '../../src/reasoning/prompts/index.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { context, vendorError } from './support/vendor-data.js';
import { createWorld, environment, type World } from './support/world.js';

const BUDGETS: Budgets = { perEvent: 1, perSubjectPerDay: 2.5, perProjectPerDay: 3, perDay: 5 };

let world: World;
let spending: Spending;
beforeEach(() => {
  world = createWorld();
  const real = createSpending(world.deps, () => BUDGETS);
  spending = { within: (...call) => environment().run(() => real.within(...call)) };
});
afterEach(() => world.dispose());

let subjects = 0;
async function cycleOf(project: string, subject?: string): Promise<CycleInput> {
  subjects += 1;
  const cycle = cycleInput({
    event: commentEvent({ project, subject: subject ?? `jira:${project}-${subjects}` }),
  });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  return cycle;
}

let calls = 0;
async function paid(
  cycle: CycleInput,
  costUsd: number,
  startedAt = '2026-11-23T10:00:00.000Z',
): Promise<void> {
  calls += 1;
  await world.deps.mirror.recordModelCall({
    id: `${cycle.cycleId}.${calls}`,
    cycleId: cycle.cycleId,
    purpose: 'decide',
    model: 'claude-sonnet-5-5',
    promptId: 'comment',
    promptVersion: '1',
    request: {},
    reply: {},
    stopReason: 'end_turn',
    usage: null,
    costUsd,
    priceDate: null,
    requestId: null,
    startedAt,
    endedAt: startedAt,
    error: null,
  });
}

/** Nobody counts where the size of the text leaves room. */
const price = (atMost: number, counted: () => Promise<number | null> = async () => null) => ({
  atMost,
  counted,
});
const ask = (cycle: CycleInput, atMost = 0.5) => spending.within(cycle, price(atMost), async () => 'answer');

const request = {
  model: 'claude-sonnet-5-5',
  maxTokens: 1,
  system: '',
  messages: [],
  tools: [],
  replySchema: {},
};

test('a call that fits is made', async () => {
  expect(await ask(await cycleOf('PAY'))).toEqual({ done: 'answer' });
});

test('what the event, its project and the day cost is counted from the ledger, and only theirs', async () => {
  const [first, second, other] = [await cycleOf('PAY'), await cycleOf('PAY'), await cycleOf('WEB')];
  await paid(first, 0.8);
  expect(await ask(first)).toMatchObject({ refusal: expect.stringContaining('perEvent') });
  expect(await ask(second)).toEqual({ done: 'answer' });

  await paid(second, 2);
  expect(await ask(await cycleOf('PAY'))).toMatchObject({
    refusal: expect.stringContaining('perProjectPerDay'),
  });
  expect(await ask(other)).toEqual({ done: 'answer' });

  await paid(other, 1.9);
  expect(await ask(await cycleOf('OPS'))).toMatchObject({ refusal: expect.stringContaining('perDay') });
});

test('yesterday is paid for', async () => {
  await paid(await cycleOf('PAY'), 4.9, '2026-11-22T23:59:59.999Z');

  expect(await ask(await cycleOf('PAY'))).toEqual({ done: 'answer' });
});

test('a call that is refused is not made', async () => {
  const cycle = await cycleOf('PAY');
  let made = 0;
  await spending.within(cycle, price(1.1), async () => (made += 1));

  expect(made).toBe(0);
});

test('calls that begin together never hold more than a budget has', async () => {
  const cycles = await Promise.all(Array.from({ length: 20 }, () => cycleOf('PAY')));
  let held = 0;
  let most = 0;
  const results = await Promise.allSettled(
    cycles.map((cycle) =>
      spending.within(cycle, price(0.5), async () => {
        held += 0.5;
        most = Math.max(most, held);
        await new Promise((resolve) => setTimeout(resolve, 20));
        held -= 0.5;
      }),
    ),
  );

  expect(most).toBe(BUDGETS.perProjectPerDay);
  const waiting = results.filter(({ status }) => status === 'rejected');
  expect(waiting).toHaveLength(14);
  expect(waiting[0]).toMatchObject({ reason: { heldBack: true, retryable: true, retryAfterMs: 2_000 } });
});

test('a call that failed holds nothing any more', async () => {
  const cycle = await cycleOf('PAY');
  for (let n = 0; n < 10; n += 1) {
    await expect(
      spending.within(cycle, price(0.9), () => Promise.reject(new Error('overloaded'))),
    ).rejects.toThrow('overloaded');
  }
});

test('what went on a subject today counts, and only today and only its own', async () => {
  const [first, second] = [await cycleOf('PAY', 'jira:PAY-900'), await cycleOf('PAY', 'jira:PAY-900')];
  await paid(first, 2.2);
  await paid(second, 0.2, '2026-11-22T23:00:00.000Z');

  expect(await ask(await cycleOf('PAY', 'jira:PAY-900'))).toMatchObject({
    refusal: expect.stringContaining('went on jira:PAY-900 today'),
  });
  expect(await ask(await cycleOf('PAY', 'jira:PAY-901'))).toEqual({ done: 'answer' });
});

describe('the vendor is asked to count', () => {
  const within = (cycle: CycleInput, atMost: number, counted: () => Promise<number | null>) =>
    spending.within(cycle, price(atMost, counted), async () => 'answer');

  test('only where the size of the text leaves no room, and then its count decides', async () => {
    const cycle = await cycleOf('PAY');
    await paid(cycle, 0.6);
    let counts = 0;
    const counting = (counted: number) => async () => {
      counts += 1;
      return counted;
    };

    expect(await within(cycle, 0.3, counting(0.1))).toEqual({ done: 'answer' });
    expect(counts).toBe(0);
    expect(await within(cycle, 0.5, counting(0.3))).toEqual({ done: 'answer' });
    expect(await within(cycle, 0.5, counting(0.45))).toMatchObject({
      refusal: expect.stringContaining('may cost $0.4500'),
    });
    expect(counts).toBe(2);
  });

  test('and where it cannot, the size of the text decides', async () => {
    const cycle = await cycleOf('PAY');
    await paid(cycle, 0.6);

    expect(await within(cycle, 0.5, async () => null)).toMatchObject({
      refusal: expect.stringContaining('may cost $0.5000'),
    });
  });
});

test('calls whose answers are lost count against the project and the day, not against their event, and say that they are estimates', async () => {
  const cycle = await cycleOf('PAY');
  let sent = 0;
  const createMessage = () => {
    sent += 1;
    return Promise.reject(vendorError('timeout', { service: 'claude', retryable: true }));
  };
  const deps = { ...world.deps, claude: { ...world.deps.claude, createMessage } };
  const lost = (n: number) =>
    environment().run(() =>
      spending.within(cycle, price(0.4), (heldUsd) =>
        callModel(deps, {
          id: `${cycle.cycleId}.lost-${n}`,
          cycleId: cycle.cycleId,
          purpose: 'decide',
          prompt: promptAbout(cycle.event, context()),
          request,
          heldUsd,
        }),
      ),
    );

  await expect(lost(1)).rejects.toThrow('timeout');
  await expect(lost(2)).rejects.toThrow('timeout');
  await expect(lost(3)).rejects.toThrow('timeout');

  expect(sent).toBe(3);
  expect(world.reader.getCycle(cycle.cycleId)?.modelCalls).toMatchObject(
    Array.from({ length: 3 }, () => ({ cost_usd: 0.4, cost_is_estimate: 1 })),
  );
  const { cycleId, event } = cycle;
  const { subject, project } = event;
  const spent = await world.deps.mirror.spent({ cycleId, subject, project, since: '2026-11-23' });
  expect(spent).toMatchObject({ onEvent: 0, onSubjectToday: 0 });
  expect(spent.onProjectToday).toBeCloseTo(1.2);
  expect(spent.today).toBeCloseTo(1.2);
});

test('what an earlier try lost with its worker counts against the project before the next one is made', async () => {
  const cycle = await cycleOf('PAY');
  const { cycleId } = cycle;
  const [first, second] = [
    createSpending(world.deps, () => ({ ...BUDGETS, perProjectPerDay: 1 })),
    createSpending(world.deps, () => ({ ...BUDGETS, perProjectPerDay: 1 })),
  ];
  let isUnderWay: () => void = () => undefined;
  const underWay = new Promise<void>((resolve) => {
    isUnderWay = resolve;
  });
  let end: (error: Error) => void = () => undefined;
  const silence = new Promise<never>((_done, fail) => {
    end = fail;
  });
  const createMessage = () => {
    isUnderWay();
    return silence;
  };
  const deps = { ...world.deps, claude: { ...world.deps.claude, createMessage } };
  const prompt = promptAbout(cycle.event, context());
  const call = { id: `${cycleId}.t1.x1`, cycleId, purpose: 'decide', prompt, request };
  const gone = environment(1).run(() =>
    first.within(cycle, price(0.8), (heldUsd) => callModel(deps, { ...call, heldUsd })),
  );
  await underWay;

  const next = await environment(2).run(() => second.within(cycle, price(0.3), async () => 'answer'));

  expect(next).toMatchObject({ refusal: expect.stringContaining('$0.8000 went on PAY today') });
  const calls = () => world.reader.getCycle(cycleId)?.modelCalls;
  expect(calls()).toMatchObject([{ lost: 1, cost_usd: 0.8 }]);

  // It was alive after all, and hears that nothing was done.
  end(vendorError('unavailable', { service: 'claude', status: 529, retryable: true }));
  await expect(gone).rejects.toThrow('unavailable');
  expect(calls()).toMatchObject([
    { lost: 0, cost_usd: 0 },
    { id: call.id, cost_usd: 0 },
  ]);
});
