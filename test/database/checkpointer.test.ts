import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import { startCheckpointer } from '../../src/database/checkpointer.js';
import { openDatabase } from '../../src/database/open.js';
import { eventually, onTestEnd, recordingLog, temporaryFolder } from '../inbox/support.js';

function writer() {
  const file = join(temporaryFolder(), 'some.db');
  const log = recordingLog();
  const database = openDatabase(file, { busyTimeoutMs: 5_000, checkpoints: 'elsewhere', log });
  database.exec('CREATE TABLE facts (id INTEGER PRIMARY KEY, filler BLOB NOT NULL) STRICT');
  const checkpointer = startCheckpointer(file, log);
  onTestEnd(async () => {
    await checkpointer.stop();
    database.close();
  });
  return { file, database, checkpointer, log };
}

/** One commit of about `pages` pages. */
function commit(database: Database.Database, pages: number): void {
  database.prepare('INSERT INTO facts (filler) VALUES (randomblob(?))').run(pages * 4_096);
}

function walOf(database: Database.Database): { log: number; checkpointed: number } {
  const [state] = database.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
  return state;
}

test('what is worth copying is copied, and soon after the writes pause nothing is left in the WAL', async () => {
  const { database } = writer();
  for (let n = 0; n < 50; n += 1) {
    commit(database, 100);
  }
  expect(walOf(database).log).toBeGreaterThan(5_000);

  await eventually(() => walOf(database).checkpointed >= 4_000);
  commit(database, 5);

  await eventually(() => walOf(database).log === walOf(database).checkpointed, 20_000);
  expect(database.prepare('SELECT count(*) AS rows FROM facts').get()).toEqual({ rows: 51 });
}, 40_000);

test('while one commit follows the other the WAL stays bounded', async () => {
  const { file, database } = writer();
  let largest = 0;
  for (let n = 0; n < 400; n += 1) {
    commit(database, 150);
    largest = Math.max(largest, statSync(`${file}-wal`).size);
    // What the API does between two commits: it serves requests.
    await sleep(4);
  }

  expect(400 * 150 * 4_096).toBeGreaterThan(200_000_000);
  expect(largest).toBeLessThan(200_000_000);
  expect(database.prepare('SELECT count(*) AS rows FROM facts').get()).toEqual({ rows: 400 });
}, 60_000);

test('it ends when told, without a word, and the writer checkpoints by itself then', async () => {
  const { database, checkpointer, log } = writer();

  await checkpointer.stop();

  expect(log.lines).toEqual([]);
  expect(database.pragma('wal_autocheckpoint', { simple: true })).toBe(40_000);
});
