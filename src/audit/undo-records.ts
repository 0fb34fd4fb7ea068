/** The ledger of what is taken back: each try is an action of its own that names the one it undoes. */

import type { Decider } from '../domain/approval.js';
import type { ActionResult } from '../domain/cycle.js';
import { OWN_RULE_NAMES } from '../domain/rule-names.js';
import type { TakenBack } from '../domain/undo.js';
import { levelColumns } from './action-rows.js';
import { wishForTakenBack } from './alert-wishes.js';
import { wishForOutcome } from './card-wishes.js';
import type { MirrorWriter } from './mirror.js';
import type { ActionsTable } from './schema.js';
import { audit, inTransaction, type Trx, type Writing } from './writing.js';

type Opened = Awaited<ReturnType<MirrorWriter['openUndo']>>;

/** Behind everything that the cycle did itself. */
const BEHIND = 2_000;

/** The row of a try, made once; the action that it takes back comes with it. */
export function openUndo(
  writing: Writing,
  { undoId, actionId, by, hash }: Parameters<MirrorWriter['openUndo']>[0],
): Promise<Opened> {
  return inTransaction(writing, async (trx) => {
    const action = await actionOf(trx, actionId);
    const known = await trx.selectFrom('actions').select('id').where('id', '=', undoId).executeTakeFirst();
    if (action === null || known !== undefined) {
      return action;
    }
    const at = writing.now();
    await trx.insertInto('actions').values(rowOf(action, { undoId, hash, at })).execute();
    const data = { undoId, actionId, by };
    await audit(trx, at, action.cycle_id, 'undo.asked', data, { actor: by.id, key: undoId });
    return action;
  });
}

async function actionOf(trx: Trx, id: string): Promise<ActionsTable | null> {
  return (await trx.selectFrom('actions').selectAll().where('id', '=', id).executeTakeFirst()) ?? null;
}

function rowOf(
  action: ActionsTable,
  { undoId, hash, at }: { readonly undoId: string; readonly hash: string; readonly at: string },
): ActionsTable {
  const { id, cycle_id, seq, kind, target, payload, policy_version, risk } = action;
  const rule = {
    verdict: 'auto',
    rule: OWN_RULE_NAMES.undo,
    policy_version,
    risk,
    status: 'approved',
  } as const;
  const open = {
    request: null,
    taken_out: '[]',
    result: null,
    remote_id: null,
    intent_at: null,
    last_intent_at: null,
  };
  const identity = { id: undoId, cycle_id, seq: BEHIND + seq, kind, target, payload, hash, undoes: id };
  return {
    ...identity,
    ...rule,
    ...open,
    proposed_at: at,
    ended_at: null,
    stood: null,
    parts: null,
    judged: null,
    ...levelColumns(undefined),
  };
}

/** Kept as it was first found: what is removed cannot be found again. */
export function noteRemoteId(
  writing: Writing,
  { cycleId, actionId, remoteId }: Parameters<MirrorWriter['noteRemoteId']>[0],
): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const noted = await trx
      .updateTable('actions')
      .set({ remote_id: remoteId })
      .where('id', '=', actionId)
      .where('remote_id', 'is', null)
      .executeTakeFirst();
    if (Number(noted.numUpdatedRows) > 0) {
      const data = { actionId, remoteId };
      await audit(trx, writing.now(), cycleId, 'effect.found', data, { key: `${actionId}/id` });
    }
  });
}

/**
 * With the result of the try that did it; whatever told of the action tells of that. Answers which action it took back; null
 * where it is no undo.
 */
export async function markUndone(
  trx: Trx,
  at: string,
  cycleId: string,
  undoId: string,
  { remark }: Pick<ActionResult, 'remark'>,
): Promise<string | null> {
  const tried = await actionOf(trx, undoId);
  if (tried === null || tried.undoes === null) {
    return null;
  }
  await trx.updateTable('actions').set({ status: 'undone' }).where('id', '=', tried.undoes).execute();
  const data = { actionId: tried.undoes, undoId };
  await audit(trx, at, cycleId, 'effect.undone', data, { key: tried.undoes });
  await wishForOutcome(trx, at, tried.undoes, 'undone');
  await wishForTakenBack(trx, tried.undoes, {
    by: await orderedBy(trx, cycleId, undoId),
    at,
    remark: remark ?? null,
  });
  return tried.undoes;
}

async function orderedBy(trx: Trx, cycleId: string, undoId: string): Promise<TakenBack['by']> {
  const asked = await trx
    .selectFrom('audit_log')
    .select('data')
    .where('entry_key', '=', `${cycleId}/undo.asked/${undoId}`)
    .executeTakeFirst();
  const { by } = JSON.parse(asked?.data ?? '{}') as { readonly by?: Decider };
  return by === undefined ? null : { name: by.name, channel: by.channel };
}
