/** A held-back event that a person lets in: the same row, on the normal way. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import type { AuditNote, Delivery, Readmission } from '../../src/inbox/inbox.js';
import type { InboxStore } from '../../src/inbox/store.js';
import { comment, commentEvent, handClock, onTestEnd, temporaryFolder, temporaryInbox } from './support.js';

const NOW = { windowMs: 0, capMs: 0 };
let notes = 0;

function note(): Omit<AuditNote, 'cycleId'> {
  notes += 1;
  return {
    id: `note-${notes}`,
    at: '2026-03-02T09:00:00.000Z',
    kind: 'event.released',
    actor: 'cli:lead-1',
    data: {},
  };
}

/** As the door stores what it holds back: without subject, change and event. */
function held(delivery: Delivery, status: 'quarantined' | 'dead_letter' = 'quarantined'): Delivery {
  return {
    ...delivery,
    tenant: 'default',
    eventType: 'comment_created as the vendor calls it',
    status,
    reason: 'signed longer ago than EVENT_MAX_AGE',
    changeKey: null,
    subject: null,
    event: null,
  };
}

function readmission(eventId: string, read: Readmission['read'], from: Readmission['from'] = 'quarantined') {
  return { eventId, from, read, note: note() };
}

async function holdBack(inbox: InboxStore, overrides: Parameters<typeof comment>[0] = {}) {
  const delivery = comment(overrides);
  const { eventId } = await inbox.accept(held(delivery));
  return { delivery, eventId };
}

function startAll({ tables }: InboxStore, now = Date.now()) {
  return tables.write(() => {
    tables.lanes.claimReady({ now, ...NOW }, 64);
    return tables.rows.nextStarts(64);
  });
}

describe('an event that is let in', () => {
  test('keeps its ids and its bytes, gets its cycle, and is what it would have been', async () => {
    const inbox = temporaryInbox();
    const { delivery, eventId } = await holdBack(inbox);
    const before = inbox.get(eventId);

    const readmitted = await inbox.readmit(readmission(eventId, delivery));

    expect(readmitted).toEqual({ outcome: 'accepted', cycleId: delivery.cycleId });
    expect(inbox.get(eventId)).toEqual({
      ...before,
      tenant: 'acme.atlassian.net',
      eventType: 'comment_created',
      changeKey: delivery.changeKey,
      subject: 'jira:PAY-1',
      status: 'received',
      reason: null,
      event: delivery.event,
      cycleId: delivery.cycleId,
    });
    expect(inbox.raw(eventId)?.equals(delivery.raw)).toBe(true);
    expect(inbox.byCycle(delivery.cycleId)?.id).toBe(eventId);
  });

  test('tells the relay, is due at once, and starts with all that its workflow needs', async () => {
    const clock = handClock();
    const inbox = temporaryInbox({ clock });
    const { delivery, eventId } = await holdBack(inbox);
    // The relay has looked past it already.
    await startAll(inbox, clock().getTime());
    let kicks = 0;
    inbox.onReceived(() => {
      kicks += 1;
    });
    clock.move(3_600_000);

    await inbox.readmit(readmission(eventId, delivery));
    const due = await inbox.tables.write(() =>
      inbox.tables.lanes.claimReady({ now: clock().getTime(), windowMs: 2_000, capMs: 10_000 }, 1),
    );

    expect([kicks, due]).toEqual([1, 1]);
    expect(inbox.tables.rows.nextStarts(10)).toMatchObject([
      {
        id: eventId,
        cycleId: delivery.cycleId,
        attempts: 0,
        fence: 1,
        event: JSON.stringify(delivery.event),
      },
    ]);
  });

  test('and whose cycle has ended gets another one, which answers what had folded into the first', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const inbox = temporaryInbox({ file });
    const delivery = comment({ deliveryId: 'ended' });
    const { cycleId } = delivery;
    const { eventId } = await inbox.accept(delivery);
    const folded = await inbox.accept(comment({ deliveryId: 'folded' }));
    const database = new Database(file);
    onTestEnd(() => {
      database.close();
    });
    database.prepare(`UPDATE webhooks SET status = 'processed', relay = NULL WHERE id = ?`).run(eventId);
    database
      .prepare(`UPDATE webhooks SET status = 'processed', relay = NULL, coalesced_into = ? WHERE id = ?`)
      .run(cycleId, folded.eventId);

    const readmitted = await inbox.readmit(readmission(eventId, delivery, 'processed'));

    const further = readmitted.outcome === 'accepted' ? readmitted.cycleId : '';
    expect(further).toMatch(new RegExp(`^${cycleId}-[0-9a-f]{32}$`));
    expect(inbox.byCycle(further)?.id).toBe(eventId);
    expect(inbox.get(folded.eventId)?.coalescedInto).toBe(further);
    expect(await inbox.readmit(readmission(eventId, delivery, 'processed'))).toEqual({
      outcome: 'not_held',
      status: 'received',
    });
  });

  test('waits for its subject’s lane like any other', async () => {
    const inbox = temporaryInbox();
    await inbox.accept(comment({ deliveryId: 'holder' }));
    await startAll(inbox);
    const { delivery, eventId } = await holdBack(inbox);

    await inbox.readmit(readmission(eventId, delivery));

    expect((await startAll(inbox)).map(({ cycleId }) => cycleId)).toEqual(['cycle-jira-holder']);
    await inbox.tables.write(() =>
      inbox.tables.rows.finish('cycle-jira-holder', { reason: null, at: new Date() }),
    );
    expect((await startAll(inbox)).map(({ cycleId }) => cycleId)).toEqual([delivery.cycleId]);
  });

  test('is recognised from then on: the vendor’s next try is a duplicate that names its cycle', async () => {
    const inbox = temporaryInbox();
    const { delivery, eventId } = await holdBack(inbox);
    await inbox.readmit(readmission(eventId, delivery));

    for (const again of [
      delivery,
      { ...delivery, deliveryId: 'another' },
      comment({ changeKey: delivery.changeKey }),
    ]) {
      expect(await inbox.accept(again)).toEqual({
        outcome: 'duplicate',
        eventId,
        cycleId: delivery.cycleId,
      });
    }
  });

  test('gets a cycle of its own where its delivery’s is another event’s', async () => {
    const inbox = temporaryInbox();
    await inbox.accept(comment({ deliveryId: 'a/b' }));
    const { delivery, eventId } = await holdBack(inbox, { deliveryId: 'a:b' });

    const readmitted = await inbox.readmit(readmission(eventId, delivery));

    const cycleId = `cycle-jira-a-b-${eventId.slice('evt_'.length)}`;
    expect(readmitted).toEqual({ outcome: 'accepted', cycleId });
    expect(inbox.byCycle(cycleId)?.id).toBe(eventId);
  });

  test('that knows only its issue’s id goes into the lane of the key that others named since', async () => {
    const inbox = temporaryInbox();
    const byId = { id: '10013', key: null, summary: null };
    const event = commentEvent('jira:issue-10013', 'jira:issue-10013:comment:1', byId);
    const { delivery, eventId } = await holdBack(inbox, {
      subject: 'jira:issue-10013',
      changeKey: event.changeKey,
      event,
    });
    const known = commentEvent('jira:PAY-9', 'x', { id: '10013', key: 'PAY-9', summary: null });
    await inbox.accept(comment({ subject: 'jira:PAY-9', event: known }));

    await inbox.readmit(readmission(eventId, delivery));

    expect(inbox.get(eventId)).toMatchObject({ subject: 'jira:PAY-9', event: { subject: 'jira:PAY-9' } });
  });

  test('happened when it arrived, at the latest, like any other', async () => {
    const clock = handClock();
    const inbox = temporaryInbox({ clock });
    const ahead = { ...commentEvent('jira:PAY-1', 'ahead'), occurredAt: '2026-03-02T12:00:00.000Z' };
    const { delivery, eventId } = await holdBack(inbox, { event: ahead });
    await inbox.readmit(readmission(eventId, delivery));
    await startAll(inbox, clock().getTime());
    await inbox.tables.write(() =>
      inbox.tables.rows.finish(delivery.cycleId, { reason: null, at: clock(), isAnswered: true }),
    );
    clock.move(60_000);
    const event = { ...commentEvent('jira:PAY-1', 'next'), occurredAt: clock().toISOString() };
    const next = comment({ eventType: 'issue_updated', event });
    await inbox.accept(next);

    await startAll(inbox, clock().getTime());

    expect(inbox.byCycle(next.cycleId)).toMatchObject({ coalescedInto: null });
  });
});

describe('a dead letter whose workflow was refused or lost', () => {
  async function dead(inbox: InboxStore) {
    const delivery = comment();
    const { eventId } = await inbox.accept(delivery);
    const { tables } = inbox;
    const [row] = await startAll(inbox);
    await tables.write(() => {
      for (let n = 0; n < 5; n += 1) {
        tables.rows.countRefusal(row?.seq ?? 0);
      }
      tables.rows.deadLetter(delivery.cycleId, { reason: 'refused 5 times', at: new Date() });
    });
    return { delivery, eventId };
  }

  test('is driven again under the same cycle, with its attempts counted anew', async () => {
    const inbox = temporaryInbox();
    const { delivery, eventId } = await dead(inbox);

    const readmitted = await inbox.readmit(readmission(eventId, delivery, 'dead_letter'));

    expect(readmitted).toEqual({ outcome: 'accepted', cycleId: delivery.cycleId });
    expect(inbox.get(eventId)).toMatchObject({ status: 'received', processedAt: null, reason: null });
    expect(await startAll(inbox)).toMatchObject([
      { cycleId: delivery.cycleId, attempts: 0, coalescedInto: null, fence: 2 },
    ]);
  });

  test('that had folded into another cycle still does: it notes that, and takes no lane', async () => {
    const inbox = temporaryInbox();
    const older = comment();
    const { eventId } = await inbox.accept(older);
    const leader = comment();
    await inbox.accept(leader);
    await startAll(inbox);
    await inbox.tables.write(() =>
      inbox.tables.rows.deadLetter(older.cycleId, { reason: 'refused', at: new Date() }),
    );

    await inbox.readmit(readmission(eventId, older, 'dead_letter'));

    expect(await startAll(inbox)).toMatchObject([
      { cycleId: leader.cycleId },
      { cycleId: older.cycleId, coalescedInto: leader.cycleId },
    ]);
  });
});

describe('what is not let in', () => {
  test('stays as it was and says why', async () => {
    const inbox = temporaryInbox();
    const { eventId } = await holdBack(inbox);
    const before = inbox.get(eventId);

    const readmitted = await inbox.readmit(readmission(eventId, { refused: 'own event' }));

    expect(readmitted).toEqual({ outcome: 'refused', reason: 'own event' });
    expect(inbox.get(eventId)).toEqual({ ...before, reason: 'own event' });
    expect(await startAll(inbox)).toEqual([]);
  });

  test.each<[string, (delivery: Delivery) => Delivery]>([
    ['change', ({ changeKey, event }) => ({ ...comment({ changeKey }), event })],
    ['delivery, under its right tenant', ({ deliveryId }) => comment({ deliveryId })],
    ['type and body', ({ raw }) => comment({ raw })],
  ])('is what tells of the same %s as one that came meanwhile, which is named', async (_what, twin) => {
    const inbox = temporaryInbox();
    const { delivery, eventId } = await holdBack(inbox);
    const other = await inbox.accept(twin(delivery));
    expect(other.outcome).toBe('stored');

    const readmitted = await inbox.readmit(readmission(eventId, delivery));

    expect(readmitted).toEqual({ outcome: 'known', eventId: other.eventId, cycleId: other.cycleId });
    expect(inbox.get(eventId)).toMatchObject({ status: 'quarantined', cycleId: null });
  });

  test('is an update that the sweep found meanwhile, whose key is no more than a time', async () => {
    const inbox = temporaryInbox();
    const update = (overrides: Partial<Delivery>) => {
      const base = comment({ subject: 'bitbucket:acme/api#1', source: 'bitbucket', eventType: 'pr_updated' });
      const event = { ...base.event, type: 'pr_updated', occurredAt: '2026-03-02T09:00:00.000Z' };
      return { ...base, event: event as never, ...overrides };
    };
    const delivery = update({});
    const { eventId } = await inbox.accept(held(delivery));
    const found = await inbox.accept(update({ origin: 'reconcile' }));

    expect(await inbox.readmit(readmission(eventId, delivery))).toMatchObject({
      outcome: 'known',
      eventId: found.eventId,
    });
  });

  test('is not held, or not so, or not there', async () => {
    const inbox = temporaryInbox();
    const { delivery, eventId } = await holdBack(inbox);
    const { eventId: going } = await inbox.accept(comment());

    expect(await inbox.readmit(readmission(eventId, delivery, 'dead_letter'))).toEqual({
      outcome: 'not_held',
      status: 'quarantined',
    });
    expect(await inbox.readmit(readmission(going, delivery))).toEqual({
      outcome: 'not_held',
      status: 'received',
    });
    expect(await inbox.readmit(readmission('evt_none', delivery))).toEqual({ outcome: 'missing' });
  });
});

test('of a hundred who let the same event in at once one does, with one note', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const inbox = temporaryInbox({ file });
  const { delivery, eventId } = await holdBack(inbox);

  const outcomes = await Promise.all(
    Array.from({ length: 100 }, async () => (await inbox.readmit(readmission(eventId, delivery))).outcome),
  );

  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'not_held')).toHaveLength(99);
  expect(await startAll(inbox)).toHaveLength(1);
  const reader = new Database(file, { readonly: true });
  onTestEnd(() => {
    reader.close();
  });
  expect(reader.prepare('SELECT kind, cycle_id FROM audit_notes').all()).toEqual([
    { kind: 'event.released', cycle_id: delivery.cycleId },
  ]);
});
