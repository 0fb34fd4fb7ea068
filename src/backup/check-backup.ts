/** Is a folder a backup that can be restored? Asked before anything is touched. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { checkCopy } from '../database/copy.js';
import { DatabaseError } from '../database/database-error.js';
import { versionOf } from '../database/migrate.js';
import { type Manifest, readManifest, type StoredCopy, sha256Of } from './manifest.js';
import { STORES } from './stores.js';

/** Throws `DatabaseError` where a copy is missing, changed, damaged, of a newer pm-agent, or of another program. */
export async function checkBackup(folder: string): Promise<Manifest> {
  const manifest = readManifest(folder);
  if (!manifest.stores.some(({ name }) => name === 'inbox')) {
    throw new DatabaseError(`${folder} holds no copy of the inbox. Choose another backup.`);
  }
  for (const stored of manifest.stores) {
    await checkStored(folder, stored);
  }
  return manifest;
}

async function checkStored(folder: string, { name, file, sha256 }: StoredCopy): Promise<void> {
  const copy = join(folder, file);
  if (!existsSync(copy)) {
    throw new DatabaseError(`${copy} is missing. Choose another backup.`);
  }
  if ((await sha256Of(copy)) !== sha256) {
    throw new DatabaseError(
      `${copy} is not as it was written: its sha256 differs from backup.json. Choose another backup.`,
    );
  }
  checkCopy(copy);
  const database = new Database(copy, { readonly: true });
  try {
    versionOf(database, STORES[name].migrations);
  } finally {
    database.close();
  }
}
