/** Budgets over the real ledger. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createSpending, type Spending } from '../../src/activities/spending.js';
import type { Budgets } from '../../src/domain/budget.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { createWorld, type World } from './support/world.js';

const BUDGETS: Budgets = { perEvent: 1, perProjectPerDay: 3, perDay: 5 };

let world: World;
let spending: Spending;
beforeEach(() => {
  world = createWorld();
  spending = createSpending(world.deps, BUDGETS);
});
afterEach(() => world.dispose());

async function cycleOf(project: string): Promise<CycleInput> {
  const cycle = cycleInput({ event: commentEvent({ project }) });
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

const ask = (cycle: CycleInput, atMost = 0.5) => spending.within(cycle, atMost, async () => 'answer');

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
  await spending.within(cycle, 1.1, async () => (made += 1));

  expect(made).toBe(0);
});

test('calls that begin together never hold more than a budget has', async () => {
  const cycles = await Promise.all(Array.from({ length: 20 }, () => cycleOf('PAY')));
  let held = 0;
  let most = 0;
  const results = await Promise.allSettled(
    cycles.map((cycle) =>
      spending.within(cycle, 0.5, async () => {
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
    await expect(spending.within(cycle, 0.9, () => Promise.reject(new Error('overloaded')))).rejects.toThrow(
      'overloaded',
    );
  }
});
