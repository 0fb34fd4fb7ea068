/** Opens SQLite so that what was committed stays committed. */
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Logger } from '../log.js';
import { DatabaseError } from './database-error.js';
import { makePrivateFile, makePrivateFolder } from './private-files.js';
import { assertSafeSqlite } from './sqlite-version.js';

/** What this folder needs of a logger. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

export interface OpenOptions {
  /** Default false. A read-only connection never creates the file, and skips the check of its pages. */
  readonly readonly?: boolean;
  /** Waiting for a lock is synchronous and freezes the event loop: 400 where requests are answered, 5000 in the worker. */
  readonly busyTimeoutMs: number;
  /** `elsewhere`: another thread checkpoints (checkpointer.ts), this connection only where that does not. Default `here`. */
  readonly checkpoints?: 'here' | 'elsewhere';
  readonly log: Log;
  /** The setting that names the file, for messages; default `DATA_DIR`. */
  readonly setting?: string;
}

const FULL = 2;
/** 32 MB: rows with many indexes rewrite the same pages, and a rarer checkpoint copies each once (docs/decisions/0006). */
const WAL_PAGES_PER_CHECKPOINT = { here: 8_000, elsewhere: 40_000 };
const WAL_SIZE_LIMIT_BYTES = 64 * 1024 * 1024;
const SLOW_CHECK_MS = 2_000;

/**
 * A connection with WAL and synchronous=FULL, both read back: better-sqlite3 is built with a default of NORMAL for WAL
 * files, which would lose acknowledged rows at power loss from the second opening on.
 * A writer's folder and file are made where they are missing, for this user alone; the file is checked (`quick_check`) and never replaced.
 * Throws `DatabaseError`.
 */
export function openDatabase(file: string, options: OpenOptions): Database.Database {
  const setting = options.setting ?? 'DATA_DIR';
  const isReadonly = options.readonly ?? false;
  let database: Database.Database | undefined;
  try {
    if (!isReadonly && file !== ':memory:') {
      makePrivateFolder(dirname(file));
      makePrivateFile(file);
    }
    database = new Database(file, { readonly: isReadonly, timeout: options.busyTimeoutMs });
    assertSafeSqlite(sqliteVersionOf(database));
    configure(database, isReadonly, WAL_PAGES_PER_CHECKPOINT[options.checkpoints ?? 'here']);
    if (!isReadonly) {
      checkPages(database, options.log);
    }
    return database;
  } catch (error) {
    database?.close();
    throw toDatabaseError(error, file, setting);
  }
}

function sqliteVersionOf(database: Database.Database): string {
  return database.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? 'unknown';
}

function configure(database: Database.Database, isReadonly: boolean, checkpointPages: number): void {
  if (!isReadonly) {
    const mode = database.pragma('journal_mode = WAL', { simple: true });
    if (mode !== 'wal' && !database.memory) {
      throw new Error(`the file cannot be in WAL mode (it is in ${String(mode)}); use a local disk`);
    }
    database.pragma(`wal_autocheckpoint = ${checkpointPages}`);
    database.pragma(`journal_size_limit = ${WAL_SIZE_LIMIT_BYTES}`);
  }
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  database.pragma('trusted_schema = OFF');
  database.pragma('mmap_size = 0');
  if (database.pragma('synchronous', { simple: true }) !== FULL) {
    throw new Error('SQLite does not accept synchronous=FULL');
  }
}

/** Throws where a page does not fit the others. Reads the whole file. */
export function checkPages(database: Database.Database, log: Log): void {
  const startedAt = performance.now();
  const findings = database.prepare<[], string>('PRAGMA quick_check(1)').pluck().all();
  const tookMs = Math.round(performance.now() - startedAt);
  if (findings.length !== 1 || findings[0] !== 'ok') {
    const words = findings.join('; ').replaceAll(/\s+/g, ' ');
    throw Object.assign(new Error(words), { code: 'SQLITE_CORRUPT' });
  }
  if (tookMs > SLOW_CHECK_MS) {
    log.info({ file: database.name, tookMs }, 'checked the database file');
  }
}

const ADVICE: readonly { readonly code: RegExp; readonly what: string; readonly advice: string }[] = [
  {
    code: /^SQLITE_(CORRUPT|NOTADB)/,
    what: 'is damaged or no SQLite database',
    advice:
      'It was left as it is. Bring back a backup with `pm-agent restore <folder>` (`pm-agent backup` keeps them in backups/ below DATA_DIR), or move the file away to start empty',
  },
  {
    code: /^SQLITE_(BUSY|LOCKED)/,
    what: 'is locked by another process',
    advice: 'Stop the other process that writes it',
  },
  {
    code: /^SQLITE_(FULL|IOERR)/,
    what: 'cannot be read or written',
    advice: 'Check the disk and its free space',
  },
];

/** What SQLite and the operating system say, as one line for a person. */
export function toDatabaseError(error: unknown, file: string, setting: string): DatabaseError {
  if (error instanceof DatabaseError) {
    return error;
  }
  const { code, message } = error as { code?: string; message?: string };
  const known = ADVICE.find((entry) => entry.code.test(code ?? ''));
  const what = known?.what ?? 'cannot be opened';
  const advice = known?.advice ?? 'Check that the folder exists and that this user may read and write it';
  return new DatabaseError(
    `The database ${file} ${what} (${message ?? String(error)}). ${advice}; ${setting} names it.`,
    {
      cause: error,
    },
  );
}
