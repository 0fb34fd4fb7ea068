/** Each kind of action against each way in which its vendor can fail it, on the vendors that the sandbox plays. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import { REFUSED_TRIES } from '../../../src/activities/patience.js';
import { ACTIONS } from '../../../src/domain/actions/index.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { isDone, receivedWrites } from '../../soak/effects/check.js';
import { EFFECT_KINDS, type Place, SOAK_KINDS, type SoakKind } from '../../soak/effects/kinds.js';
import { placesOf } from '../../soak/effects/places.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { eventually } from '../../support/eventually.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

/** Of every call. */
const TIMEOUT_MS = 600;
const LOOK_AGAIN_AFTER_MS = [100, 200, 400, 800];

let sandbox: TestSandbox;
let world: World;
let n = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => {
  world = createWorld({ deps: vendorsAt(sandbox.url, 'cloud', TIMEOUT_MS) });
});
afterEach(async () => {
  await sandbox.delete('/_faults');
  await world.dispose();
});
afterAll(() => sandbox.close());

interface Given {
  readonly kind: SoakKind;
  readonly place: Place;
  readonly cycle: CycleInput;
  readonly action: PlannedAction;
}

/** One action of this kind at a place of its own. */
async function given(kind: SoakKind): Promise<Given> {
  n += 1;
  const [place] = (await placesOf(sandbox.url, { n, kinds: [kind] })) as [Place];
  const cycle = cycleInput({
    cycleId: `cycle-faults-${n}`,
    event: commentEvent({ changeKey: `jira:comment:${n}` }),
  });
  const proposed = EFFECT_KINDS[kind].action(place);
  const action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
  return { kind, place, cycle, action };
}

/** What hits its next write. */
async function fault(kind: SoakKind, ...rules: readonly object[]): Promise<void> {
  const { vendor, write } = EFFECT_KINDS[kind];
  for (const rule of rules) {
    const { status } = await sandbox.post('/_faults', { vendor, match: write.source, ...rule });
    expect(status).toBe(200);
  }
}

function execute(
  { cycle, action }: Given,
  attempt = 1,
  overrides: Partial<ActivityDeps> = {},
): Promise<ActionResult> {
  const activity = guarded(createExecuteAction({ ...world.deps, ...overrides }, LOOK_AGAIN_AFTER_MS));
  return environment(attempt).run(activity, { cycle, planned: action });
}

/** Within the looks for what bears a mark; what tells by itself is looked at once, and shows at once. */
function shownAfterMs({ action }: Given): number {
  return ACTIONS[action.action.kind].marker.appearsLate ? 700 : 0;
}

/** How often its write came to the vendor, and how often it was carried out there. */
async function written(one: Given): Promise<{ readonly came: number; readonly done: number }> {
  const calls = (await receivedWrites(sandbox.url))(one);
  return { came: calls.length, done: calls.filter(isDone).length };
}

/** The worker's clock a minute on: what was sent is settled. */
const later = { clock: () => new Date(Date.parse('2026-11-23T10:01:00Z')) };

async function assertOnce(one: Given, attempt: number, overrides: Partial<ActivityDeps>): Promise<void> {
  expect(await execute(one, attempt, overrides)).toMatchObject({ status: 'executed' });
  expect((await written(one)).done).toBe(1);
}

describe.each(SOAK_KINDS)('%s', (kind) => {
  test('F5: the worker dies after the effect: it is found', async () => {
    const one = await given(kind);
    const recordResult = () => Promise.reject(new Error('killed'));

    await expect(execute(one, 1, { mirror: { ...world.deps.mirror, recordResult } })).rejects.toThrow(
      'killed',
    );

    await assertOnce(one, 2, later);
  });

  test.each([
    ['F6: the answer is lost', [{ kind: 'cut_after' }], 1],
    ['F7: the request is lost', [{ kind: 'cut_before' }], 2],
    ['F23: 503', [{ kind: 'status', status: 503 }], 2],
  ])('%s: nothing is repeated before it is settled, and it stands once', async (_what, rules, times) => {
    const one = await given(kind);
    await fault(kind, ...rules);

    await expect(execute(one)).rejects.toThrow();
    // Finds it, or waits.
    await execute(one, 2).catch(() => undefined);
    expect((await written(one)).came).toBe(1);

    await assertOnce(one, 3, later);
    expect((await written(one)).came).toBe(times);
  });

  test('F8: the answer is lost, and what was made shows after it is settled: it is looked for again', async () => {
    const one = await given(kind);
    await fault(kind, { kind: 'cut_after' }, { kind: 'hide_markers', ms: shownAfterMs(one) });

    await expect(execute(one)).rejects.toThrow();

    await assertOnce(one, 2, later);
    expect((await written(one)).came).toBe(1);
  });

  test('F9: it is done after the timeout: it is waited for, and found', async () => {
    const one = await given(kind);
    await fault(kind, { kind: 'delay', ms: 2 * TIMEOUT_MS });

    await expect(execute(one)).rejects.toThrow();
    await expect(execute(one, 2)).rejects.toThrow('the vendor may still carry out');
    await eventually(async () => expect((await written(one)).done).toBe(1));

    await assertOnce(one, 3, later);
    expect((await written(one)).came).toBe(1);
  });

  test('F20: 429: it is sent when the vendor takes it again, and nothing has to settle', async () => {
    const one = await given(kind);
    await fault(kind, { kind: 'rate_limit', limit: 'burst', ms: 3_000 });

    await expect(execute(one)).rejects.toMatchObject({ nextRetryDelay: expect.any(Number) });
    expect((await written(one)).done).toBe(0);

    await assertOnce(one, 2, {});
  });

  test.each([401, 403])('F24: %i: it is tried a few times, then it is failed', async (status) => {
    const one = await given(kind);
    await fault(kind, { kind: 'status', status, times: 100 });

    await expect(execute(one)).rejects.toThrow();
    const last = await execute(one, REFUSED_TRIES);

    expect(last.status).toBe('failed');
    expect((await written(one)).done).toBe(0);
  });

  test('F25: 404: what it goes to is gone: obsolete', async () => {
    const one = await given(kind);
    await fault(kind, { kind: 'status', status: 404 });

    expect(await execute(one)).toMatchObject({
      status: 'obsolete',
      message: expect.stringContaining('gone'),
    });
    expect((await written(one)).done).toBe(0);
  });

  test('F26: 409, or a channel that was archived: nothing is forced', async () => {
    const one = await given(kind);
    await fault(kind, { kind: 'status', status: 409 });

    const { status } = await execute(one);

    expect(status).toBe(EFFECT_KINDS[kind].vendor === 'slack' ? 'failed' : 'obsolete');
    expect((await written(one)).done).toBe(0);
  });
});
