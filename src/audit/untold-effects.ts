/**
 * Effects of which nobody knows, and nobody was told: those that a restore lost. There can be hundreds, so each place gets
 * one message for all of them.
 */

import { unknownAlertId, wishForAlert } from './alert-wishes.js';
import type { UntoldTold } from './refill.js';
import type { Trx } from './writing.js';

/** One alert for each place and restore, in the transaction that says that the restore's refill is over. */
export async function tellUntold(
  trx: Trx,
  at: string,
  restoredAt: string,
  { placesOf, textOf }: UntoldTold,
): Promise<void> {
  const effectsAt = new Map<string, { readonly actionId: string; readonly target: string }[]>();
  for (const { id: actionId, target, team } of await unknownEffects(trx)) {
    const places = placesOf(team);
    const told = await alertsOf(
      trx,
      places.map((place) => unknownAlertId(actionId, place)),
    );
    for (const place of told === 0 ? places : []) {
      effectsAt.set(place, [...(effectsAt.get(place) ?? []), { actionId, target }]);
    }
  }
  for (const [place, effects] of effectsAt) {
    const id = `unknown-restore-${restoredAt}-${place}`;
    await wishForAlert(trx, at, { id, about: 'effect', place, text: textOf(effects) });
  }
}

function unknownEffects(trx: Trx) {
  return trx
    .selectFrom('actions')
    .innerJoin('cycles', 'cycles.id', 'actions.cycle_id')
    .select(['actions.id', 'actions.target', 'cycles.team'])
    .where('actions.status', '=', 'unknown')
    .orderBy('actions.ended_at')
    .orderBy('actions.id')
    .execute();
}

async function alertsOf(trx: Trx, ids: readonly string[]): Promise<number> {
  const rows = await trx
    .selectFrom('alerts')
    .select('id')
    .where('id', 'in', [...ids])
    .execute();
  return rows.length;
}
