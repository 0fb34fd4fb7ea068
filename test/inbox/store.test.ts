import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { INBOX_MIGRATIONS } from '../../src/inbox/migrations.js';
import { createInboxStore, openInbox } from '../../src/inbox/store.js';
import { comment, onTestEnd, recordingLog, temporaryFolder, temporaryInbox } from './support.js';

/** A second connection to the inbox's file, as a stranger would have it. */
function stranger(file: string): Database.Database {
  const database = new Database(file, { timeout: 50 });
  onTestEnd(() => {
    database.close();
  });
  return database;
}

describe('a delivery', () => {
  test('is answered once it is committed, and read back whole', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const inbox = temporaryInbox({ file });
    const delivery = comment();

    const accepted = await inbox.accept(delivery);

    expect(accepted.outcome).toBe('stored');
    expect(accepted.eventId).toMatch(/^evt_[0-9a-f]{32}$/);
    expect(stranger(file).prepare('SELECT count(*) AS rows FROM webhooks').get()).toEqual({ rows: 1 });
    expect(inbox.raw(accepted.eventId)?.equals(delivery.raw)).toBe(true);
    expect(inbox.get(accepted.eventId)).toEqual({
      id: accepted.eventId,
      source: 'jira',
      tenant: 'acme.atlassian.net',
      deliveryId: delivery.deliveryId,
      eventType: 'comment_created',
      bodySha256: delivery.bodySha256,
      changeKey: delivery.changeKey,
      subject: 'jira:PAY-1',
      headers: { 'content-type': 'application/json' },
      status: 'received',
      reason: null,
      event: delivery.event,
      cycleId: delivery.cycleId,
      coalescedInto: null,
      receivedAt: delivery.receivedAt,
      startedAt: null,
      processedAt: null,
      origin: 'webhook',
    });
  });

  test.each([
    ['delivery id', (first: ReturnType<typeof comment>) => ({ deliveryId: first.deliveryId })],
    ['body, under a new delivery id', (first: ReturnType<typeof comment>) => ({ raw: first.raw })],
    [
      'change, under a new id and body',
      (first: ReturnType<typeof comment>) => ({ changeKey: first.changeKey }),
    ],
  ])('with the same %s is a duplicate of the first', async (_name, same) => {
    const inbox = temporaryInbox();
    const delivery = comment();
    const first = await inbox.accept(delivery);

    const again = await inbox.accept(comment(same(delivery)));

    expect(again).toEqual({ outcome: 'duplicate', eventId: first.eventId, cycleId: delivery.cycleId });
    expect(inbox.queued(10)).toHaveLength(1);
  });

  test('with the same body under another event type is an event of its own', async () => {
    const inbox = temporaryInbox();
    const delivery = comment();
    await inbox.accept(delivery);

    const other = await inbox.accept(comment({ raw: delivery.raw, eventType: 'comment_updated' }));

    expect(other.outcome).toBe('stored');
  });

  describe('with the same body under another event key', () => {
    const named = (key: string, overrides: Parameters<typeof comment>[0] = {}) =>
      comment({ source: 'bitbucket', headers: { 'x-event-key': key }, ...overrides });

    test('is held back with the reason and has no cycle, however often it comes', async () => {
      const inbox = temporaryInbox();
      const delivery = named('pullrequest:comment_created');
      await inbox.accept(delivery);
      const replay = () =>
        inbox.accept(
          named('pullrequest:approved', { raw: delivery.raw, eventType: 'pull_request_approved' }),
        );

      const first = await replay();
      const again = await replay();

      const reason = 'the same body came as comment_created before';
      expect(first).toEqual({
        outcome: 'stored',
        eventId: expect.any(String),
        cycleId: null,
        quarantined: reason,
      });
      expect(inbox.get(first.eventId)).toMatchObject({ status: 'quarantined', reason, cycleId: null });
      expect(again).toEqual({ outcome: 'duplicate', eventId: first.eventId, cycleId: null });
      expect(inbox.queued(10)).toHaveLength(1);
    });

    test('takes no change’s name: the change itself, told rightly, is stored', async () => {
      const inbox = temporaryInbox();
      const delivery = named('pullrequest:comment_created');
      await inbox.accept(delivery);
      const changeKey = 'a change of its own';
      await inbox.accept(
        named('pullrequest:approved', { raw: delivery.raw, eventType: 'pull_request_approved', changeKey }),
      );

      const told = await inbox.accept(named('pullrequest:approved', { changeKey }));

      expect(told).toMatchObject({ outcome: 'stored', cycleId: expect.any(String) });
    });

    test('but of a change that is known already is a duplicate of it', async () => {
      const inbox = temporaryInbox();
      const delivery = named('pullrequest:fulfilled');
      const first = await inbox.accept(delivery);

      const again = await inbox.accept(
        named('pullrequest:updated', {
          raw: delivery.raw,
          eventType: 'pull_request_updated',
          changeKey: delivery.changeKey,
        }),
      );

      expect(again).toMatchObject({ outcome: 'duplicate', eventId: first.eventId });
    });

    test('is no replay where only our own name for it changed: ignored at first, understood now', async () => {
      const inbox = temporaryInbox();
      const delivery = named('pullrequest:created', { eventType: 'pullrequest:created', status: 'ignored' });
      await inbox.accept({ ...delivery, reason: 'no team', event: null, changeKey: null });

      const now = await inbox.accept(
        named('pullrequest:created', { raw: delivery.raw, eventType: 'pull_request_created' }),
      );

      expect(now).toEqual({
        outcome: 'stored',
        eventId: expect.any(String),
        cycleId: expect.stringMatching(/^cycle-bitbucket-/),
      });
      expect(inbox.queued(10)).toHaveLength(1);
    });
  });

  test('with the same body from another source is an event of its own', async () => {
    const inbox = temporaryInbox();
    const delivery = comment();
    await inbox.accept(delivery);

    const other = await inbox.accept(comment({ raw: delivery.raw, source: 'bitbucket' }));

    expect(other).toMatchObject({ outcome: 'stored', cycleId: expect.any(String) });
  });

  test('sent a hundred times at once is one row, and every sender hears of that row', async () => {
    const inbox = temporaryInbox();
    const delivery = comment();

    const answers = await Promise.all(Array.from({ length: 100 }, () => inbox.accept(delivery)));

    expect(new Set(answers.map((answer) => answer.eventId)).size).toBe(1);
    expect(answers.filter((answer) => answer.outcome === 'stored')).toHaveLength(1);
    expect(inbox.list({}, { limit: 10, cursor: null }).items).toHaveLength(1);
  });

  test('whose delivery id is cleaned to the cycle id of another gets a cycle of its own', async () => {
    const inbox = temporaryInbox();
    await inbox.accept(comment({ deliveryId: 'a/b' }));

    const second = await inbox.accept(comment({ deliveryId: 'a:b' }));

    expect(second).toMatchObject({
      outcome: 'stored',
      cycleId: expect.stringMatching(/^cycle-jira-a-b-[0-9a-f]{32}$/),
    });
    expect(inbox.get(second.eventId)?.cycleId).toBe((second as { cycleId: string }).cycleId);
  });

  test('that cannot be stored fails alone; its neighbours of the same turn are stored', async () => {
    const inbox = temporaryInbox();
    const unstorable = comment({ status: 'no such status' as 'received' });

    const results = await Promise.allSettled([
      inbox.accept(comment()),
      inbox.accept(unstorable),
      inbox.accept(comment()),
    ]);

    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(inbox.queued(10)).toHaveLength(2);
  });
});

describe('an inbox that cannot be written', () => {
  test('because it is full rejects the whole group, keeps answering reads, and recovers by itself', async () => {
    const database = openDatabase(join(temporaryFolder(), 'inbox.db'), {
      busyTimeoutMs: 400,
      log: recordingLog(),
    });
    migrate(database, INBOX_MIGRATIONS, { log: recordingLog() });
    const inbox = createInboxStore(database, () => new Date());
    onTestEnd(() => inbox.close());
    const kept = await inbox.accept(comment());
    database.pragma('max_page_count = 1');

    const results = await Promise.allSettled(
      Array.from({ length: 5 }, () => inbox.accept(comment({ raw: bigBody() }))),
    );

    expect(results.map((result) => result.status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    expect(() => inbox.assertWritable()).toThrow(/full/);
    expect(inbox.get(kept.eventId)?.id).toBe(kept.eventId);
    database.pragma('max_page_count = 1073741823');
    expect(() => inbox.assertWritable()).not.toThrow();
    expect(await inbox.accept(comment({ raw: bigBody() }))).toMatchObject({ outcome: 'stored' });
  });

  test('because another process holds the lock waits once for the whole group, then rejects', async () => {
    const file = join(temporaryFolder(), 'inbox.db');
    const inbox = temporaryInbox({ file });
    const other = stranger(file);
    other.exec('BEGIN IMMEDIATE');

    const startedAt = performance.now();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => inbox.accept(comment())));
    const tookMs = performance.now() - startedAt;

    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    // One wait of 400 ms; a second one would show.
    expect(tookMs).toBeLessThan(780);
    expect(() => inbox.assertWritable()).toThrow(/locked/);
    other.exec('ROLLBACK');
    expect(await inbox.accept(comment())).toMatchObject({ outcome: 'stored' });
  });
});

test('each commit is told with how long it took, and one that fails as that', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const took: number[] = [];
  let failures = 0;
  const watch = { committed: (ms: number) => took.push(ms), failed: () => (failures += 1) };
  const inbox = openInbox({ file, log: recordingLog(), commits: watch });
  onTestEnd(() => inbox.close());
  await Promise.all([inbox.accept(comment()), inbox.accept(comment())]);
  const other = stranger(file);
  other.exec('BEGIN IMMEDIATE');

  await Promise.allSettled([inbox.accept(comment()), inbox.accept(comment())]);

  expect(took).toHaveLength(1);
  expect(took[0]).toBeGreaterThan(0);
  expect(failures).toBe(1);
  other.exec('ROLLBACK');
});

const bigBody = () => Buffer.alloc(300_000, Math.random().toString(36));

describe('lists', () => {
  test('are newest first, filtered, and paged without gaps or repeats', async () => {
    const inbox = temporaryInbox();
    for (let n = 0; n < 7; n += 1) {
      await inbox.accept(comment({ subject: n % 2 === 0 ? 'jira:PAY-1' : 'jira:PAY-2' }));
    }
    await inbox.accept(comment({ status: 'ignored', reason: 'not understood', event: null as never }));

    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: ReturnType<typeof inbox.list> = inbox.list({ subject: 'jira:PAY-1' }, { limit: 2, cursor });
      seen.push(...page.items.map((row) => row.id));
      cursor = page.nextCursor;
    } while (cursor !== null);

    const all = inbox.list({}, { limit: 50, cursor: null }).items;
    expect(seen).toEqual(all.filter((row) => row.subject === 'jira:PAY-1').map((row) => row.id));
    expect(inbox.list({ status: 'ignored' }, { limit: 5, cursor: null }).items).toHaveLength(1);
    expect(inbox.list({ status: 'received', source: 'slack' }, { limit: 5, cursor: null }).items).toEqual([]);
    expect(inbox.list({}, { limit: 3, cursor: 'no cursor' }).items).toEqual(all.slice(0, 3));
    expect(inbox.queued(3)).toEqual(all.filter((row) => row.status === 'received').slice(0, 3));
  });

  test('a row is found by its cycle, and a subject is known from its first understood event on', async () => {
    const inbox = temporaryInbox();
    const delivery = comment({ subject: 'jira:PAY-9' });
    await inbox.accept(comment({ subject: 'jira:PAY-8', status: 'quarantined', reason: 'too old' }));
    const { eventId } = await inbox.accept(delivery);

    expect(inbox.byCycle(delivery.cycleId ?? '')?.id).toBe(eventId);
    expect(inbox.byCycle('cycle-jira-unknown')).toBeNull();
    expect([inbox.knowsSubject('jira:PAY-9'), inbox.knowsSubject('jira:PAY-8')]).toEqual([true, false]);
  });
});

test('the listener hears of received rows only, after their commit', async () => {
  const inbox = temporaryInbox();
  const heard: number[] = [];
  inbox.onReceived(() => heard.push(inbox.queued(10).length));
  const delivery = comment({ headers: { 'x-event-key': 'one' } });

  await inbox.accept(comment({ status: 'ignored', reason: 'not understood' }));
  await inbox.accept(delivery);
  await inbox.accept(delivery);
  const { raw } = delivery;
  const heldBack = comment({ raw, eventType: 'another', headers: { 'x-event-key': 'two' } });
  expect(await inbox.accept(heldBack)).toHaveProperty('quarantined');

  expect(heard).toEqual([1]);
});

test('what was queued when the inbox closes is committed first', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const inbox = openInbox({ file, log: recordingLog() });
  const answer = inbox.accept(comment());

  inbox.close();

  const { eventId } = await answer;
  expect(temporaryInbox({ file }).get(eventId)?.status).toBe('received');
});
