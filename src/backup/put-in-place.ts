/** Old files aside, new files in their places. What is interrupted is seen at the next start, which then refuses. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { restoreMarkerIn } from '../config/places.js';
import { syncFile, syncFolder } from '../database/copy.js';

export interface Replacement {
  /** On the same disk as `file`. */
  readonly prepared: string;
  readonly file: string;
}

/** A database's own file and what SQLite keeps beside it. */
const SUFFIXES = ['', '-wal', '-shm', '-journal'];

/**
 * Answers the folders with what was there before. `assertFree` throws where somebody uses the files: asked once more
 * when nobody can begin to any more.
 */
export function putInPlace(
  dataDir: string,
  replacements: readonly Replacement[],
  { time, assertFree }: { readonly time: string; readonly assertFree: () => void },
): readonly string[] {
  const marker = restoreMarkerIn(dataDir);
  const wasInterrupted = existsSync(marker);
  writeFileSync(marker, `${time}\n`, { mode: 0o600 });
  syncFile(marker);
  syncFolder(dataDir);
  try {
    assertFree();
  } catch (error) {
    if (!wasInterrupted) {
      rmSync(marker);
    }
    throw error;
  }
  const asides = replacements.flatMap(({ file }) => putAside(file, time));
  for (const { prepared, file } of replacements) {
    renameSync(prepared, file);
    syncFolder(dirname(file));
  }
  rmSync(marker);
  syncFolder(dataDir);
  return [...new Set(asides)];
}

function putAside(file: string, time: string): readonly string[] {
  const folder = join(dirname(file), 'backups', `before-restore-${time.replaceAll(':', '-')}`);
  const there = SUFFIXES.map((suffix) => `${file}${suffix}`).filter((each) => existsSync(each));
  if (there.length === 0) {
    return [];
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const each of there) {
    renameSync(each, join(folder, basename(each)));
  }
  syncFolder(folder);
  return [folder];
}
