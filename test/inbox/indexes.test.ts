import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { migrate } from '../../src/database/migrate.js';
import { INBOX_MIGRATIONS } from '../../src/inbox/migrations.js';
import { createInboxStore } from '../../src/inbox/store.js';
import { comment, onTestEnd, recordingLog, temporaryFolder } from './support.js';

/** An inbox whose statements are written down as they are prepared, with the plan that SQLite has for each. */
function watchedInbox() {
  const database = new Database(join(temporaryFolder(), 'inbox.db'));
  migrate(database, INBOX_MIGRATIONS, { log: recordingLog() });
  const plans = new Map<string, string[]>();
  const prepare = database.prepare.bind(database);
  database.prepare = (sql: string) => {
    if (/^\s*(SELECT|INSERT|UPDATE|DELETE)/i.test(sql)) {
      const parameters = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name, null]));
      const plan = prepare(`EXPLAIN QUERY PLAN ${sql}`);
      const unnamed = [...sql.matchAll(/\?/g)].map(() => null);
      const lines = (sql.includes('@') ? plan.all(parameters) : plan.all(...unnamed)) as { detail: string }[];
      plans.set(
        sql,
        lines.map((line) => line.detail),
      );
    }
    return prepare(sql);
  };
  const inbox = createInboxStore(database, () => new Date());
  onTestEnd(() => inbox.close());
  return { database, inbox, plans };
}

test('no statement of the store, the lanes, the rows or the outbox reads a whole table or sorts one', async () => {
  const { inbox, plans } = watchedInbox();
  await inbox.accept(comment());
  for (const filter of [
    {},
    { status: 'received' },
    { source: 'jira' },
    { subject: 'jira:PAY-1' },
    { origin: 'reconcile' },
  ] as const) {
    inbox.list(filter, { limit: 5, cursor: null });
  }

  const slow = [...plans].filter(
    ([sql, lines]) =>
      !sql.includes('probe') &&
      lines.some(
        (line) =>
          /^SCAN (webhooks|lanes|decisions|issue_keys)(?! USING .*INDEX)/.test(line) ||
          /TEMP B-TREE/.test(line),
      ),
  );
  expect(plans.size).toBeGreaterThan(30);
  expect(slow.map(([sql, lines]) => ({ sql, lines }))).toEqual([]);
});

test.each([
  [`SELECT seq FROM webhooks WHERE relay = 'starting' ORDER BY priority, seq LIMIT 64`, 'webhooks_starting'],
  [`SELECT seq FROM webhooks WHERE relay = 'folding' ORDER BY seq LIMIT 64`, 'webhooks_folding'],
  [
    `SELECT seq FROM webhooks WHERE status = 'started' AND seq > 5 ORDER BY seq LIMIT 64`,
    'webhooks_by_status',
  ],
  [
    `SELECT seq FROM webhooks WHERE subject = 's' AND seq >= 5 AND relay = 'waiting' ORDER BY seq`,
    'webhooks_by_subject',
  ],
  [
    `SELECT subject FROM lanes WHERE holder IS NULL AND priority = 1 AND newest_ms <= 5 ORDER BY newest_ms DESC LIMIT 1`,
    'lanes_settled',
  ],
  [
    `SELECT subject FROM lanes WHERE holder IS NULL AND priority = 1 AND oldest_ms <= 5 ORDER BY oldest_ms LIMIT 1`,
    'lanes_overdue',
  ],
  [`SELECT holder FROM lanes WHERE holder > '' ORDER BY holder LIMIT 64`, 'lanes_holder'],
  [
    `SELECT id FROM webhooks WHERE origin = 'reconcile' AND seq < 5 ORDER BY seq DESC LIMIT 5`,
    'webhooks_reconciled',
  ],
  [`SELECT id FROM decisions WHERE status = 'pending' ORDER BY seq LIMIT 64`, 'decisions_pending'],
])('%s uses %s', (sql, index) => {
  const { database } = watchedInbox();

  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];

  expect(plan.map((line) => line.detail).join('\n')).toContain(`INDEX ${index}`);
});
