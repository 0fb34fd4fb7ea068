import type { MirrorReader } from '../../audit/mirror-reader.js';
import { effectQueryOf } from '../../domain/effect-query.js';
import type { OwnEffects } from './admission.js';

/**
 * Asks the ledger whether a comment or message is one of our own effects. A first net only: a delivery that is faster
 * than the ledger is recognised by its cycle, from the vendor's own marker.
 */
export function createOwnEffects(mirror: Pick<MirrorReader, 'isOwnEffect'>): OwnEffects {
  return {
    isOwn(event) {
      const query = effectQueryOf(event);
      return query !== null && mirror.isOwnEffect(query);
    },
  };
}
