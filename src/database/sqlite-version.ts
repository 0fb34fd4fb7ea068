import { DatabaseError } from './database-error.js';

/** First releases without the WAL-reset race: committed writes lost, or a corrupt file, with two connections and a checkpoint. */
const FIXED = [3, 51, 3] as const;
const BACKPORTS = [
  [3, 50, 7],
  [3, 44, 6],
] as const;

/** Throws a `DatabaseError` for a SQLite that has the WAL-reset race (3.7.0 to 3.51.2, except 3.50.7+ and 3.44.6+). */
export function assertSafeSqlite(version: string): void {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const isFixed =
    major > FIXED[0] ||
    (major === FIXED[0] && (minor > FIXED[1] || (minor === FIXED[1] && patch >= FIXED[2]))) ||
    BACKPORTS.some((backport) => major === backport[0] && minor === backport[1] && patch >= backport[2]);
  if (!isFixed) {
    throw new DatabaseError(
      `SQLite ${version} can lose committed rows (the WAL-reset race). Install the dependencies from the lockfile (npm ci), which bundle 3.51.3 or newer; 3.50.7 and 3.44.6 also hold the fix.`,
    );
  }
}
