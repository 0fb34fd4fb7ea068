/** What is deleted when it is old, what never is, and that accepting goes on meanwhile. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startRetention } from '../../../src/inbox/retention/retention.js';
import { comment, commentEvent, eventually, recordingLog } from '../support.js';
import { DAY_MS, oldInbox, RETENTION, type Row } from './support.js';

const ended = (status: string, columns: Row = {}) => ({ status, relay: null, ...columns });

describe('an event', () => {
  test.each(['processed', 'ignored', 'quarantined', 'dead_letter'])(
    'that ended as %s is deleted once it is older than the retention, not before',
    async (status) => {
      const { store, forget, left } = oldInbox();
      await store(31, ended(status, { cycle_id: null }));
      const young = await store(30, ended(status, { cycle_id: null }));

      await forget();

      expect(left()).toEqual([young]);
    },
  );

  test.each([
    ['waits', { status: 'received', relay: 'waiting' }],
    ['is being started', { status: 'received', relay: 'starting' }],
    ['is worked on', { status: 'started', relay: null }],
  ])('that %s is kept, however old it is', async (_what, columns) => {
    const { store, forget, left } = oldInbox();
    const open = await store(1_000, columns);

    await forget();

    expect(left()).toEqual([open]);
  });

  test('that an open one points to is kept until that one ends; so is what folded into an open one', async () => {
    const { store, forget, left, database } = oldInbox();
    const answered = await store(40, ended('processed', { cycle_id: 'cycle-jira-answered' }), {
      deliveryId: 'answered',
    });
    const late = await store(39, { status: 'started', relay: null, coalesced_into: 'cycle-jira-answered' });
    const folded = await store(38, ended('processed', { coalesced_into: 'cycle-jira-open' }));
    const open = await store(37, { status: 'started', relay: null }, { deliveryId: 'open' });
    await forget();
    expect(left()).toEqual([answered, late, folded, open]);

    database.exec(`UPDATE webhooks SET status = 'processed'`);
    await forget();

    expect(left()).toEqual([]);
  });

  test('that alone knows that its cycle is lost is kept as long as cycles are', async () => {
    const { store, forget, left } = oldInbox();
    const lost = await store(399, ended('processed', { reason: 'terminated' }));
    const dead = await store(399, ended('dead_letter', { reason: 'Temporal lost its workflow' }));
    await store(401, ended('dead_letter', { reason: 'Temporal lost its workflow' }));
    await store(399, ended('processed'));

    await forget();

    expect(left()).toEqual([lost, dead]);
  });

  test('that brought a click is kept until the click is answered; then both go', async () => {
    const { store, forget, left, inbox, database } = oldInbox();
    const click = {
      what: 'approve',
      user: { id: 'U0ANA', name: 'ana' },
      value: 'a:b',
      channel: null,
      reason: null,
      triggerId: null,
    } as const;
    const pressed = await store(
      50,
      {},
      { source: 'slack', eventType: 'approval_click', status: 'processed', click },
    );
    await forget();
    expect(left()).toEqual([pressed]);

    await inbox.clicks.settleClick(pressed, 'done');
    await forget();

    expect(left()).toEqual([]);
    expect(database.prepare('SELECT * FROM clicks').all()).toEqual([]);
  });

  test('that a clock dated into the future does not hide old ones behind it', async () => {
    const { store, forget, left } = oldInbox();
    const ahead = [];
    // More than one look takes at a time.
    for (let row = 0; row < 25; row += 1) {
      ahead.push(await store(-365));
    }
    await store(31);
    const young = await store(1);

    await forget();

    expect(left()).toEqual([...ahead, young]);
  });

  test('that a person lets in between look and deletion stays', async () => {
    const { store, left, inbox, database, clock } = oldInbox();
    const { forgetting } = inbox.tables;
    const held = await store(31, ended('quarantined', { cycle_id: null }));
    const now = clock().getTime();
    const ages = { now, eventsBefore: now - RETENTION.eventsMs, lostBefore: 0 };
    const { seqs } = forgetting.look(0, ages);
    database.exec(`UPDATE webhooks SET status = 'received', relay = 'waiting'`);

    expect(seqs).toHaveLength(1);
    expect(forgetting.forget(seqs, ages)).toBe(0);
    expect(left()).toEqual([held]);
  });
});

test('a lane keeps its fence when the rows of its subject are gone', async () => {
  const { forget, left, inbox, clock } = oldInbox();
  const { tables } = inbox;
  const claim = () =>
    tables.write(() => {
      tables.lanes.claimReady({ now: clock().getTime(), windowMs: 0, capMs: 0 }, 10);
      return tables.rows.nextStarts(1)[0];
    });
  await inbox.accept(comment({ deliveryId: 'first' }));
  const first = await claim();
  await tables.write(() => tables.rows.finish('cycle-jira-first', { reason: null, at: clock() }));
  clock.move(31 * DAY_MS);
  await forget();
  expect(left()).toEqual([]);

  const event = { ...commentEvent('jira:PAY-1', 'second'), occurredAt: clock().toISOString() };
  await inbox.accept(comment({ deliveryId: 'second', event }));

  expect(await claim()).toMatchObject({ fence: (first?.fence ?? 0) + 1 });
});

describe('small tables', () => {
  test('lose the decisions that were settled long ago; what waits for a worker stays', async () => {
    const { forget, inbox, clock } = oldInbox();
    const decision = (id: string) => ({
      id,
      cycleId: 'c',
      approvalId: id,
      input: '{}',
      createdAt: clock().toISOString(),
    });
    for (const id of ['old', 'young', 'waiting']) {
      await inbox.saveDecision(decision(id));
    }
    await inbox.settleDecision('old', 'applied', 'done');
    clock.move(2 * DAY_MS);
    await inbox.settleDecision('young', 'refused', 'no');
    clock.move(29 * DAY_MS);

    await forget();

    expect(inbox.pendingDecisions(10).map(({ id }) => id)).toEqual(['waiting']);
    // An id that is known is not saved again: the old one is gone, the young one is there.
    await inbox.saveDecision(decision('old'));
    await inbox.saveDecision(decision('young'));
    expect(inbox.pendingDecisions(10).map(({ id }) => id)).toEqual(['waiting', 'old']);
  });

  test('lose the notes that stand in the audit log; those that do not yet are kept, however old', async () => {
    const { forget, inbox, database } = oldInbox();
    for (const [id, at] of [
      ['old', '2026-01-01T00:00:00.000Z'],
      ['young', '2026-03-01T00:00:00.000Z'],
      ['not taken over', '2026-01-01T00:00:00.000Z'],
    ] as const) {
      await inbox.saveNote({ id, at, cycleId: null, kind: 'event.released', actor: 'cli:local', data: {} });
    }

    await forget(2);

    expect(database.prepare('SELECT id FROM audit_notes ORDER BY seq').pluck().all()).toEqual([
      'young',
      'not taken over',
    ]);
  });
});

test('accepting goes on while hundreds of old rows are deleted, and nothing else than they is gone', async () => {
  const { store, left, inbox, clock } = oldInbox();
  const old = 600;
  for (let n = 0; n < old; n += 1) {
    await store(31);
  }
  const log = recordingLog();
  const retention = startRetention({
    tables: inbox.tables,
    notesTakenOver: () => 0,
    retention: () => RETENTION,
    log,
    clock,
  });
  const accepted: string[] = [];
  let isUnderWay = false;
  await eventually(async () => {
    accepted.push((await inbox.accept(comment())).eventId);
    const rows = left().length - accepted.length;
    isUnderWay ||= rows > 0 && rows < old;
    return rows === 0;
  }, 60_000);
  await retention.stop();

  expect(isUnderWay).toBe(true);
  expect(left()).toEqual(accepted);
  expect(accepted.length).toBeGreaterThan(20);
});

const STATUSES = ['received', 'started', 'processed', 'ignored', 'quarantined', 'dead_letter'] as const;
const arbitraryRow = fc.record({
  status: fc.constantFrom(...STATUSES),
  daysAgo: fc.integer({ min: 0, max: 60 }),
  isLost: fc.boolean(),
  foldsInto: fc.option(fc.nat(60)),
  click: fc.constantFrom('none', 'none', 'pending', 'done'),
});

test('whatever rows there are: those that are needed or young are left, all others are gone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryRow, { maxLength: 60 }), async (generated) => {
      const rows = generated.toSorted((left, right) => right.daysAgo - left.daysAgo);
      const { store, forget, left, database } = oldInbox();
      const ids: string[] = [];
      const target = (index: number) => {
        const into = rows[index]?.foldsInto ?? null;
        return into === null || into >= rows.length || into === index ? null : into;
      };
      for (const [index, row] of rows.entries()) {
        const into = target(index);
        const id = await store(
          row.daysAgo,
          {
            status: row.status,
            relay: row.status === 'received' ? 'waiting' : null,
            reason: row.isLost ? 'lost' : null,
            cycle_id: `cycle-jira-row-${index}`,
            coalesced_into: into === null ? null : `cycle-jira-row-${into}`,
          },
          { deliveryId: `row-${index}` },
        );
        if (row.click !== 'none') {
          database
            .prepare(`INSERT INTO clicks (event_id, click, status, next_ms) VALUES (?, '{}', ?, 0)`)
            .run(id, row.click);
        }
        ids.push(id);
      }
      const isOpen = (index: number | null) =>
        index !== null && ['received', 'started'].includes(rows[index]?.status ?? '');
      const isKept = (index: number) => {
        const row = rows[index];
        const isLost = row?.status === 'dead_letter' || (row?.status === 'processed' && row.isLost);
        return (
          isOpen(index) ||
          isLost ||
          (row?.daysAgo ?? 0) <= 30 ||
          row?.click === 'pending' ||
          isOpen(target(index)) ||
          rows.some((_other, other) => isOpen(other) && target(other) === index)
        );
      };

      await forget();

      expect(left()).toEqual(ids.filter((_id, index) => isKept(index)));
    }),
    { numRuns: 40 },
  );
});
