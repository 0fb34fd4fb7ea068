/** Drills as they begin and end. Statistics leave them out by their cycle. */
import { sql } from 'kysely';
import { type ApprovalState, actorOf } from '../domain/approval.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { type DrillOutcome, drillOutcomeOf, type ShownDrill } from '../domain/drill.js';
import { wishForAlert } from './alert-wishes.js';
import { drillPattern } from './drill-pattern.js';
import type { DrillMirror } from './drills.js';
import { RETOLD } from './uncounted.js';
import { audit, type Trx, type Writing } from './writing.js';

export function createDrillMirror(writing: Writing): DrillMirror {
  const { db } = writing;
  const shownDrill = async (drillId: string): Promise<ShownDrill | null> => {
    const row = await db.selectFrom('drills').select('opened').where('id', '=', drillId).executeTakeFirst();
    return row === undefined ? null : (JSON.parse(row.opened) as ShownDrill);
  };
  return {
    shownDrill,
    drillPattern: (cycleId) => drillPattern(writing, cycleId),
    async beginDrill({ drillId, cycleId, startedBy }, shown) {
      const open = { approval_id: null, outcome: null, ended_at: null };
      const row = {
        id: drillId,
        cycle_id: cycleId,
        started_by: startedBy,
        started_at: writing.now(),
        ...open,
      };
      await db
        .insertInto('drills')
        .values({ ...row, opened: canonicalJson(shown) })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      return (await shownDrill(drillId)) ?? shown;
    },
    realRequests: async (since) => {
      const rows = await db
        .selectFrom('approvals')
        .select('id')
        .where('asked_at', '>=', since)
        .where('cycle_id', 'not in', (select) => select.selectFrom('drills').select('cycle_id'))
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}

const TOLD: { readonly [O in DrillOutcome]: (who: string) => string } = {
  caught: (who) => `That was a drill, and ${who} caught it`,
  missed: (who) => `That was a drill, and ${who} approved it`,
  edited: (who) => `That was a drill, which ${who} approved after an edit`,
  expired: () => 'That was a drill, and nobody decided it',
  other: () => 'That was a drill',
};

/** With the decision: what was a drill says so at once, to whoever saw the request. Nothing of it was or will be sent. */
export async function endDrill(trx: Trx, at: string, cycleId: string, state: ApprovalState): Promise<void> {
  const { approvalId, actionId, status, decidedBy, drill = '' } = state;
  const { proposed } = await trx
    .updateTable('approvals')
    .set({ drill })
    .where('id', '=', approvalId)
    .returning('proposed')
    .executeTakeFirstOrThrow();
  const outcome = drillOutcomeOf(status, proposed !== null);
  const ended = await trx
    .updateTable('drills')
    .set({ approval_id: approvalId, outcome, ended_at: at })
    .where('cycle_id', '=', cycleId)
    .returning(['id', 'started_by as startedBy', 'started_at as startedAt'])
    .executeTakeFirst();
  await forgetRetold(trx, cycleId);
  const result = canonicalJson({ message: `nothing was ever to be sent: it was a drill (${drill})` });
  await trx.updateTable('actions').set({ result }).where('id', '=', actionId).execute();
  const actor = decidedBy === null ? 'timer' : actorOf(decidedBy);
  await audit(
    trx,
    at,
    cycleId,
    'drill.ended',
    { ...ended, approvalId, actionId, outcome, wrong: drill },
    { key: approvalId, actor },
  );
  const text = `${TOLD[outcome](decidedBy?.name ?? 'nobody')}: ${drill}. Nothing was sent.`;
  for (const place of await placesOf(trx, approvalId)) {
    await wishForAlert(trx, at, { id: `drill-${approvalId}-${place}`, about: 'drill', place, text });
  }
}

async function placesOf(trx: Trx, approvalId: string): Promise<readonly string[]> {
  const cards = await trx
    .selectFrom('approval_cards')
    .select('place')
    .where('approval_id', '=', approvalId)
    .where('kind', '=', 'card')
    .execute();
  return cards.map(({ place }) => place);
}

/** The workflow of a drill was lost: nobody can decide it any more. */
export async function callOffDrill(trx: Trx, at: string, cycleId: string): Promise<void> {
  const ended = await trx
    .updateTable('drills')
    .set({ outcome: 'other', ended_at: at })
    .where('cycle_id', '=', cycleId)
    .where('outcome', 'is', null)
    .returning(['id', 'started_by as startedBy', 'started_at as startedAt'])
    .executeTakeFirst();
  if (ended !== undefined) {
    await forgetRetold(trx, cycleId);
    await audit(trx, at, cycleId, 'drill.ended', { ...ended, outcome: 'other' });
  }
}

/**
 * The call that it was shown with was never made: it stands in the ledger only as long as the drill waits, and counts in no
 * sum (`RETOLD`). What people asked about it was asked and paid.
 */
async function forgetRetold(trx: Trx, cycleId: string): Promise<void> {
  await sql`DELETE FROM llm_calls WHERE cycle_id = ${cycleId} AND ${sql.raw(RETOLD)}`.execute(trx);
  await sql`UPDATE cycles SET cost_usd = (SELECT total(cost_usd) FROM llm_calls WHERE cycle_id = ${cycleId})
    WHERE id = ${cycleId}`.execute(trx);
}
