/**
 * What one event costs the inbox, from its acknowledgement to its end, with a million rows beside it and with a thousand.
 * Both inboxes take turns in one run. Loading a million rows takes a few minutes, so it is not for CI.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCheckpointer } from '../src/database/checkpointer.js';
import { migrate } from '../src/database/migrate.js';
import { openDatabase } from '../src/database/open.js';
import type { Delivery } from '../src/inbox/inbox.js';
import { INBOX_MIGRATIONS } from '../src/inbox/migrations.js';
import { createInboxStore, type InboxStore } from '../src/inbox/store.js';
import { commentEvent } from '../test/support/builders.js';
import { quietLog } from '../test/support/quiet-log.js';
import { against, median, type Result } from './result.js';

const FEW = 1_000;
const MANY = 1_000_000;
const ROUNDS = 5;
const EVENTS_PER_ROUND = 4_000;
/** As many as are acknowledged with one commit when sixteen senders wait. */
const AT_ONCE = 16;
const SUBJECTS = 20_000;
const LOADED_AT_ONCE = 5_000;

interface GrownInbox {
  readonly inbox: InboxStore;
  end(): Promise<void>;
}

export async function inboxGrowth(): Promise<Record<string, Result>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  const small = await grownInbox(join(folder, 'few.db'), FEW);
  const large = await grownInbox(join(folder, 'many.db'), MANY);
  try {
    const times = { small: [] as number[], large: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      times.small.push(await microsecondsPerEvent(small.inbox));
      times.large.push(await microsecondsPerEvent(large.inbox));
    }
    return {
      'inbox-growth': against(
        {
          value: median(times.large),
          baseline: median(times.small),
          baselineName: `the same with ${FEW} rows`,
          unit: 'µs/event',
        },
        { higherIsBetter: false, limit: 1.5 },
      ),
    };
  } finally {
    await small.end();
    await large.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function grownInbox(file: string, rows: number): Promise<GrownInbox> {
  const database = openDatabase(file, { busyTimeoutMs: 5_000, checkpoints: 'elsewhere', log: quietLog });
  migrate(database, INBOX_MIGRATIONS, { log: quietLog });
  const inbox = createInboxStore(database, () => new Date());
  const checkpointer = startCheckpointer(file, quietLog);
  for (let loaded = 0; loaded < rows; loaded += LOADED_AT_ONCE) {
    await accept(inbox, Math.min(LOADED_AT_ONCE, rows - loaded));
    database.exec(`UPDATE webhooks SET status = 'processed', relay = NULL WHERE relay IS NOT NULL`);
  }
  while (await inbox.tables.write(() => inbox.tables.lanes.takeIn())) {
    // What was loaded is no longer new.
  }
  return {
    inbox,
    end: async () => {
      await checkpointer.stop();
      inbox.close();
    },
  };
}

let made = 0;

function accept(inbox: InboxStore, count: number): Promise<unknown> {
  return Promise.all(
    Array.from({ length: count }, () => {
      made += 1;
      return inbox.accept(delivery(made));
    }),
  );
}

function delivery(n: number): Delivery {
  const key = `PAY-${1 + (n % SUBJECTS)}`;
  const subject = `jira:${key}`;
  const changeKey = `${subject}:comment:${n}:created`;
  const deliveryId = randomUUID();
  const event = commentEvent({ subject, changeKey, issue: { id: null, key, summary: 'Checkout fails' } });
  const raw = Buffer.from(JSON.stringify({ n, filler: 'x'.repeat(600) }));
  return {
    source: 'jira',
    tenant: event.tenant,
    deliveryId,
    eventType: event.type,
    bodySha256: createHash('sha256').update(raw).digest('hex'),
    changeKey,
    subject,
    headers: { 'content-type': 'application/json', 'x-atlassian-webhook-identifier': deliveryId },
    raw,
    status: 'received',
    reason: null,
    event,
    priority: 1,
    receivedAt: new Date().toISOString(),
  };
}

/** Acknowledged in groups, claimed, started and ended: everything that the inbox does for an event. */
async function microsecondsPerEvent(inbox: InboxStore): Promise<number> {
  const { tables } = inbox;
  const startedAt = performance.now();
  for (let events = 0; events < EVENTS_PER_ROUND; events += AT_ONCE) {
    await accept(inbox, AT_ONCE);
    const timing = { now: Date.now(), windowMs: 0, capMs: 0 };
    await tables.write(() => tables.lanes.claimReady(timing, AT_ONCE));
    const rows = tables.rows.nextStarts(AT_ONCE * 2);
    await tables.write(() =>
      rows.forEach((row) => tables.rows.markStarted(row.seq, new Date().toISOString())),
    );
    await tables.write(() =>
      rows.forEach((row) =>
        tables.rows.finish(row.cycleId, {
          reason: null,
          at: new Date(),
          isAnswered: row.coalescedInto === null,
        }),
      ),
    );
  }
  return ((performance.now() - startedAt) * 1_000) / EVENTS_PER_ROUND;
}
