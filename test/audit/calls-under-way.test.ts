/** A call of the model whose worker died stands in the ledger at what was held for it: once, and not if its answer comes after all. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { TryOf } from '../../src/audit/calls-under-way.js';
import { cycleInput } from '../support/builders.js';
import { openTestMirror, type TestMirror } from './support.js';

let at: TestMirror;
let cycleId: string;
beforeEach(async () => {
  at = openTestMirror();
  const cycle = cycleInput();
  await at.mirror.startCycle(cycle, 'run-1');
  ({ cycleId } = cycle);
});
afterEach(() => at.close());

const HELD = 0.17;
const NEVER = '1970-01-01T00:00:00.000Z';
const tryOf = (attempt: number, activityId = 'turn-1'): TryOf => ({ runId: 'run-1', activityId, attempt });

const described = () => ({
  purpose: 'decide',
  model: 'claude-sonnet-5-5',
  promptId: 'comment',
  promptVersion: '8.1',
  request: { messages: ['what was asked'] },
  startedAt: at.now(),
});
const begin = (id: string, madeBy: TryOf) =>
  at.mirror.beginModelCall({ id: `${cycleId}.${id}`, cycleId, ...described(), heldUsd: HELD, madeBy });
const answered = (id: string, underWay: string, costUsd = 0.01) =>
  at.mirror.recordModelCall({
    id: `${cycleId}.${id}`,
    cycleId,
    underWay: `${cycleId}.${underWay}`,
    ...described(),
    reply: { content: [] },
    stopReason: 'end_turn',
    usage: null,
    costUsd,
    priceDate: null,
    requestId: null,
    endedAt: at.now(),
    error: null,
  });
const book = (seenBy: TryOf, begunBefore = NEVER) => at.mirror.bookLostCalls({ seenBy, begunBefore });
const ledger = () => at.reader.getCycle(cycleId)?.modelCalls ?? [];
const cost = () => at.reader.getCycle(cycleId)?.cycle.cost_usd;

test('the next try of its activity books it, with its prompt, at what was held', async () => {
  await begin('t1.x1.lost-a', tryOf(1));

  await book(tryOf(2));

  const [row, ...others] = ledger();
  expect(others).toEqual([]);
  expect(row).toMatchObject({
    id: `${cycleId}.t1.x1.lost-a`,
    lost: 1,
    cost_usd: HELD,
    cost_is_estimate: 1,
    reply_hash: null,
    error: expect.stringContaining('no word of it came back (try 1)'),
  });
  expect(at.reader.getBlob(row?.prompt_hash ?? '')?.toString()).toContain('what was asked');
  expect(cost()).toBeCloseTo(HELD);
  const spent = await at.mirror.spent({
    cycleId,
    subject: 'jira:PAY-1',
    project: 'PAY',
    since: '2026-11-23',
  });
  expect(spent).toMatchObject({ onEvent: 0, onSubjectToday: 0 });
  expect(spent.onProjectToday).toBeCloseTo(HELD);
  expect(spent.today).toBeCloseTo(HELD);
  const entries = at.reader.auditOf(cycleId).filter(({ kind }) => kind === 'model.called');
  expect(entries.map(({ data }) => JSON.parse(data ?? ''))).toMatchObject([
    { lost: true, costUsd: HELD, costIsEstimate: true },
  ]);
});

test('it is booked once, however many look, and also by another process', async () => {
  await begin('t1.x1.lost-a', tryOf(1));
  await begin('t1.x2.lost-b', tryOf(2));

  await Promise.all([book(tryOf(3)), book(tryOf(3))]);
  await at.reopen();
  await book(tryOf(4));

  expect(ledger().map(({ id }) => id)).toEqual([`${cycleId}.t1.x1.lost-a`, `${cycleId}.t1.x2.lost-b`]);
  expect(cost()).toBeCloseTo(2 * HELD);
});

test('what is answered leaves nothing to book', async () => {
  await begin('t1.x1.lost-a', tryOf(1));
  await answered('t1', 't1.x1.lost-a');

  await book(tryOf(2));

  expect(ledger()).toMatchObject([{ id: `${cycleId}.t1`, lost: 0, cost_usd: 0.01 }]);
});

test('calls that others make meanwhile are theirs', async () => {
  await begin('t1.x2.lost-a', tryOf(2));
  await begin('answer.lost-b', tryOf(1, 'question-1'));

  await book(tryOf(2));

  expect(ledger()).toEqual([]);
});

test('what began so long ago that nobody can wait for it any more is booked by whoever looks', async () => {
  await begin('t1.x1.lost-a', tryOf(1));
  at.time += 60_000;

  await book(tryOf(1, 'of another cycle'), at.now());

  expect(ledger()).toMatchObject([{ lost: 1, cost_usd: HELD }]);
});

test('a call of a cycle that the mirror does not know stops no other', async () => {
  const call = { id: 'nobody.lost-a', cycleId: 'nobody', ...described(), heldUsd: HELD, madeBy: tryOf(1) };
  await at.mirror.beginModelCall(call);
  await begin('t1.x1.lost-a', tryOf(1));

  await book(tryOf(2));

  expect(ledger()).toMatchObject([{ id: `${cycleId}.t1.x1.lost-a`, lost: 1 }]);
});

test('one whose answer comes after all costs what it cost', async () => {
  await begin('t1.x1.lost-a', tryOf(1));
  await book(tryOf(2));

  await answered('t1', 't1.x1.lost-a');
  await answered('t1', 't1.x1.lost-a');

  expect(ledger()).toMatchObject([
    { lost: 0, cost_usd: 0, cost_is_estimate: 0, error: expect.stringContaining('came after all') },
    { id: `${cycleId}.t1`, cost_usd: 0.01, error: null },
  ]);
  expect(cost()).toBeCloseTo(0.01);
  const [, entry] = at.reader.auditOf(cycleId).filter(({ kind }) => kind === 'model.called');
  expect(JSON.parse(entry?.data ?? '')).toMatchObject({ countedAsLost: `${cycleId}.t1.x1.lost-a` });
});

describe('a call of a trial run', () => {
  beforeEach(async () => {
    await at.mirror.trials.begin({
      trialId: 'trial-1',
      kind: 'replay',
      askedBy: 'lead-1',
      model: 'claude-sonnet-5-5',
      promptName: null,
      promptHash: null,
      standIn: false,
      cases: ['case-1'],
    });
    const call = { id: 'trial-1/case-1/1.1.lost-a', ...described(), heldUsd: HELD, madeBy: tryOf(1) };
    await at.mirror.trials.beginCall('trial-1', 'case-1', call);
  });
  const look = () => at.mirror.trials.bookLostCalls({ seenBy: tryOf(2), begunBefore: NEVER });
  const spent = () => at.mirror.trials.spentSince('2026-11-23');

  test('is booked in its own ledger, once', async () => {
    await book(tryOf(2));
    expect(await spent()).toBe(0);

    await look();
    await look();

    expect(await spent()).toBeCloseTo(HELD);
    expect(ledger()).toEqual([]);
  });

  test('whose answer comes after all costs what it cost', async () => {
    await look();

    await at.mirror.trials.recordCall('trial-1', 'case-1', {
      id: 'trial-1/case-1/1.1',
      underWay: 'trial-1/case-1/1.1.lost-a',
      ...described(),
      reply: {},
      stopReason: 'end_turn',
      usage: null,
      costUsd: 0.01,
      priceDate: null,
      requestId: null,
      endedAt: at.now(),
      error: null,
    });

    expect(await spent()).toBeCloseTo(0.01);
  });
});
