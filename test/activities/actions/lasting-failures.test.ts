/**
 * F23: a failure that lasts. It is tried a bounded number of times and ends where a person sees it; tried again by them, in
 * another cycle of the same event, it is done once, whatever the first cycle did unseen.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../../src/activities/execute-action.js';
import { guarded } from '../../../src/activities/failure.js';
import type { ActivityDeps } from '../../../src/activities/index.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../../src/domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../../../src/domain/effect.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { isDone, receivedWrites } from '../../soak/effects/check.js';
import { EFFECT_KINDS, type Place, type SoakKind } from '../../soak/effects/kinds.js';
import { placesOf } from '../../soak/effects/places.js';
import { commentEvent, cycleInput, planned } from '../../support/builders.js';
import { intoLedger } from '../support/into-ledger.js';
import { vendorsAt } from '../support/vendors.js';
import { createWorld, environment, type World } from '../support/world.js';

const TIMEOUT_MS = 300;

let sandbox: TestSandbox;
let world: World;
let n = 0;
beforeAll(async () => {
  sandbox = await startSandbox();
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

async function given(kind: SoakKind): Promise<Given> {
  world = createWorld({ deps: vendorsAt(sandbox.url, 'cloud', TIMEOUT_MS) });
  n += 1;
  const [place] = (await placesOf(sandbox.url, { n: 500 + n, kinds: [kind] })) as [Place];
  const event = commentEvent({ changeKey: `jira:comment:lasting-${n}` });
  return begin(kind, place, cycleInput({ cycleId: `cycle-lasting-${n}`, eventId: `evt-${n}`, event }));
}

async function begin(kind: SoakKind, place: Place, cycle: CycleInput): Promise<Given> {
  const proposed = EFFECT_KINDS[kind].action(place);
  const action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ordinal: 1 });
  await intoLedger(world, cycle, action);
  return { kind, place, cycle, action };
}

/** As `pm-agent events retry` has it begun: the same event, under another cycle. */
const triedAgain = ({ kind, place, cycle }: Given) =>
  begin(kind, place, { ...cycle, cycleId: `${cycle.cycleId}-again` });

/** A minute passes between any two attempts: what was sent is settled. */
async function untilItEnds(
  { cycle, action }: Given,
  {
    firstMinute = 0,
    deps = {},
  }: { readonly firstMinute?: number; readonly deps?: Partial<ActivityDeps> } = {},
): Promise<{ readonly result: ActionResult; readonly attempts: number }> {
  for (let attempt = 1; attempt <= MAX_WRITE_ATTEMPTS; attempt++) {
    const at = Date.parse('2026-11-23T10:00:00Z') + (firstMinute + attempt - 1) * 60_000;
    const activity = guarded(createExecuteAction({ ...world.deps, ...deps, clock: () => new Date(at) }, [1]));
    try {
      const result: ActionResult = await environment(attempt).run(activity, { cycle, planned: action });
      return { result, attempts: attempt };
    } catch (error) {
      expect(error).toMatchObject({ nonRetryable: false });
    }
  }
  throw new Error('it did not end');
}

const fault = (kind: SoakKind, rule: object) => {
  const { vendor, write } = EFFECT_KINDS[kind];
  return sandbox.post('/_faults', { vendor, match: write.source, times: 1_000, ...rule });
};

async function doneAt({ kind, place }: Given): Promise<number> {
  const writesOf = await receivedWrites(sandbox.url);
  return writesOf({ kind, place }).filter(isDone).length;
}

const KINDS = ['jira.comment', 'jira.assign'] as const satisfies readonly SoakKind[];
const AGAIN = { firstMinute: 60 };

describe.each(KINDS)('%s', (kind) => {
  test.each([
    ['500', { kind: 'status', status: 500 }],
    ['502', { kind: 'status', status: 502 }],
    ['503', { kind: 'status', status: 503 }],
    ['a connection that breaks', { kind: 'cut_before' }],
  ])(
    'F23: %s that lasts ends unknown, and is done once when a person has it tried again',
    async (_name, rule) => {
      const first = await given(kind);
      await fault(kind, rule);

      const { result, attempts } = await untilItEnds(first);
      await sandbox.delete('/_faults');
      const again = await triedAgain(first);
      const second = await untilItEnds(again, AGAIN);

      expect(result.status).toBe('unknown');
      expect(attempts).toBe(MAX_WRITE_ATTEMPTS);
      expect(world.reader.unknownEffects(10)).toMatchObject({
        count: 1,
        items: [{ id: first.action.actionId }],
      });
      expect(second).toMatchObject({ result: { status: 'executed' }, attempts: 1 });
      expect(await doneAt(first)).toBe(1);
    },
  );

  test('F23: answers that never come, of what is done all the same: it ends, and is not done again', async () => {
    const first = await given(kind);
    const { vendor, write } = EFFECT_KINDS[kind];
    await sandbox.post('/_faults', { vendor, match: write.source, kind: 'cut_after', times: 1_000 });
    await sandbox.post('/_faults', {
      vendor,
      // Where the issue stands is asked before a comment is sent; what was made of it is what cannot be read.
      match: kind === 'jira.comment' ? '^GET .*/comment$|/comment/list$' : '^GET ',
      kind: 'status',
      status: 503,
      times: 1_000,
    });

    const { result } = await untilItEnds(first);
    const doneUnseen = await doneAt(first);
    await sandbox.delete('/_faults');
    const second = await untilItEnds(await triedAgain(first), AGAIN);

    // An assignment is read before it is sent: where nothing can be read, none is.
    expect([result.status, doneUnseen]).toEqual(kind === 'jira.assign' ? ['failed', 0] : ['unknown', 1]);
    expect(second.result.status).toBe('executed');
    expect(await doneAt(first)).toBe(1);
  });

  test.each([
    ['a name that leads nowhere', () => 'http://nowhere.invalid'],
    ['a port that speaks no TLS', () => sandbox.url.replace('http:', 'https:')],
  ])(
    'F23: %s ends as failed, because nothing can have been sent, and is done when it is put right',
    async (_name, url) => {
      const first = await given(kind);

      const { result, attempts } = await untilItEnds(first, { deps: vendorsAt(url(), 'cloud', 2_000) });
      const second = await untilItEnds(await triedAgain(first), AGAIN);

      expect(result.status).toBe('failed');
      expect(attempts).toBe(MAX_WRITE_ATTEMPTS);
      expect(second).toMatchObject({ result: { status: 'executed' }, attempts: 1 });
      expect(await doneAt(first)).toBe(1);
    },
  );
});
