import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { quietLog } from '../support/quiet-log.js';

let folder: string;
let before: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  // What most systems give: others may read.
  before = process.umask(0o022);
});
afterEach(() => {
  process.umask(before);
  rmSync(folder, { recursive: true, force: true });
});

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

function opened(file: string): Database.Database {
  const database = openDatabase(file, { busyTimeoutMs: 100, log: quietLog });
  database.exec('CREATE TABLE IF NOT EXISTS notes (text TEXT)');
  return database;
}

/** Every file of the folder, by its mode. */
function modesBelow(path: string): Record<string, string> {
  return Object.fromEntries(readdirSync(path).map((name) => [name, modeOf(join(path, name))]));
}

describe('a database that is made', () => {
  test('is for its user alone, with the folders above it and what SQLite keeps beside it', () => {
    const database = opened(join(folder, 'new', 'data', 'a.db'));

    expect(modesBelow(join(folder, 'new', 'data'))).toEqual({
      'a.db': '600',
      'a.db-shm': '600',
      'a.db-wal': '600',
    });
    expect([modeOf(join(folder, 'new')), modeOf(join(folder, 'new', 'data'))]).toEqual(['700', '700']);
    database.close();
  });

  test("is for the group too in a folder that the group may write to, whatever the process's modes are", () => {
    const shared = join(folder, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o2770);
    process.umask(0o077);

    const database = opened(join(shared, 'a.db'));
    const deeper = opened(join(shared, 'deeper', 'b.db'));

    expect(new Set(Object.values(modesBelow(shared)))).toEqual(new Set(['660', '2770']));
    expect(new Set(Object.values(modesBelow(join(shared, 'deeper'))))).toEqual(new Set(['660']));
    database.close();
    deeper.close();
  });

  test('is for its user alone in a folder that everybody may write to', () => {
    const open = join(folder, 'open');
    mkdirSync(open);
    chmodSync(open, 0o777);

    const database = opened(join(open, 'a.db'));

    expect(new Set(Object.values(modesBelow(open)))).toEqual(new Set(['600']));
    database.close();
  });
});

test('the copy that a migration keeps is for its user alone, and so is its folder', () => {
  const first = { id: 1, name: 'first', sql: 'CREATE TABLE a (b)' };
  const second = { id: 2, name: 'second', sql: 'CREATE TABLE c (d)' };
  const database = openDatabase(join(folder, 'a.db'), { busyTimeoutMs: 100, log: quietLog });
  migrate(database, [first], { log: quietLog, clock: () => new Date() });
  migrate(database, [first, second], { log: quietLog, clock: () => new Date() });
  database.close();

  expect(existsSync(join(folder, 'backups'))).toBe(true);
  expect(modeOf(join(folder, 'backups'))).toBe('700');
  expect(Object.values(modesBelow(join(folder, 'backups')))).toEqual(['600']);
});

test('a database that is there keeps its mode when it is opened', () => {
  const file = join(folder, 'a.db');
  opened(file).close();
  chmodSync(file, 0o640);

  const database = opened(file);

  expect(modesBelow(folder)).toEqual({ 'a.db': '640', 'a.db-shm': '640', 'a.db-wal': '640' });
  database.close();
});
