/** What was decided and had not begun when its cycle ended: it never will, and must not look as if it were under way. */
import { canonicalJson } from '../domain/canonical-json.js';
import { wishForOutcome } from './card-wishes.js';
import { audit, type Trx } from './writing.js';

/** @param why how the cycle ended, in a sentence */
export async function closeLeftUndone(trx: Trx, at: string, cycleId: string, why: string): Promise<void> {
  const message = `it was not carried out, because its cycle ended: ${why}`;
  const left = await trx
    .updateTable('actions')
    .set({ status: 'obsolete', result: canonicalJson({ message }), ended_at: at })
    .where('cycle_id', '=', cycleId)
    .where('undoes', 'is', null)
    .where('ended_at', 'is', null)
    .where('intent_at', 'is', null)
    .where((is) =>
      is.or([
        is('status', '=', 'approved'),
        is.and([is('status', '=', 'proposed'), is('verdict', '=', 'auto')]),
      ]),
    )
    .returning('id')
    .execute();
  for (const { id } of left) {
    await wishForOutcome(trx, at, id);
    await audit(trx, at, cycleId, 'effect.obsolete', { actionId: id, message }, { key: `${id}/left` });
  }
}
