/** Critical events that people were told of because the model gave no decision, or one of which nothing was let go. */
import { canonicalJson } from '../domain/canonical-json.js';
import { isDenied, type PlannedAction } from '../domain/cycle.js';
import { windowStart } from '../domain/limit.js';
import { insertAction, LAST } from './action-rows.js';
import type { MirrorWriter } from './mirror.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

/** A cycle that asks again gets the escalation that it told with: its words, and with them its hash, stay the same. */
export function tellUnanalysed(
  writing: Writing,
  { cycleId, subject, critical, failureKind, escalation }: Parameters<MirrorWriter['tellUnanalysed']>[0],
): Promise<PlannedAction | null> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const told = await toldOf(trx, at, cycleId, subject);
    if (told !== undefined) {
      return told.cycle_id === cycleId ? (JSON.parse(told.escalation) as PlannedAction) : null;
    }
    await insertAction(trx, at, cycleId, LAST, escalation);
    await trx
      .insertInto('unanalysed')
      .values({ cycle_id: cycleId, subject, told_at: at, escalation: canonicalJson(escalation) })
      .execute();
    const to = isDenied(escalation) ? null : escalation.target;
    const data = { subject, ...critical, failureKind, escalation: escalation.actionId, told: to };
    await audit(trx, at, cycleId, 'critical.told', data);
    return escalation;
  });
}

/** This cycle's own notice; else one of the subject that is an hour old at most, or whose cycle goes on. */
function toldOf(trx: Trx, at: string, cycleId: string, subject: string) {
  return trx
    .selectFrom('unanalysed')
    .leftJoin('cycles', 'cycles.id', 'unanalysed.cycle_id')
    .select(['unanalysed.cycle_id', 'unanalysed.escalation'])
    .where('unanalysed.subject', '=', subject)
    .where((eb) =>
      eb.or([
        eb('unanalysed.cycle_id', '=', cycleId),
        eb('unanalysed.told_at', '>', windowStart(at)),
        eb.and([eb('cycles.id', 'is not', null), eb('cycles.ended_at', 'is', null)]),
      ]),
    )
    .orderBy((eb) => eb('unanalysed.cycle_id', '=', cycleId), 'desc')
    .limit(1)
    .executeTakeFirst();
}
