/** Copies the databases while pm-agent runs, or while it does not. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { ConfigError } from '../config/config.js';
import type { StoreConfig } from '../config/load.js';
import { refuseHalfRestored } from '../config/places.js';
import { checkCopy, copyDatabase } from '../database/copy.js';
import { DatabaseError } from '../database/database-error.js';
import { versionOf } from '../database/migrate.js';
import { type Log, openDatabase } from '../database/open.js';
import { type Manifest, type StoredCopy, sha256Of, writeManifest } from './manifest.js';
import { STORE_NAMES, STORES, type StoreName } from './stores.js';

export interface Backup {
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface BackupOptions {
  readonly config: StoreConfig;
  /** Null: a new folder below DATA_DIR/backups. */
  readonly to: string | null;
  readonly log: Log;
  readonly clock: () => Date;
  /** How one database is copied; only tests give another. */
  readonly copy?: (database: Database.Database, to: string) => void | Promise<void>;
}

const BUSY_TIMEOUT_MS = 5_000;

/**
 * Each copy is consistent in itself and checked page by page; they are made one after the other, in the order of
 * `STORES`. Throws `ConfigError` or `DatabaseError`, and leaves no half backup behind.
 */
export async function takeBackup(options: BackupOptions): Promise<Backup> {
  const { config, to, clock } = options;
  refuseHalfRestored(config.dataDir);
  if (!existsSync(config.inboxFile)) {
    throw new ConfigError(`DATA_DIR: there is no ${config.inboxFile}, so there is nothing to back up yet`);
  }
  const takenAt = clock().toISOString();
  const folder = to ?? join(config.dataDir, 'backups', takenAt.replaceAll(':', '-'));
  const isOurs = makeFolder(folder);
  try {
    const stores: StoredCopy[] = [];
    for (const name of STORE_NAMES.filter((each) => existsSync(STORES[each].fileOf(config)))) {
      stores.push(await copyStore(options, name, folder));
    }
    const manifest: Manifest = { format: 1, version: config.version, takenAt, stores };
    writeManifest(folder, manifest);
    return { folder, manifest };
  } catch (error) {
    removeUnfinished(folder, isOurs);
    throw error instanceof DatabaseError ? error : unwritable(folder, error);
  }
}

/** Answers whether it was made here. */
function makeFolder(folder: string): boolean {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
    if (!made && readdirSync(folder).length > 0) {
      throw new Error('it is there and not empty');
    }
    return made;
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function unwritable(folder: string, error: unknown): DatabaseError {
  const why = error instanceof Error ? error.message : String(error);
  return new DatabaseError(
    `No backup could be written to ${folder} (${why}). Name an empty folder with --to, with space for the databases, that this user may write.`,
    { cause: error },
  );
}

async function copyStore(
  { config, log, copy = copyDatabase }: BackupOptions,
  name: StoreName,
  folder: string,
): Promise<StoredCopy> {
  const { fileOf, copy: copyName, migrations } = STORES[name];
  const source = fileOf(config);
  const file = join(folder, copyName);
  const database = openDatabase(source, { readonly: true, busyTimeoutMs: BUSY_TIMEOUT_MS, log });
  try {
    const schema = versionOf(database, migrations);
    await copy(database, file);
    checkCopy(file);
    return {
      name,
      file: copyName,
      bytes: statSync(file).size,
      sha256: await sha256Of(file),
      schema,
    };
  } finally {
    database.close();
  }
}

/** Only what this backup can have written. */
function removeUnfinished(folder: string, isOurs: boolean): void {
  for (const file of readdirSync(folder)) {
    rmSync(join(folder, file), { force: true });
  }
  if (isOurs) {
    rmSync(folder, { recursive: true, force: true });
  }
}
