/**
 * After a restore: what Temporal's histories still tell of cycles that ended in the part that was lost is written into
 * the records again. Prompts, replies and contexts stay lost; what was done, and how it ended, does not.
 */
import { OPEN_STATUSES } from '../domain/approval.js';
import { canonicalJson } from '../domain/canonical-json.js';
import type { ActionResult, CycleInput } from '../domain/cycle.js';
import { subjectScope } from '../domain/limit.js';
import { FIRST, insertAction, LAST } from './action-rows.js';
import { supersedePending } from './approval-records.js';
import { insertCycle } from './cycle-records.js';
import { ENDED } from './effect-records.js';
import { countEffect } from './limit-records.js';
import type { RefilledAction, RefilledCycle, RefillMirror, UntoldTold } from './refill.js';
import { openUndo } from './undo-records.js';
import { tellUntold } from './untold-effects.js';
import { audit, inTransaction, noteStep, type Trx, type Writing } from './writing.js';

const LOST_WITH_RESTORE =
  'what became of it is lost with a restore from a backup; Temporal may still show it';

/** @param tell says that a card has something new to show */
export function createRefillMirror(writing: Writing, tell: () => void): RefillMirror {
  const { db } = writing;
  return {
    isDue: async () =>
      (await db.selectFrom('restores').select('id').where('refilled_at', 'is', null).executeTakeFirst()) !==
      undefined,
    isEnded: async (cycleId) =>
      (await db
        .selectFrom('cycles')
        .select('id')
        .where('id', '=', cycleId)
        .where('ended_at', 'is not', null)
        .executeTakeFirst()) !== undefined,
    put: (cycle) => inTransaction(writing, (trx) => putCycle(trx, writing.now(), cycle)).then(tell),
    putUndo: async (input) => {
      await openUndo(writing, input);
    },
    openSince: async (before) => {
      const rows = await db
        .selectFrom('cycles')
        .select('id')
        .where('ended_at', 'is', null)
        .where('status', 'in', ['running', 'awaiting_approval'])
        .where('started_at', '<', before)
        .execute();
      return rows.map(({ id }) => id);
    },
    giveUp: (cycleId, reason) =>
      inTransaction(writing, (trx) => giveUp(trx, writing.now(), cycleId, reason)).then(tell),
    supersedeLeftovers: () =>
      inTransaction(writing, (trx) => supersedeLeftovers(trx, writing.now())).then(tell),
    noteDone: (told) => inTransaction(writing, (trx) => noteDone(trx, writing.now(), told)),
  };
}

async function noteDone(trx: Trx, at: string, told: UntoldTold): Promise<void> {
  const done = await trx
    .updateTable('restores')
    .set({ refilled_at: at })
    .where('refilled_at', 'is', null)
    .returning('restored_at')
    .execute();
  for (const { restored_at } of done.slice(-1)) {
    await tellUntold(trx, at, restored_at, told);
  }
}

async function putCycle(trx: Trx, at: string, cycle: RefilledCycle): Promise<void> {
  const { input, runId, startedAt, endedAt, status, outcome, summary, error } = cycle;
  const { cycleId } = input;
  await insertCycle(trx, at, input, runId, startedAt);
  for (const action of cycle.actions) {
    await putAction(trx, at, input, action);
  }
  await supersede(trx, at, cycleId);
  const ended = await trx
    .updateTable('cycles')
    .set({ status, outcome, summary, error, lane: 'released', ended_at: endedAt })
    .where('id', '=', cycleId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  if (Number(ended.numUpdatedRows) > 0) {
    const detail = { status, outcome, summary, error, startedAt, endedAt };
    await noteStep(trx, at, cycleId, { name: 'record', attempt: 1, startedAt: endedAt, detail });
    await audit(trx, at, cycleId, 'cycle.refilled', { ...detail, runId });
  }
}

async function putAction(
  trx: Trx,
  at: string,
  { cycleId, event }: CycleInput,
  { planned, result, endedAt }: RefilledAction,
): Promise<void> {
  const { actionId, target } = planned;
  await insertAction(trx, at, cycleId, positionOf(actionId), planned);
  const known: ActionResult = result ?? {
    status: 'unknown',
    remoteId: null,
    message: `it is not known whether this was done: ${LOST_WITH_RESTORE}`,
  };
  const written = await trx
    .updateTable('actions')
    .set({ status: known.status, result: canonicalJson(known), remote_id: known.remoteId, ended_at: endedAt })
    .where('id', '=', actionId)
    .where('status', 'not in', [...ENDED])
    .executeTakeFirst();
  if (Number(written.numUpdatedRows) === 0) {
    return;
  }
  if (known.status === 'executed') {
    const places = [...new Set([event.subject, target])];
    await countEffect(trx, endedAt, actionId, planned.countsAgainst ?? places.map(subjectScope));
  }
  await audit(trx, at, cycleId, 'effect.refilled', { actionId, ...known, endedAt }, { key: actionId });
}

/** The model's actions are numbered, `.a1` on; code's stand before and behind them. */
function positionOf(actionId: string): number {
  const number = /\.a(\d{1,3})$/.exec(actionId)?.[1];
  return number === undefined ? (/\.m\d+$/.test(actionId) ? FIRST : LAST) : Number(number);
}

async function giveUp(trx: Trx, at: string, cycleId: string, reason: string): Promise<void> {
  await supersede(trx, at, cycleId);
  await trx
    .updateTable('cycles')
    .set({ status: 'cancelled', summary: reason, error: null, lane: 'released', ended_at: at })
    .where('id', '=', cycleId)
    .where('ended_at', 'is', null)
    .execute();
  await audit(trx, at, cycleId, 'cycle.finished', { status: 'cancelled', outcome: null, summary: reason });
}

async function supersedeLeftovers(trx: Trx, at: string): Promise<void> {
  const left = await trx
    .selectFrom('approvals')
    .innerJoin('cycles', 'cycles.id', 'approvals.cycle_id')
    .select('cycles.id')
    .where('approvals.status', 'in', OPEN_STATUSES)
    .where('cycles.ended_at', 'is not', null)
    .distinct()
    .execute();
  for (const { id } of left) {
    await supersede(trx, at, id);
  }
}

async function supersede(trx: Trx, at: string, cycleId: string): Promise<void> {
  for (const id of await supersedePending(trx, at, cycleId, LOST_WITH_RESTORE)) {
    const data = { approvalId: id, reason: LOST_WITH_RESTORE };
    await audit(trx, at, cycleId, 'approval.superseded', data, { key: id, actor: 'timer' });
  }
  await trx
    .updateTable('actions')
    .set({ status: 'obsolete', ended_at: at })
    .where('cycle_id', '=', cycleId)
    .where('status', '=', 'awaiting_approval')
    .execute();
}
