/** Does the worker hold calls back? It says so in the mirror; the vendors' own checks only tell how it is right now. */
import { existsSync } from 'node:fs';
import { type CircuitRow, openCircuits } from '../../audit/circuits.js';
import { openDatabase } from '../../database/open.js';
import { createLogger } from '../../log.js';
import { type Check, type Finding, ok, warn } from '../check.js';

const BUSY_MS = 1_000;

export const circuits: Check = {
  name: 'held-back calls',
  asksOthers: false,
  run: ({ config }) => {
    const open = existsSync(config.mirrorFile) ? readOpen(config.mirrorFile) : [];
    return open.length === 0 ? ok('the worker holds no calls back') : tell(open);
  },
};

function tell(open: readonly CircuitRow[]): Finding {
  const each = open.map(({ target, opened_at, message }) => `${target} since ${opened_at} (${message})`);
  return warn(
    `calls are held back: ${each.join('; ')}`,
    'nothing is lost: all goes on with the first answer. Correct the credentials and restart the worker, or wait for the vendor',
  );
}

/** None in a file from before there were circuits. */
function readOpen(file: string): readonly CircuitRow[] {
  const log = createLogger('doctor', { level: 'silent', format: 'json' });
  const database = openDatabase(file, {
    readonly: true,
    busyTimeoutMs: BUSY_MS,
    log,
    setting: 'DATABASE_URL',
  });
  try {
    const isThere =
      database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'circuits'`).get() !== undefined;
    return isThere ? openCircuits(database) : [];
  } finally {
    database.close();
  }
}
