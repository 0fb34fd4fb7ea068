/** What people are told of a budget that had no room. */
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import { FIRST, insertAction } from './action-rows.js';
import { wishForAlert } from './alert-wishes.js';
import type { MirrorWriter } from './mirror.js';
import { inTransaction, type Writing } from './writing.js';

/** A cycle that asks again gets its answer again. */
export function tellOverBudget(
  writing: Writing,
  { cycleId, subject, since, alert, answer }: Parameters<MirrorWriter['tellOverBudget']>[0],
): ReturnType<MirrorWriter['tellOverBudget']> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const { id, place, text } = alert;
    if (place !== null) {
      await wishForAlert(trx, at, { id, about: 'budget', place, text });
    }
    if (answer === null) {
      return null;
    }
    const answered = await trx
      .selectFrom('actions')
      .innerJoin('cycles', 'cycles.id', 'actions.cycle_id')
      .select('actions.id')
      .where('cycles.subject', '=', subject)
      .where('cycles.id', '!=', cycleId)
      .where('actions.rule', '=', OWN_RULE_NAMES.overBudget)
      .where('actions.proposed_at', '>=', since)
      .limit(1)
      .executeTakeFirst();
    if (answered !== undefined) {
      return null;
    }
    await insertAction(trx, at, cycleId, FIRST, answer);
    return answer;
  });
}
