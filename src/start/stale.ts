/** Ends a program that an earlier run left behind: its guard was killed itself, and it still holds its port and its file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, hasEnded, readPid } from './pid-files.js';

const PATIENCE_MS = 8_000;
const POLL_MS = 50;

/**
 * Resolves when the process of this pid file, known by `mark` on its command line, has ended and let go of its port and
 * files; another that got the number is left alone.
 */
export async function endStale(pidPath: string, mark: string): Promise<void> {
  const stale = readPid(pidPath);
  if (stale === null || commandLineOf(stale)?.includes(mark) !== true) {
    return;
  }
  process.kill(stale, 'SIGTERM');
  for (let waited = 0; !hasEnded(stale) && isOurs(stale, mark); waited += POLL_MS) {
    if (waited === PATIENCE_MS) {
      process.kill(stale, 'SIGKILL');
    }
    await sleep(POLL_MS);
  }
}

/** No command line: it is on its way out, and its number cannot have gone to another yet. */
function isOurs(pid: number, mark: string): boolean {
  return commandLineOf(pid)?.includes(mark) ?? true;
}
