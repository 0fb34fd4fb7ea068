import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { migrate } from '../../src/database/migrate.js';
import { cycleIdFor } from '../../src/domain/event.js';
import { hashesOfCycle, identityHashes, otherCycleId, shortHash } from '../../src/inbox/identity.js';
import { INBOX_MIGRATIONS } from '../../src/inbox/migrations.js';
import { comment, onTestEnd, recordingLog, temporaryFolder, temporaryInbox } from './support.js';

test('a hash is the first 48 bits of the sha256: a safe integer', () => {
  const sha256 = createHash('sha256').update('cycle-jira-1').digest('hex');

  expect(shortHash('cycle-jira-1')).toBe(Number.parseInt(sha256.slice(0, 12), 16));
  expect(Number.isSafeInteger(shortHash('anything'))).toBe(true);
});

test('a row is found by its cycle id, whether it got the one of its delivery or another', () => {
  const delivery = comment({ deliveryId: 'a:b' });
  const { deliveryHash } = identityHashes(delivery);
  const own = cycleIdFor('jira', 'a:b');

  expect(hashesOfCycle(own).own).toBe(deliveryHash);
  expect(hashesOfCycle(otherCycleId(own, `evt_${'0'.repeat(32)}`)).base).toBe(deliveryHash);
});

test('rows that share a number are still told apart: nothing is lost to a collision', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const inbox = temporaryInbox({ file });
  const first = comment();
  const { eventId } = await inbox.accept(first);
  const second = comment();
  const { deliveryHash, bodyHash, changeHash } = identityHashes(second);
  const stranger = new Database(file);
  onTestEnd(() => {
    stranger.close();
  });
  stranger
    .prepare('UPDATE webhooks SET delivery_hash = ?, body_hash = ?, change_hash = ? WHERE id = ?')
    .run(deliveryHash, bodyHash, changeHash, eventId);

  const stored = await inbox.accept(second);
  const again = await inbox.accept(second);

  expect(stored).toMatchObject({ outcome: 'stored', cycleId: second.cycleId });
  expect(again).toEqual({ outcome: 'duplicate', eventId: stored.eventId, cycleId: second.cycleId });
  expect(inbox.byCycle(second.cycleId)?.id).toBe(stored.eventId);
});

test('the same delivery id from two tenants is two events, each with a cycle of its own', async () => {
  const inbox = temporaryInbox();
  const first = await inbox.accept(comment({ deliveryId: 'same', tenant: 'a.atlassian.net' }));
  const second = await inbox.accept(comment({ deliveryId: 'same', tenant: 'b.atlassian.net' }));

  expect(first).toMatchObject({ outcome: 'stored', cycleId: 'cycle-jira-same' });
  expect(second).toMatchObject({ outcome: 'stored', cycleId: expect.stringMatching(/^cycle-jira-same-/) });
  for (const { eventId, cycleId } of [first, second]) {
    expect(inbox.byCycle(cycleId ?? '')?.id).toBe(eventId);
  }
});

test('an inbox of the first version keeps every row, its identities and its order', async () => {
  const file = join(temporaryFolder(), 'inbox.db');
  const old = new Database(file);
  migrate(old, INBOX_MIGRATIONS.slice(0, 1), { log: recordingLog() });
  const deliveries = [comment({ deliveryId: 'a/b' }), comment(), comment({ changeKey: null })];
  for (const [index, delivery] of deliveries.entries()) {
    insertAsBefore(old, index, delivery);
  }
  old
    .prepare(
      `INSERT INTO lanes (subject, since, state, first_seq, oldest_ms, newest_ms) VALUES (?, 0, 'free', 1, 5, 7)`,
    )
    .run('jira:PAY-1');
  old.close();

  const inbox = temporaryInbox({ file });

  for (const [index, delivery] of deliveries.entries()) {
    expect(await inbox.accept(delivery)).toEqual({
      outcome: 'duplicate',
      eventId: `evt_${index}`,
      cycleId: delivery.cycleId,
    });
    expect(inbox.byCycle(delivery.cycleId)).toMatchObject({ id: `evt_${index}`, event: delivery.event });
    expect(inbox.raw(`evt_${index}`)?.equals(delivery.raw)).toBe(true);
  }
  await inbox.tables.write(() =>
    inbox.tables.lanes.claimReady({ now: 50_000, windowMs: 2_000, capMs: 10_000 }, 9),
  );
  expect(inbox.tables.rows.nextStarts(9).map((row) => row.id)).toEqual(['evt_2', 'evt_0', 'evt_1']);
});

function insertAsBefore(
  database: Database.Database,
  index: number,
  delivery: ReturnType<typeof comment>,
): void {
  database
    .prepare(
      `INSERT INTO webhooks (id, source, tenant, delivery_id, event_type, body_sha256, change_key, subject, status, relay,
         cycle_id, received_at, arrived_ms, headers, event, raw)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'received', 'waiting', ?, ?, ?, '{}', ?, ?)`,
    )
    .run(
      `evt_${index}`,
      delivery.source,
      delivery.tenant,
      delivery.deliveryId,
      delivery.eventType,
      delivery.bodySha256,
      delivery.changeKey,
      delivery.subject,
      delivery.cycleId,
      delivery.receivedAt,
      5 + index,
      JSON.stringify(delivery.event),
      delivery.raw,
    );
}
