/**
 * What was decided and has not come to its end when its cycle does: nobody goes on with it, and it must not look as if it
 * were under way. Whether it was done is not known where a request of it may be at the vendor.
 */
import { canonicalJson } from '../domain/canonical-json.js';
import type { ActionResult } from '../domain/cycle.js';
import { wishForOutcome } from './card-wishes.js';
import type { UnknownTold } from './effects.js';
import type { ActionsTable } from './schema.js';
import { wishToTell } from './unknown-wishes.js';
import { audit, type Trx } from './writing.js';

/** Who is told of an effect, and what, where nobody knows. @param message the action's result, in words for a person */
export type TellOfLeft = (
  left: { readonly actionId: string; readonly target: string },
  message: string,
) => UnknownTold;

type Left = Pick<ActionsTable, 'id' | 'target' | 'last_intent_at'>;

/** @param why how the cycle ended, in a sentence @param tell nobody is told where left out */
export async function closeLeftUndone(
  trx: Trx,
  at: string,
  cycleId: string,
  why: string,
  tell?: TellOfLeft,
): Promise<void> {
  for (const left of await leftUndone(trx, cycleId)) {
    const { id: actionId, target } = left;
    const result = endOf(left, why);
    const { status, message } = result;
    // That it was left tells it from what was looked for in vain: an answer that comes after all is believed.
    const noted = canonicalJson({ ...result, left: true });
    await trx
      .updateTable('actions')
      .set({ status, result: noted, ended_at: at })
      .where('id', '=', actionId)
      .execute();
    await wishForOutcome(trx, at, actionId);
    await audit(trx, at, cycleId, `effect.${status}`, { actionId, message }, { key: `${actionId}/left` });
    if (status === 'unknown' && tell !== undefined) {
      await wishToTell(trx, at, { cycleId, actionId }, tell({ actionId, target }, message));
    }
  }
}

/** Did it end as `unknown` only because its cycle ended? The attempt that sent it may still get its answer. */
export function isLeftUnknown({ status, result }: Pick<ActionsTable, 'status' | 'result'>): boolean {
  const { left } = JSON.parse(result ?? '{}') as { readonly left?: boolean };
  return status === 'unknown' && left === true;
}

function leftUndone(trx: Trx, cycleId: string): Promise<readonly Left[]> {
  return trx
    .selectFrom('actions')
    .select(['id', 'target', 'last_intent_at'])
    .where('cycle_id', '=', cycleId)
    .where('undoes', 'is', null)
    .where('ended_at', 'is', null)
    .where((is) =>
      is.or([
        is('status', 'in', ['approved', 'executing']),
        is.and([is('status', '=', 'proposed'), is('verdict', '=', 'auto')]),
      ]),
    )
    .orderBy('seq')
    .execute();
}

function endOf({ target, last_intent_at: sentAt }: Left, why: string): ActionResult {
  return sentAt === null
    ? {
        status: 'obsolete',
        remoteId: null,
        message: `it was not carried out, because its cycle ended: ${why}`,
      }
    : {
        status: 'unknown',
        remoteId: null,
        message: `it is not known whether this was done: its cycle ended (${why}) after a request was sent at ${sentAt}, and before it was known what came of it; look at ${target} before repeating it`,
      };
}
