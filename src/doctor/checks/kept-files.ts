import { type ReadByOthers, readByOthers } from '../../config/data-folder.js';
import { type Check, type Finding, ok, warn } from '../check.js';

/** Named one by one up to here: a command of them has to fit on a screen. */
const MOST_NAMED = 5;

/** They hold texts of tickets and hashes of tokens. */
export const keptFiles: Check = {
  name: 'kept files',
  asksOthers: false,
  run: ({ config }) => judge(readByOthers(config)),
};

function judge(found: readonly ReadByOthers[]): Finding {
  const [first] = found;
  if (first === undefined) {
    return ok('no other user of this machine can read what is kept');
  }
  const foreign = found.filter(({ ownerId }) => ownerId !== null);
  const named = found.slice(0, MOST_NAMED).map(({ path, mode }) => `${path} (${mode.toString(8)})`);
  return warn(
    `other users of this machine can read ${named.join(', ')}${more(found)}`,
    foreign.length === 0
      ? `a start of pm-agent closes them; to do it now: ${closing(found)}`
      : `owned by user ${[...new Set(foreign.map(({ ownerId }) => ownerId))].join(', ')}, who (or root) can close them: ${closing(foreign)}; a mount that knows no modes has to be mounted for one user`,
  );
}

function more(found: readonly unknown[]): string {
  return found.length > MOST_NAMED ? ` and ${found.length - MOST_NAMED} more` : '';
}

function closing(found: readonly ReadByOthers[]): string {
  const words = found.some(({ mode, closed }) => ((mode ^ closed) & 0o070) !== 0) ? 'go-rwx' : 'o-rwx';
  const named = found.slice(0, MOST_NAMED).map(({ path }) => `'${path.replaceAll("'", "'\\''")}'`);
  return `chmod ${words} ${named.join(' ')}${more(found)}`;
}
