/** A mirror's file as its migrations leave it: made once for a test file, a copy for each of its tests. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { quietLog } from './quiet-log.js';

let migrated: Buffer | undefined;

/** Opened for writing; made where it is missing. All migrations for each test were a quarter of the work of these suites. */
export function openMirrorFile(file: string, busyTimeoutMs = 1_000): Database.Database {
  if (!existsSync(file)) {
    migrated ??= migratedFile();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, migrated);
  }
  return openDatabase(file, { busyTimeoutMs, log: quietLog });
}

function migratedFile(): Buffer {
  const database = new Database(':memory:');
  migrate(database, MIRROR_MIGRATIONS, { log: quietLog });
  const bytes = database.serialize();
  database.close();
  return bytes;
}
