import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import { openDatabase } from '../../src/database/open.js';
import { onTestEnd, recordingLog, temporaryFolder } from '../inbox/support.js';

function open(file: string, options: { readonly?: boolean; busyTimeoutMs?: number } = {}): Database.Database {
  const database = openDatabase(file, { busyTimeoutMs: 200, log: recordingLog(), ...options });
  onTestEnd(() => {
    database.close();
  });
  return database;
}

function fileWithRows(rows: number): string {
  const file = join(temporaryFolder(), 'deep', 'folder', 'some.db');
  const database = openDatabase(file, { busyTimeoutMs: 200, log: recordingLog() });
  database.exec('CREATE TABLE facts (id INTEGER PRIMARY KEY, text TEXT) STRICT');
  const insert = database.prepare('INSERT INTO facts (text) VALUES (?)');
  for (let row = 0; row < rows; row += 1) {
    insert.run('x'.repeat(500));
  }
  database.close();
  return file;
}

describe('a connection', () => {
  test('has WAL, FULL and the safe pragmas, on the first and on every later opening', () => {
    const file = fileWithRows(1);

    for (const readonly of [false, false, true]) {
      const database = open(file, { readonly });

      const pragma = (name: string) => database.pragma(name, { simple: true });
      expect(pragma('journal_mode')).toBe('wal');
      expect(pragma('synchronous')).toBe(2);
      expect(pragma('foreign_keys')).toBe(1);
      expect(pragma('trusted_schema')).toBe(0);
      expect([0, undefined]).toContain(pragma('mmap_size'));
    }
  });

  test('of a writer bounds the WAL and waits for a lock as long as it was told', () => {
    const database = open(fileWithRows(1), { busyTimeoutMs: 123 });

    expect(database.pragma('wal_autocheckpoint', { simple: true })).toBe(8_000);
    expect(database.pragma('journal_size_limit', { simple: true })).toBe(64 * 1024 * 1024);
    expect(database.pragma('busy_timeout', { simple: true })).toBe(123);
  });

  test('for reading cannot write, and does not make a file that is not there', () => {
    const file = fileWithRows(1);

    expect(() => open(file, { readonly: true }).exec('DELETE FROM facts')).toThrow(/readonly/);
    expect(() => open(`${file}.absent`, { readonly: true })).toThrow(/cannot be opened.*DATA_DIR/s);
    expect(existsSync(`${file}.absent`)).toBe(false);
  });
});

describe('a file that cannot be used', () => {
  test('with a damaged page is refused by name, with what to do, and left as it is', () => {
    const file = fileWithRows(200);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 4096, 4096 + 2000);
    writeFileSync(file, bytes);

    expect(() => open(file)).toThrow(/some\.db is damaged.*pm-agent restore.*DATA_DIR/s);
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });

  test('that is no database is refused and left as it is', () => {
    const file = join(temporaryFolder(), 'notes.db');
    writeFileSync(file, 'shopping list, shopping list, shopping list'.repeat(200));

    expect(() => open(file)).toThrow(/notes\.db is damaged or no SQLite database/);
    expect(readFileSync(file, 'utf8').startsWith('shopping')).toBe(true);
  });

  test('that is a folder, or lies under a file, is refused with the setting that names it', () => {
    const folder = join(temporaryFolder(), 'inbox.db');
    mkdirSync(folder);
    const log = recordingLog();
    const openAt = (file: string) => openDatabase(file, { busyTimeoutMs: 100, log, setting: 'DATABASE_URL' });

    expect(() => openAt(folder)).toThrow(/cannot be opened.*DATABASE_URL names it/s);
    const plain = join(temporaryFolder(), 'plain');
    writeFileSync(plain, 'x');
    expect(() => openAt(join(plain, 'inbox.db'))).toThrow(/cannot be opened.*DATABASE_URL names it/s);
  });
});

/** A database whose WAL holds six commits, and how large the WAL was after each. */
function liveDatabase() {
  const folder = temporaryFolder();
  const file = join(folder, 'live.db');
  const database = open(file);
  database.exec('CREATE TABLE facts (id INTEGER PRIMARY KEY, text TEXT) STRICT');
  database.pragma('wal_checkpoint(TRUNCATE)');
  const syncedAfter: number[] = [];
  for (let row = 1; row <= 6; row += 1) {
    database.prepare('INSERT INTO facts (text) VALUES (?)').run('y'.repeat(300));
    syncedAfter.push(statSync(`${file}-wal`).size);
  }
  /** As after a power loss, with the WAL as `spoil` leaves it; answers its rows, once it was written to again. */
  const rowsWith = (spoil: (wal: string) => void): number | undefined => {
    const copy = join(folder, 'copy.db');
    copyFileSync(file, copy);
    copyFileSync(`${file}-wal`, `${copy}-wal`);
    spoil(`${copy}-wal`);
    const torn = openDatabase(copy, { busyTimeoutMs: 100, log: recordingLog() });
    const rows = torn.prepare<[], number>('SELECT count(*) FROM facts').pluck().get();
    torn.prepare('INSERT INTO facts (text) VALUES (?)').run('later');
    torn.close();
    return rows;
  };
  return { syncedAfter, size: syncedAfter.at(-1) ?? 0, rowsWith };
}

test('F17: a WAL cut at any 512 bytes opens to its last whole commit', () => {
  const { syncedAfter, size, rowsWith } = liveDatabase();

  for (let cut = 0; cut <= size; cut += 512) {
    const rows = rowsWith((wal) => truncateSync(wal, cut));

    expect(rows).toBe(syncedAfter.filter((bytes) => bytes <= cut).length);
  }
});

test('F16: a WAL with a damaged byte opens to the last commit before it, and takes new ones', () => {
  const { syncedAfter, size, rowsWith } = liveDatabase();

  for (let at = 0; at < size; at += 257) {
    const rows = rowsWith((wal) => {
      const bytes = readFileSync(wal);
      bytes[at] = (bytes[at] ?? 0) ^ 0xff;
      writeFileSync(wal, bytes);
    });

    expect(rows).toBe(syncedAfter.filter((bytes) => bytes <= at).length);
  }
});
