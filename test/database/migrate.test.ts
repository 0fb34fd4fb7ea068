import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { type Migration, migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { onTestEnd, recordingLog, temporaryFolder } from '../inbox/support.js';

const FIRST: Migration = { id: 1, name: 'notes', sql: 'CREATE TABLE notes (text TEXT) STRICT' };
const SECOND: Migration = { id: 2, name: 'marks', sql: 'ALTER TABLE notes ADD COLUMN mark INTEGER' };
const BROKEN: Migration = {
  id: 3,
  name: 'broken',
  sql: 'CREATE TABLE half (a TEXT); INSERT INTO absent VALUES (1)',
};
const options = { log: recordingLog(), clock: () => new Date('2026-03-02T09:00:00.000Z') };

function freshDatabase(): Database.Database {
  const database = openDatabase(join(temporaryFolder(), 'notes.db'), {
    busyTimeoutMs: 100,
    log: recordingLog(),
  });
  onTestEnd(() => {
    database.close();
  });
  return database;
}

const backupsOf = (database: Database.Database) => join(dirname(database.name), 'backups');

test('a new file gets every migration, recorded with its time, and no backup', () => {
  const database = freshDatabase();

  migrate(database, [FIRST, SECOND], options);

  expect(database.prepare('SELECT * FROM schema_migrations').all()).toEqual([
    { id: 1, name: 'notes', applied_at: '2026-03-02T09:00:00.000Z' },
    { id: 2, name: 'marks', applied_at: '2026-03-02T09:00:00.000Z' },
  ]);
  expect(existsSync(backupsOf(database))).toBe(false);
});

test('a file with rows is copied before it is migrated, and the copy holds the old state', () => {
  const database = freshDatabase();
  migrate(database, [FIRST], options);
  database.prepare('INSERT INTO notes (text) VALUES (?)').run('kept');

  migrate(database, [FIRST, SECOND], options);

  const copies = readdirSync(backupsOf(database));
  expect(copies).toEqual(['notes-1-to-2-2026-03-02T09-00-00.000Z.db']);
  const copy = new Database(join(backupsOf(database), copies[0] ?? ''), { readonly: true });
  expect(copy.prepare('SELECT * FROM notes').all()).toEqual([{ text: 'kept' }]);
  copy.close();
  expect(database.prepare('SELECT * FROM notes').all()).toEqual([{ text: 'kept', mark: null }]);
});

test('a file that is up to date is left alone', () => {
  const database = freshDatabase();
  migrate(database, [FIRST], options);

  migrate(database, [FIRST], options);

  expect(existsSync(backupsOf(database))).toBe(false);
});

test('a migration that fails leaves the file as it was, with all of its run undone', () => {
  const database = freshDatabase();
  migrate(database, [FIRST], options);

  expect(() => migrate(database, [FIRST, SECOND, BROKEN], options)).toThrow(
    /from version 1 to 3 and is as it was/,
  );

  expect(database.prepare('SELECT max(id) AS id FROM schema_migrations').get()).toEqual({ id: 1 });
  expect(database.prepare(`SELECT name FROM sqlite_schema WHERE name = 'half'`).get()).toBeUndefined();
  expect(() => database.prepare('SELECT mark FROM notes')).toThrow(/no such column/);
});

test('a file that a newer version wrote is refused with both versions', () => {
  const database = freshDatabase();
  migrate(database, [FIRST, SECOND], options);

  expect(() => migrate(database, [FIRST], options)).toThrow(/has version 2, and this pm-agent knows up to 1/);
});

test('a file with the history of another program is refused', () => {
  const database = freshDatabase();
  migrate(database, [{ ...FIRST, name: 'something else' }], options);

  expect(() => migrate(database, [FIRST, SECOND], options)).toThrow(/"something else" \(1\)/);
});

test('a folder that takes no backup stops the migration before it begins', () => {
  const database = freshDatabase();
  migrate(database, [FIRST], options);
  const blocked = join(dirname(database.name), 'backups');
  openDatabase(blocked, { busyTimeoutMs: 100, log: recordingLog() }).close();

  expect(() => migrate(database, [FIRST, SECOND], options)).toThrow(/no copy of it could be written/);
  expect(database.prepare('SELECT max(id) AS id FROM schema_migrations').get()).toEqual({ id: 1 });
});
