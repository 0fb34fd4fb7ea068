/** Wishes for messages that belong to no request, written in the transaction of what they tell of. */
import type { Trx } from './writing.js';

/** Of an effect of which nobody knows whether it was done. */
export function unknownAlertId(actionId: string, place: string): string {
  return `unknown-${actionId}-${place}`;
}

/** Told once for each id, by the alert loop. @param about what the message is about: a vendor, `autonomy`, … */
export async function wishForAlert(
  trx: Trx,
  at: string,
  {
    id,
    about,
    place,
    text,
  }: { readonly id: string; readonly about: string; readonly place: string; readonly text: string },
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
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
