/** Files for nobody but the user that runs pm-agent: they hold texts of tickets, and what tokens leave behind. */
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
const FOR_GROUP = 0o007;
const FOR_OWNER = 0o077;

/**
 * Bits of a mode that nothing in this folder may have. A folder that its group may write to, and others may not, was
 * opened to the group on purpose (`fsGroup` of Kubernetes, a volume that two users share): there the group stays.
 */
export function closedBitsIn(folder: string): number {
  const { mode } = statSync(folder);
  return (mode & (GROUP_WRITES | OTHERS_WRITE)) === GROUP_WRITES ? FOR_GROUP : FOR_OWNER;
}

/** Makes the folder, and those above it that are missing, for this user alone; one that is there stays as it is. */
export function makePrivateFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first !== undefined && closedBitsIn(dirname(first)) === FOR_GROUP) {
    wherePossible(() => chmodSync(folder, (statSync(folder).mode & 0o7777) | 0o070));
  }
}

/** Some mounts know no modes or owners, and answer as they like; what stays open, the start and the doctor tell. */
export function wherePossible(change: () => void): void {
  try {
    change();
  } catch {
    // Told there.
  }
}

/**
 * An empty file where there is none, for SQLite to fill: it would make one with the modes of the process. What it keeps
 * beside it (-wal, -shm) takes the file's mode, and for root its owner (`findCreateFileMode` in SQLite's os_unix.c).
 * What root makes in another user's folder is that user's, who could not open it otherwise.
 */
export function makePrivateFile(file: string): void {
  if (existsSync(file)) {
    return;
  }
  closeSync(openSync(file, 'a', 0o600));
  const folder = statSync(dirname(file));
  if (process.getuid?.() === 0 && folder.uid !== 0) {
    wherePossible(() => chownSync(file, folder.uid, folder.gid));
  }
  if (closedBitsIn(dirname(file)) === FOR_GROUP) {
    wherePossible(() => chmodSync(file, 0o660));
  }
}
