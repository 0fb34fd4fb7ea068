/** What becomes of cycles that run on in Temporal, over a real inbox; Temporal and the mirror are told what to say. */
import { describe, expect, test } from '@jest/globals';
import type { CycleDetail } from '../../../src/audit/mirror-reader.js';
import type { CycleInput, CycleState } from '../../../src/domain/cycle.js';
import type { PmEvent } from '../../../src/domain/event.js';
import { createLook } from '../../../src/inbox/after-restore/after-restore.js';
import type { CyclesAtTemporal, OldCycle } from '../../../src/inbox/after-restore/cycles-at-temporal.js';
import { cycleInput } from '../../support/builders.js';
import { comment, commentEvent, handClock, recordingLog, temporaryInbox } from '../support.js';

const RESTORED = Date.parse('2026-03-02T10:00:00Z');
const restore = {
  at: new Date(RESTORED).toISOString(),
  takenAt: '2026-03-02T09:00:00.000Z',
  fenceFloor: RESTORED,
};

interface AtTemporal {
  readonly input: CycleInput;
  isRunning: boolean;
  state: CycleState | Error;
}

function bench() {
  const clock = handClock(RESTORED + 1_000);
  const inbox = temporaryInbox({ clock });
  const cycles = new Map<string, AtTemporal>();
  const recorded = new Map<string, CycleDetail>();
  const cancelled: string[] = [];
  /** Without one a cycle does not hear that it is to end. */
  let hasWorker = true;
  const entry = ({ cycleId }: OldCycle) => cycles.get(cycleId) as AtTemporal;
  const temporal: CyclesAtTemporal = {
    list: async () => [...cycles].map(([cycleId, { isRunning }]) => ({ cycleId, runId: 'run', isRunning })),
    inputOf: async (cycle) => entry(cycle).input,
    stateOf: async (cycle) => {
      const { state } = entry(cycle);
      if (state instanceof Error) {
        throw state;
      }
      return state;
    },
    cancel: async (cycle) => {
      cancelled.push(cycle.cycleId);
      entry(cycle).isRunning = !hasWorker;
    },
  };
  const acceptAgain = async (event: PmEvent, lostEventId: string) => {
    const { subject, changeKey } = event;
    const delivery = comment({ deliveryId: `restored-${lostEventId}`, subject, changeKey });
    return (await inbox.accept({ ...delivery, event })).outcome === 'stored';
  };
  const parts = {
    inbox,
    mirror: { getCycle: (id: string) => recorded.get(id) ?? null },
    temporal,
    acceptAgain,
    log: recordingLog(),
    clock,
  };
  const look = createLook(parts);
  return {
    clock,
    inbox,
    cycles,
    recorded,
    cancelled,
    look: () => look(restore),
    stopWorker: () => {
      hasWorker = false;
    },
    runs: (input: CycleInput, at: Partial<AtTemporal> = {}) => {
      cycles.set(input.cycleId, { input, isRunning: true, state: stateAt('decide'), ...at });
      return input.cycleId;
    },
    subjects: () =>
      inbox
        .list({}, { limit: 50, cursor: null })
        .items.map(({ subject, changeKey }) => `${subject} ${changeKey}`)
        .sort(),
  };
}

function stateAt(step: CycleState['step'], actions: CycleState['actions'] = []): CycleState {
  return { cycleId: '', status: 'running', outcome: null, step, summary: '', pendingApprovals: [], actions };
}

const fits = { cycle: {}, steps: [], actions: [], approvals: [], modelCalls: [] } as unknown as CycleDetail;
const lost = (id: string, changeKey: string | null = `change-${id}`) => commentEvent(`jira:${id}`, changeKey);

/** A row that the backup holds, started under the cycle that Temporal knows. */
async function knownRow(of: ReturnType<typeof bench>, id: string) {
  const delivery = comment({ deliveryId: id, subject: `jira:${id}` });
  const accepted = await of.inbox.accept(delivery);
  const { tables } = of.inbox;
  const timing = { now: of.clock().getTime(), windowMs: 0, capMs: 0 };
  await tables.write(() => tables.lanes.claimReady(timing, 10));
  for (const row of tables.rows.nextStarts(10)) {
    await tables.write(() => tables.rows.markStarted(row.seq, of.clock().toISOString()));
  }
  const event = delivery.event as PmEvent;
  return cycleInput({ cycleId: delivery.cycleId, eventId: accepted.eventId, event });
}

describe('a cycle that the inbox does not know', () => {
  test('is ended, and its event and those it answered too are accepted again, once', async () => {
    const of = bench();
    const alsoAnswers = [{ eventId: 'evt_2', event: lost('PAY-2') }];
    const id = of.runs(cycleInput({ eventId: 'evt_1', event: lost('PAY-1'), alsoAnswers }));

    await of.look();
    await of.look();

    expect(of.cancelled).toEqual([id]);
    expect(of.subjects()).toEqual(['jira:PAY-1 change-PAY-1', 'jira:PAY-2 change-PAY-2']);
  });

  test('that stood back and ended by itself is answered all the same', async () => {
    const of = bench();
    of.runs(cycleInput({ event: lost('PAY-1') }), { isRunning: false });

    await of.look();

    expect(of.cancelled).toEqual([]);
    expect(of.subjects()).toEqual(['jira:PAY-1 change-PAY-1']);
  });

  test('is only ended where the sweep was faster', async () => {
    const of = bench();
    await of.inbox.accept(comment({ subject: 'jira:PAY-1', changeKey: 'change-PAY-1' }));
    const id = of.runs(cycleInput({ event: lost('PAY-1') }));

    await of.look();

    expect(of.cancelled).toEqual([id]);
    expect(of.subjects()).toHaveLength(1);
  });
});

test('a cycle that no worker ends is told once, and is waited for', async () => {
  const of = bench();
  of.clock.move(120_000);
  of.stopWorker();
  const unknown = of.runs(cycleInput({ event: lost('PAY-1') }));
  const known = await knownRow(of, 'PAY-2');
  of.runs({ ...known, eventId: 'evt_of_the_lost_row' });

  const looks = [await of.look(), await of.look(), await of.look()];

  expect(of.cancelled.toSorted()).toEqual([known.cycleId, unknown].toSorted());
  expect(looks).toEqual([false, false, false]);
});

describe('a cycle that the inbox knows', () => {
  test('goes on where the records fit', async () => {
    const of = bench();
    const input = await knownRow(of, 'PAY-1');
    of.runs(input);
    of.recorded.set(input.cycleId, fits);

    await of.look();
    await of.look();

    expect(of.cancelled).toEqual([]);
    expect(of.inbox.byCycle(input.cycleId)?.status).toBe('started');
  });

  test('that got further than the records is begun anew under another id, after two looks', async () => {
    const of = bench();
    const input = await knownRow(of, 'PAY-1');
    const action = {
      actionId: `${input.cycleId}.a1`,
      kind: 'jira.comment',
      target: 't',
      status: 'executed' as const,
    };
    of.runs(input, { state: stateAt('execute', [action]) });
    of.recorded.set(input.cycleId, fits);

    await of.look();
    expect(of.cancelled).toEqual([]);
    await of.look();

    expect(of.cancelled).toEqual([input.cycleId]);
    const row = of.inbox.get(input.eventId);
    expect(row).toMatchObject({ status: 'received', startedAt: null });
    expect(row?.cycleId).toMatch(new RegExp(`^${input.cycleId}-[0-9a-f]{32}$`));
    expect(of.inbox.byCycle(row?.cycleId ?? '')?.id).toBe(input.eventId);
    expect(of.inbox.tables.lanes.holderOf('jira:PAY-1')).toBeNull();
    await of.look();
    expect(of.subjects()).toHaveLength(1);
  });

  test('that was out of step for a moment only goes on', async () => {
    const of = bench();
    const input = await knownRow(of, 'PAY-1');
    of.runs(input);

    await of.look();
    of.recorded.set(input.cycleId, fits);
    await of.look();
    of.recorded.delete(input.cycleId);
    await of.look();

    expect(of.cancelled).toEqual([]);
  });

  test.each([true, false])(
    'although its row came again after the restore, is begun anew (running: %s)',
    async (isRunning) => {
      const of = bench();
      const input = await knownRow(of, 'PAY-1');
      of.runs({ ...input, eventId: 'evt_of_the_lost_row' }, { isRunning });

      await of.look();
      await of.look();

      expect(of.cancelled).toEqual(isRunning ? [input.cycleId] : []);
      expect(of.inbox.get(input.eventId)?.cycleId).not.toBe(input.cycleId);
      expect(of.subjects()).toHaveLength(1);
    },
  );

  test('whose change has no name is not accepted twice when it is begun anew', async () => {
    const of = bench();
    const delivery = comment({ deliveryId: 'slash', subject: 'jira:PAY-1', changeKey: null });
    await of.inbox.accept(delivery);
    of.runs(cycleInput({ cycleId: delivery.cycleId, eventId: 'evt_lost', event: lost('PAY-1', null) }));

    await of.look();
    await of.look();

    expect(of.subjects()).toHaveLength(1);
  });
});

describe('the looks', () => {
  test('go on for a minute, and end when nothing is left', async () => {
    const of = bench();
    await of.inbox.tables.write(() => undefined);

    expect(await of.look()).toBe(false);
    of.clock.move(60_000);
    of.runs(cycleInput({ event: lost('PAY-1') }));
    expect(await of.look()).toBe(false);
    expect(await of.look()).toBe(true);
  });

  test('are not over while a cycle cannot be asked; the others are dealt with', async () => {
    const of = bench();
    of.clock.move(120_000);
    const silent = await knownRow(of, 'PAY-1');
    of.runs(silent, { state: new Error('no worker') });
    const id = of.runs(cycleInput({ event: lost('PAY-2') }));

    await expect(of.look()).rejects.toThrow('no worker');

    expect(of.cancelled).toEqual([id]);
  });
});
