import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { settledSince } from '../../../src/inbox/settled.js';
import { type InboxStore, openInbox } from '../../../src/inbox/store.js';
import {
  comment,
  commentEvent,
  handClock,
  recordingLog,
  temporaryFolder,
  temporaryInbox,
} from '../support.js';

const WINDOW = { windowMs: 2_000, capMs: 10_000 };

function laneBench() {
  const clock = handClock();
  const inbox = temporaryInbox({ clock });
  const { tables } = inbox;
  const arrive = async (subject = 'jira:PAY-1') => {
    const delivery = comment({ subject });
    await inbox.accept(delivery);
    return delivery.cycleId;
  };
  const claim = (timing = WINDOW) =>
    tables.write(() => tables.lanes.claimReady({ now: clock().getTime(), ...timing }, 64));
  const startAll = () =>
    tables.write(() => {
      const rows = tables.rows.nextStarts(100);
      for (const row of rows) {
        tables.rows.markStarted(row.seq, clock().toISOString());
      }
      return rows.map((row) => row.cycleId);
    });
  const finish = (cycleId: string) =>
    tables.write(() => tables.rows.finish(cycleId, { reason: null, at: clock() }));
  return { clock, inbox, tables, arrive, claim, startAll, finish };
}

describe('the window', () => {
  test('holds an event back until its subject was quiet for so long', async () => {
    const { clock, arrive, claim } = laneBench();
    await arrive();
    clock.move(1_999);

    expect(await claim()).toBe(0);
    clock.move(1);
    expect(await claim()).toBe(1);
  });

  test('slides with each newer event, but a steady drip is answered at the cap', async () => {
    const { clock, arrive, claim } = laneBench();
    for (let second = 0; second < 9; second += 1) {
      await arrive();
      clock.move(1_000);
      expect(await claim()).toBe(0);
    }

    await arrive();
    clock.move(1_000);

    expect(await claim()).toBe(1);
  });

  test('of zero claims at once', async () => {
    const { arrive, claim } = laneBench();
    await arrive();

    expect(await claim({ windowMs: 0, capMs: 0 })).toBe(1);
  });

  test('tells when the next lane is due, and that of a held lane does not count', async () => {
    const { clock, tables, arrive, claim } = laneBench();
    await arrive('jira:PAY-1');
    const firstMs = clock().getTime();
    expect(tables.lanes.nextDue(2_000, 10_000)).toBe(firstMs + 2_000);
    await claim({ windowMs: 0, capMs: 0 });
    await arrive('jira:PAY-1');
    expect(await claim()).toBe(0);

    expect(tables.lanes.nextDue(2_000, 10_000)).toBeNull();
  });

  test('does not keep events for hours after the clock was set back', async () => {
    const { clock, arrive, claim } = laneBench();
    await arrive();
    clock.move(-3_600_000);

    expect(await claim()).toBe(1);
  });
});

describe('what is old enough to be asked about', () => {
  test('is a lane and a row of long ago, or of a time that has not come yet: the clock was set back (F35)', async () => {
    const { clock, tables, arrive, claim, startAll } = laneBench();
    const cycleId = await arrive();
    await claim({ windowMs: 0, capMs: 0 });
    await startAll();
    const isOld = () => {
      const settled = settledSince(clock(), 10_000);
      return [
        tables.lanes.holders({ after: '', settled, limit: 5 }).includes(cycleId),
        tables.rows.started({ after: 0, settled, limit: 5 }).some((row) => row.cycleId === cycleId),
      ];
    };
    const seen: boolean[][] = [];

    for (const ms of [0, 9_999, 1, -3_610_000]) {
      clock.move(ms);
      seen.push(isOld());
    }

    expect(seen).toEqual([
      [false, false],
      [false, false],
      [true, true],
      [true, true],
    ]);
  });
});

describe('a claim', () => {
  test('lets the newest event lead and folds the older ones into it', async () => {
    const { clock, inbox, tables, arrive, claim } = laneBench();
    const cycles = [await arrive(), await arrive(), await arrive()];
    clock.move(2_000);

    await claim();

    expect(cycles.map((id) => inbox.byCycle(id)?.coalescedInto)).toEqual([cycles[2], cycles[2], null]);
    expect(tables.lanes.holderOf('jira:PAY-1')).toBe(cycles[2]);
    expect(tables.rows.nextStarts(10).map((row) => row.cycleId)).toEqual([cycles[2], cycles[0], cycles[1]]);
  });

  test('takes every subject that is due: different subjects never wait for each other', async () => {
    const { clock, tables, arrive, claim } = laneBench();
    await arrive('jira:PAY-1');
    await arrive('jira:PAY-2');
    await arrive('slack:C0PAY/1700000000.000100');
    clock.move(2_000);

    expect(await claim()).toBe(3);
    expect(tables.lanes.heldCount(10)).toBe(3);
  });

  test('leaves an event that comes while the lane is held for the next turn, with a larger fence', async () => {
    const { clock, tables, arrive, claim, startAll, finish } = laneBench();
    const first = await arrive();
    clock.move(2_000);
    await claim();
    const [before] = tables.rows.nextStarts(1);
    await startAll();
    const second = await arrive();
    clock.move(20_000);

    expect(await claim()).toBe(0);
    await finish(first);
    expect(await claim()).toBe(1);
    const [after] = tables.rows.nextStarts(1);
    expect(after?.cycleId).toBe(second);
    expect(after?.fence).toBeGreaterThan(before?.fence ?? 0);
  });

  test('of more than a thousand waiting events takes the oldest thousand; the others keep their turn', async () => {
    const { clock, inbox, arrive, claim, startAll, finish } = laneBench();
    const cycles = await Promise.all(Array.from({ length: 1_003 }, () => arrive()));
    clock.move(2_000);
    await claim();
    expect(inbox.byCycle(cycles[998] ?? '')?.coalescedInto).toBe(cycles[999]);
    await startAll();
    await finish(cycles[999] ?? '');

    expect(await claim()).toBe(1);

    expect(inbox.byCycle(cycles[1_000] ?? '')?.coalescedInto).toBe(cycles[1_002]);
  });
});

describe('a cycle that waited for a person', () => {
  test('gets a free lane ahead of newer events, with a larger fence, and only once', async () => {
    const { clock, tables, arrive, claim, startAll } = laneBench();
    const parked = await arrive();
    clock.move(2_000);
    await claim();
    await startAll();
    await tables.write(() => tables.lanes.release(parked, clock().getTime()));
    const newer = await arrive();
    clock.move(2_000);
    const request = { cycleId: parked, subject: 'jira:PAY-1', fence: 1 };

    expect(await tables.write(() => tables.lanes.grant(request, clock().getTime()))).toBe(true);

    expect(await tables.write(() => tables.lanes.grant(request, clock().getTime()))).toBe(false);
    expect(await claim()).toBe(0);
    expect(tables.lanes.holderOf('jira:PAY-1')).toBe(parked);
    await tables.write(() => tables.lanes.release(parked, clock().getTime()));
    await claim();
    expect(tables.rows.nextStarts(1)[0]).toMatchObject({ cycleId: newer, fence: 3 });
  });

  test('does not get a lane that another holds', async () => {
    const { clock, tables, arrive, claim } = laneBench();
    const holder = await arrive();
    clock.move(2_000);
    await claim();

    const request = { cycleId: 'cycle-jira-other', subject: 'jira:PAY-1', fence: 7 };
    expect(await tables.write(() => tables.lanes.grant(request, clock().getTime()))).toBe(false);
    expect(tables.lanes.holderOf('jira:PAY-1')).toBe(holder);
  });

  test('gets its lane also from an inbox that does not know it, above the fence it had', async () => {
    const { clock, tables } = laneBench();
    const request = { cycleId: 'cycle-jira-restored', subject: 'jira:PAY-5', fence: 41 };

    expect(await tables.write(() => tables.lanes.grant(request, clock().getTime()))).toBe(true);
    expect(tables.lanes.holderOf('jira:PAY-5')).toBe('cycle-jira-restored');
  });
});

type Step =
  | { readonly do: 'arrive' | 'finish' | 'park' | 'ask' | 'lose'; readonly subject: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'claim' | 'start' | 'reopen' };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom(
          'arrive' as const,
          'arrive' as const,
          'finish' as const,
          'park' as const,
          'ask' as const,
          'lose' as const,
        ),
        subject: fc.nat(2),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(4_000) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('claim' as const, 'start' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  ),
  { minLength: 10, maxLength: 80, size: 'max' },
);

/** Plays steps on a real file and notes each change of hands of each lane. */
async function play(script: readonly Step[], file: string) {
  const clock = handClock();
  const open = () => openInbox({ file, log: recordingLog(), clock });
  let inbox: InboxStore = open();
  const fences = new Map<string, number[]>();
  const active = new Map<string, Set<string>>();
  const parked = new Map<string, string[]>();
  const activeOn = (subject: string) => active.get(subject) ?? active.set(subject, new Set()).get(subject)!;
  const now = () => clock().getTime();

  function noteLanes(): void {
    const reader = new Database(file, { readonly: true });
    const lanes = reader
      .prepare<[], { subject: string; holder: string; fence: number }>(
        'SELECT * FROM lanes WHERE holder IS NOT NULL',
      )
      .all();
    reader.close();
    for (const { subject, holder, fence } of lanes) {
      const seen = fences.get(subject) ?? fences.set(subject, []).get(subject)!;
      if (!activeOn(subject).has(holder)) {
        activeOn(subject).add(holder);
        seen.push(fence);
      }
      expect(activeOn(subject).size).toBe(1);
    }
  }

  async function letGo(subject: string, how: (cycleId: string) => void): Promise<void> {
    const holder = inbox.tables.lanes.holderOf(subject);
    if (holder !== null && inbox.byCycle(holder)?.status === 'started') {
      await inbox.tables.write(() => how(holder));
      activeOn(subject).delete(holder);
    }
  }

  async function step(step: Step): Promise<void> {
    const { tables } = inbox;
    const subject = 'subject' in step ? `jira:PAY-${step.subject}` : '';
    switch (step.do) {
      case 'arrive':
        await inbox.accept(comment({ subject }));
        break;
      case 'wait':
        clock.move(step.ms);
        break;
      case 'claim':
        await tables.write(() => tables.lanes.claimReady({ now: now(), ...WINDOW }, 64));
        break;
      case 'start':
        await tables.write(() => {
          for (const row of tables.rows.nextStarts(100)) {
            tables.rows.markStarted(row.seq, clock().toISOString());
          }
        });
        break;
      case 'finish':
        await letGo(subject, (cycleId) => tables.rows.finish(cycleId, { reason: null, at: clock() }));
        break;
      case 'park':
        await letGo(subject, (cycleId) => {
          tables.lanes.release(cycleId, now());
          parked.set(subject, [...(parked.get(subject) ?? []), cycleId]);
        });
        break;
      case 'ask': {
        const [cycleId] = parked.get(subject) ?? [];
        const isOpen = cycleId !== undefined && inbox.byCycle(cycleId)?.status === 'started';
        if (isOpen && (await tables.write(() => tables.lanes.grant({ cycleId, subject, fence: 0 }, now())))) {
          parked.set(subject, (parked.get(subject) ?? []).slice(1));
        }
        break;
      }
      case 'lose': {
        const [cycleId] = parked.get(subject) ?? [];
        if (cycleId !== undefined) {
          parked.set(subject, (parked.get(subject) ?? []).slice(1));
          await tables.write(() => tables.rows.driveAgain(cycleId));
        }
        break;
      }
      case 'reopen':
        inbox.close();
        inbox = open();
    }
    noteLanes();
  }

  async function drain(): Promise<void> {
    for (
      let round = 0;
      round < 200 && inbox.list({ status: 'received' }, { limit: 1, cursor: null }).items.length > 0;
      round += 1
    ) {
      await step({ do: 'wait', ms: 20_000 });
      await step({ do: 'claim' });
      await step({ do: 'start' });
      for (const subject of [0, 1, 2]) {
        await step({ do: 'finish', subject });
      }
    }
  }

  for (const each of script) {
    await step(each);
  }
  await drain();
  const rows = inbox.list({}, { limit: 500, cursor: null }).items;
  inbox.close();
  return { rows, fences };
}

test('any order of arrivals, ends, waits for people, losses and restarts keeps one holder, growing fences and answers every event', async () => {
  const folder = temporaryFolder();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      run += 1;
      const file = join(folder, `run-${run}.db`);
      const { rows, fences } = await play(script, file);

      for (const seen of fences.values()) {
        expect(seen).toEqual([...new Set(seen)].sort((left, right) => left - right));
      }
      const byCycle = new Map(rows.map((row) => [row.cycleId, row]));
      for (const row of rows) {
        expect(row.status).not.toBe('received');
        const leader = row.coalescedInto === null ? row : byCycle.get(row.coalescedInto);
        expect(leader).toMatchObject({ subject: row.subject, coalescedInto: null });
      }
      rmSync(file, { force: true });
    }),
    { numRuns: 30, interruptAfterTimeLimit: 40_000 },
  );
}, 60_000);

describe('a vendor’s clock', () => {
  /** An answered change of the issue, and one after it; each dated as said, by what our clock shows. */
  async function afterAnAnswer(answeredAfterMs: number, nextAfterMs: number) {
    const { clock, inbox, tables, claim, startAll } = laneBench();
    const update = async (afterMs: number) => {
      const occurredAt = new Date(clock().getTime() + afterMs).toISOString();
      const event = { ...commentEvent('jira:PAY-1', null), occurredAt };
      const delivery = comment({ eventType: 'issue_updated', changeKey: null, event });
      await inbox.accept(delivery);
      clock.move(60_000);
      await claim();
      await startAll();
      return delivery.cycleId;
    };
    const answered = await update(answeredAfterMs);
    await tables.write(() => tables.rows.finish(answered, { reason: null, at: clock(), isAnswered: true }));
    const next = await update(nextAfterMs);
    return { answered, next: inbox.byCycle(next) };
  }

  test('that ran an hour ahead and was set right makes nothing late that happens from then on', async () => {
    const { next } = await afterAnAnswer(3_600_000, 0);

    expect(next).toMatchObject({ status: 'started', coalescedInto: null });
  });

  test('says that what happened before an answered change is late', async () => {
    const { answered, next } = await afterAnAnswer(0, -3_600_000);

    expect(next).toMatchObject({ coalescedInto: answered });
  });
});
