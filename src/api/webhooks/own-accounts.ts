import type { MirrorReader } from '../../audit/mirror-reader.js';
import type { OwnAccounts } from './admission.js';

/** The worker learns its accounts before it writes anything, so a short memory never misses an own event. */
const REMEMBER_MS = 250;

/**
 * Asks the mirror whose events are the agent's own, at most a few times a second.
 * @param now monotonic: a clock that is set back must not make a short memory long
 */
export function createOwnAccounts(
  mirror: Pick<MirrorReader, 'ownAccounts'>,
  now: () => number = () => performance.now(),
): OwnAccounts {
  let known: ReadonlySet<string> = new Set();
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    isOwn(vendor, ids) {
      if (ids.length === 0) {
        return false;
      }
      if (now() - readAt >= REMEMBER_MS) {
        known = new Set(mirror.ownAccounts().map((account) => `${account.vendor}:${account.accountId}`));
        readAt = now();
      }
      return ids.some((id) => known.has(`${vendor}:${id}`));
    },
  };
}
