/** Ends a program that an earlier run left behind: its guard was killed itself, and it still holds its port and its file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, readPid } from './pid-files.js';

const PATIENCE_MS = 8_000;
const POLL_MS = 50;

/** Resolves when no process of this pid file runs with `mark` on its command line; another that got the number is left alone. */
export async function endStale(pidPath: string, mark: string): Promise<void> {
  const stale = readPid(pidPath);
  if (stale === null || commandLineOf(stale)?.includes(mark) !== true) {
    return;
  }
  process.kill(stale, 'SIGTERM');
  for (let waited = 0; commandLineOf(stale)?.includes(mark) === true; waited += POLL_MS) {
    if (waited === PATIENCE_MS) {
      process.kill(stale, 'SIGKILL');
    }
    await sleep(POLL_MS);
  }
}
