/** Who is told that nobody knows whether an effect was done, written with the result that says so. */
import { unknownAlertId, wishForAlert } from './alert-wishes.js';
import type { UnknownTold } from './effects.js';
import type { Trx } from './writing.js';

/** Once for each place, however often it is recorded. */
export async function wishToTell(
  trx: Trx,
  at: string,
  { cycleId, actionId }: { readonly cycleId: string; readonly actionId: string },
  { text, placesOf }: UnknownTold,
): Promise<void> {
  const cycle = await trx.selectFrom('cycles').select('team').where('id', '=', cycleId).executeTakeFirst();
  for (const place of placesOf(cycle?.team ?? null)) {
    await wishForAlert(trx, at, { id: unknownAlertId(actionId, place), about: 'effect', place, text });
  }
}
