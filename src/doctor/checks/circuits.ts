/** Does the worker hold calls back? It says so in the mirror; the vendors' own checks only tell how it is right now. */
import { type CircuitRow, openCircuits } from '../../audit/circuits.js';
import { type Check, type Finding, ok, warn } from '../check.js';
import { readStored } from '../stored.js';

export const circuits: Check = {
  name: 'held-back calls',
  asksOthers: false,
  run: ({ config }) => {
    const stored = { file: config.mirrorFile, setting: 'DATABASE_URL', table: 'circuits' };
    const open = readStored(stored, openCircuits) ?? [];
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
