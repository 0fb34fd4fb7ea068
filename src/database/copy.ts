/** A consistent copy of a database while others write it: one read transaction, whatever comes in between. */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { DatabaseError } from './database-error.js';

/** Readable by its owner only. `to` must not exist. On disk when this returns. */
export function copyDatabase(database: Database.Database, to: string): void {
  // SQLite would make the file with the modes of the process; an empty one it fills as it is.
  closeSync(openSync(to, 'wx', 0o600));
  database.prepare('VACUUM INTO ?').run(to);
  syncFile(to);
}

/** What was written is in the page cache; a copy has to outlive a power loss. */
export function syncFile(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** New names in a folder outlive a power loss only after this. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Reads every page of a file that nobody writes. Throws `DatabaseError` where they do not fit together. */
export function checkCopy(file: string): void {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    const findings = database.prepare<[], string>('PRAGMA quick_check(1)').pluck().all();
    if (findings.length !== 1 || findings[0] !== 'ok') {
      throw new Error(findings.join('; ').replaceAll(/\s+/g, ' '));
    }
  } catch (error) {
    throw new DatabaseError(
      `The copy ${file} is damaged (${String(error)}); take or choose another backup.`,
      {
        cause: error,
      },
    );
  } finally {
    database?.close();
  }
}
