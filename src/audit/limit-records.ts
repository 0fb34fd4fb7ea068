/** What counts against the limits, and each time that one of them stopped the agent. */

import type { Kysely } from 'kysely';
import { canonicalJson } from '../domain/canonical-json.js';
import { isDenied, type PlannedAction } from '../domain/cycle.js';
import { type LimitScope, type OverLimit, overLimit, windowStart } from '../domain/limit.js';
import { insertAction, LAST } from './action-rows.js';
import type { MirrorWriter } from './mirror.js';
import type { MirrorTables } from './schema.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];

/** Null where there is room for one more beside `planned` others that did not leave yet. */
export async function limitReached(
  writing: Writing,
  { scope, limit, planned }: Args<'limitReached'>,
): Promise<OverLimit | null> {
  const at = writing.now();
  const times = await effectTimes(writing.db, scope, at, null);
  return overLimit(scope, [...times, ...Array.from({ length: planned }, () => at)], limit, at);
}

/** The first of these scopes that has no room for this action. */
export async function firstOver(
  trx: Trx,
  at: string,
  actionId: string,
  { scopes, limit }: { readonly scopes: readonly LimitScope[]; readonly limit: number },
): Promise<OverLimit | null> {
  for (const scope of scopes) {
    const over = overLimit(scope, await effectTimes(trx, scope, at, actionId), limit, at);
    if (over !== null) {
      return over;
    }
  }
  return null;
}

/** Counts an action once for each scope, as of now. */
export async function countEffect(
  trx: Trx,
  at: string,
  actionId: string,
  scopes: readonly LimitScope[],
): Promise<void> {
  await uncountEffect(trx, actionId);
  for (const { key } of scopes) {
    await trx
      .insertInto('counted_effects')
      .values({ scope: key, at, action_id: actionId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export async function uncountEffect(trx: Trx, actionId: string): Promise<void> {
  await trx.deleteFrom('counted_effects').where('action_id', '=', actionId).execute();
}

async function effectTimes(
  db: Kysely<MirrorTables>,
  scope: LimitScope,
  at: string,
  besides: string | null,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('counted_effects')
    .select(['at', 'action_id'])
    .where('scope', '=', scope.key)
    .where('at', '>', windowStart(at))
    .execute();
  return rows.filter((row) => row.action_id !== besides).map((row) => row.at);
}

/**
 * One opening lasts an hour, whatever frees and fills up again meanwhile. A cycle that asks again gets the escalation
 * that it opened with: its words, and with them its hash, stay the same.
 */
export function openBreaker(
  writing: Writing,
  { cycleId, over, escalation }: Args<'openBreaker'>,
): Promise<PlannedAction | null> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const open = await trx
      .selectFrom('breakers')
      .select(['cycle_id', 'escalation'])
      .where('scope', '=', over.scope.key)
      .where('opened_at', '>', windowStart(at))
      .executeTakeFirst();
    if (open !== undefined) {
      return open.cycle_id === cycleId ? (JSON.parse(open.escalation) as PlannedAction) : null;
    }
    const id = `${over.scope.key}@${at}`;
    await insertAction(trx, at, cycleId, LAST, escalation);
    await trx
      .insertInto('breakers')
      .values({
        id,
        scope: over.scope.key,
        opened_at: at,
        cycle_id: cycleId,
        escalation: canonicalJson(escalation),
      })
      .execute();
    const told = isDenied(escalation) ? null : escalation.target;
    const data = { ...over, scope: over.scope.key, escalation: escalation.actionId, told };
    await audit(trx, at, cycleId, 'breaker.opened', data, { key: id });
    return escalation;
  });
}
