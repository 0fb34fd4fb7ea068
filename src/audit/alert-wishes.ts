/** Wishes for messages that belong to no request, written in the transaction of what they tell of. */

import { canonicalJson } from '../domain/canonical-json.js';
import type { TakenBack } from '../domain/undo.js';
import type { Trx } from './writing.js';

/** Of an effect of which nobody knows whether it was done. */
export function unknownAlertId(actionId: string, place: string): string {
  return `unknown-${actionId}-${place}`;
}

/** Of what was done without a person. */
export function announcementId(actionId: string): string {
  return `announced-${actionId}`;
}

interface WantedAlert {
  readonly id: string;
  readonly about: string;
  readonly place: string;
  readonly text: string;
  /** What its button takes back. Left out: it has none. */
  readonly actionId?: string;
}

/** Told once for each id, by the alert loop. @param about what the message is about: a vendor, `autonomy`, … */
export async function wishForAlert(
  trx: Trx,
  at: string,
  { id, about, place, text, actionId }: WantedAlert,
): Promise<void> {
  await trx
    .insertInto('alerts')
    .values({
      id,
      target: about,
      place,
      text,
      wished_at: at,
      sent_at: null,
      told_at: null,
      ended: null,
      next_at: null,
      ...(actionId === undefined ? {} : { action_id: actionId }),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** What told of it is told anew, where it stands; nothing where it was not told with a button. */
export async function wishForTakenBack(trx: Trx, actionId: string, takenBack: TakenBack): Promise<void> {
  await trx
    .updateTable('alerts')
    .set({ taken_back: canonicalJson({ ...takenBack }), told_at: null, attempts: 0, next_at: null })
    .where('id', '=', announcementId(actionId))
    .where('action_id', 'is not', null)
    .where('ended', 'is', null)
    .execute();
}
