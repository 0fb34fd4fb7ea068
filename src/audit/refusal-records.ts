/** Decisions that the API refused, in the audit log: the API writes them where it may, and this process takes them over. */

import { appendAudit } from './chain.js';
import type { OutsideRefusal } from './mirror.js';
import { inTransaction, type Writing } from './writing.js';

const SOURCE = 'inbox.refused_decisions';

/** Each entry at the time of its refusal; idempotent by the refusal's own id. */
export function takeOverRefusals(writing: Writing, refusals: readonly OutsideRefusal[]): Promise<void> {
  return inTransaction(writing, async (trx) => {
    for (const { id, at, cycleId, approvalId, byId, byName, channel, what, code, why } of refusals) {
      await appendAudit(trx, {
        at,
        cycleId,
        kind: 'decision.refused',
        actor: `${channel}:${byId}`,
        data: { approvalId, by: byId, byName, what, code, why },
        key: `decision.refused/${id}`,
      });
    }
    const last = refusals.at(-1)?.seq;
    if (last !== undefined) {
      await trx
        .insertInto('taken_over')
        .values({ source: SOURCE, seq: last })
        .onConflict((conflict) => conflict.column('source').doUpdateSet({ seq: last }))
        .execute();
    }
  });
}

export async function refusalsTakenOver({ db }: Writing): Promise<number> {
  const row = await db.selectFrom('taken_over').select('seq').where('source', '=', SOURCE).executeTakeFirst();
  return row?.seq ?? 0;
}
