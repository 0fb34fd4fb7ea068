/** An inbox whose rows a test may date and end as it likes, and the retention over it. */
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { migrate } from '../../../src/database/migrate.js';
import { openDatabase } from '../../../src/database/open.js';
import { INBOX_MIGRATIONS } from '../../../src/inbox/migrations.js';
import { createPass } from '../../../src/inbox/retention/retention.js';
import { createInboxStore, type InboxStore } from '../../../src/inbox/store.js';
import { comment, handClock, onTestEnd, recordingLog, temporaryFolder } from '../support.js';

export const DAY_MS = 86_400_000;
export const RETENTION = { eventsMs: 30 * DAY_MS, cyclesMs: 400 * DAY_MS };

export type Row = Readonly<Record<string, unknown>>;

export interface OldInbox {
  readonly inbox: InboxStore;
  readonly database: Database.Database;
  readonly clock: ReturnType<typeof handClock>;
  /** Stores a delivery that arrived so many days ago, and makes its row what a test needs. Answers the event's id. */
  readonly store: (
    daysAgo: number,
    columns?: Row,
    delivery?: Parameters<typeof comment>[0],
  ) => Promise<string>;
  /** Deletes all that may be deleted now. */
  readonly forget: (notesTakenOver?: number) => Promise<void>;
  readonly left: () => readonly string[];
}

export function oldInbox(): OldInbox {
  const clock = handClock();
  const database = openDatabase(join(temporaryFolder(), 'inbox.db'), {
    busyTimeoutMs: 400,
    log: recordingLog(),
  });
  migrate(database, INBOX_MIGRATIONS, { log: recordingLog() });
  const inbox = createInboxStore(database, clock);
  onTestEnd(() => inbox.close());
  return {
    inbox,
    database,
    clock,
    async store(daysAgo, columns = { status: 'processed', relay: null }, delivery = {}) {
      const { eventId } = await inbox.accept(comment(delivery));
      const set = { arrived_ms: clock().getTime() - daysAgo * DAY_MS, ...columns };
      const names = Object.keys(set).map((name) => `${name} = @${name}`);
      database
        .prepare(`UPDATE webhooks SET ${names.join(', ')} WHERE id = @eventId`)
        .run({ ...set, eventId });
      return eventId;
    },
    async forget(notesTakenOver = 0) {
      const pass = createPass({
        tables: inbox.tables,
        notesTakenOver: () => notesTakenOver,
        retention: () => RETENTION,
        log: recordingLog(),
        clock,
      });
      while ((await pass.step()) === 'more') {
        // Until nothing is left to do.
      }
    },
    left: () => database.prepare<[], string>('SELECT id FROM webhooks ORDER BY seq').pluck().all(),
  };
}
