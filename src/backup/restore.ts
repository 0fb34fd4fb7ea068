/**
 * Brings a backup back. Everything is prepared and checked beside the old files; only then are these put aside, never
 * deleted, and the copies take their places, with a note of the restore in each.
 */
import { chmodSync, chownSync, copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { noteRestore as noteInMirror } from '../audit/note-restore.js';
import { type ChainHead, headOf } from '../audit/restores.js';
import { ConfigError } from '../config/config.js';
import type { StoreConfig } from '../config/load.js';
import { restoreMarkerIn } from '../config/places.js';
import { checkCopy, syncFile } from '../database/copy.js';
import { DatabaseError } from '../database/database-error.js';
import { migrate } from '../database/migrate.js';
import { type Log, openDatabase } from '../database/open.js';
import { makePrivateFolder } from '../database/private-files.js';
import type { Restore } from '../domain/restore.js';
import { fenceFloorAbove, highestFence, noteRestore as noteInInbox } from '../inbox/restores.js';
import { checkBackup } from './check-backup.js';
import { refuseWhileInUse } from './in-use.js';
import type { Manifest } from './manifest.js';
import { putInPlace, type Replacement } from './put-in-place.js';
import { STORES, type StoreName } from './stores.js';

export interface Restored {
  readonly manifest: Manifest;
  readonly restore: Restore;
  readonly placed: readonly StoreName[];
  /** Folders with the files that were there before. */
  readonly asides: readonly string[];
}

export interface RestoreOptions {
  readonly config: StoreConfig;
  readonly folder: string;
  readonly log: Log;
  readonly clock: () => Date;
}

const BUSY_TIMEOUT_MS = 5_000;
const PREPARED = '.restoring';

/** Throws `ConfigError` while something runs, `DatabaseError` for a backup that cannot be used; nothing is changed then. */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { config, folder, clock } = options;
  const manifest = await checkBackup(folder);
  refuseWhileInUse(config);
  const now = clock();
  const placed = namesToPlace(config, manifest);
  const replacements = placed.map((name) => ({
    prepared: `${STORES[name].fileOf(config)}${PREPARED}`,
    file: STORES[name].fileOf(config),
  }));
  try {
    for (const name of placed) {
      prepare(options, manifest, name);
    }
    const restore = await noteEverywhere(options, manifest, now);
    for (const replacement of replacements) {
      takeAfter(replacement);
    }
    const asides = putInPlace(config.dataDir, replacements, {
      time: restore.at,
      assertFree: () => refuseWhileInUse(config),
    });
    return { manifest, restore, placed, asides };
  } catch (error) {
    for (const { prepared } of replacements) {
      removePrepared(prepared);
    }
    throw asOneLine(config, error);
  }
}

function removePrepared(prepared: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${prepared}${suffix}`, { force: true });
  }
}

function asOneLine({ dataDir }: StoreConfig, error: unknown): Error {
  if (error instanceof DatabaseError || error instanceof ConfigError) {
    return error;
  }
  const state = existsSync(restoreMarkerIn(dataDir))
    ? 'pm-agent does not start until pm-agent restore is run again'
    : 'nothing was changed';
  return new DatabaseError(
    `The backup could not be put into ${dataDir} (${error instanceof Error ? error.message : String(error)}); ${state}. Look at the space and the rights there.`,
    { cause: error },
  );
}

/**
 * The mirror also where the backup has none: its ledger is empty then, and has to know it. Operators only where theirs
 * cannot be used any more: tokens that were revoked since the backup stay revoked.
 */
function namesToPlace(config: StoreConfig, { stores }: Manifest): readonly StoreName[] {
  const hasOperators = stores.some(({ name }) => name === 'operators');
  return [
    'inbox',
    'mirror',
    ...(hasOperators && !isUsable(config.operatorsFile) ? ['operators' as const] : []),
  ];
}

function isUsable(file: string): boolean {
  try {
    checkCopy(file);
    return true;
  } catch {
    return false;
  }
}

/** The copy beside its place, brought to this version's schema. */
function prepare({ config, folder, log, clock }: RestoreOptions, manifest: Manifest, name: StoreName): void {
  const { fileOf, migrations } = STORES[name];
  const prepared = `${fileOf(config)}${PREPARED}`;
  const stored = manifest.stores.find((each) => each.name === name);
  makePrivateFolder(dirname(prepared));
  removePrepared(prepared);
  if (stored !== undefined) {
    copyFileSync(join(folder, stored.file), prepared);
  }
  const database = openPrepared(prepared, log);
  migrate(database, migrations, { log, clock, keepsCopy: false });
  database.close();
}

function openPrepared(file: string, log: Log): Database.Database {
  return openDatabase(file, { busyTimeoutMs: BUSY_TIMEOUT_MS, log });
}

async function noteEverywhere(
  { config, log }: RestoreOptions,
  { takenAt }: Manifest,
  now: Date,
): Promise<Restore> {
  const inbox = openPrepared(`${config.inboxFile}${PREPARED}`, log);
  const lost = readOld(config.inboxFile, log, highestFence) ?? 0;
  const fenceFloor = fenceFloorAbove([highestFence(inbox), lost], now);
  const restore: Restore = { at: now.toISOString(), takenAt, fenceFloor };
  noteInInbox(inbox, restore);
  inbox.close();
  const lostHead: ChainHead | null = readOld(config.mirrorFile, log, headOf);
  await noteInMirror(openPrepared(`${config.mirrorFile}${PREPARED}`, log), restore, lostHead);
  return restore;
}

/** Null where the old file is not there, or too damaged to tell. */
function readOld<T>(file: string, log: Log, read: (database: Database.Database) => T): T | null {
  if (!existsSync(file)) {
    return null;
  }
  try {
    const database = openDatabase(file, { readonly: true, busyTimeoutMs: BUSY_TIMEOUT_MS, log });
    try {
      return read(database);
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

/** Whoever could use the old file can use the new one, also where another user restores. */
function takeAfter({ prepared, file }: Replacement): void {
  const isThere = existsSync(file);
  const like = statSync(isThere ? file : dirname(file));
  chmodSync(prepared, isThere ? like.mode & 0o770 : 0o600);
  if (like.uid !== statSync(prepared).uid && process.getuid?.() === 0) {
    chownSync(prepared, like.uid, like.gid);
  }
  syncFile(prepared);
}
