/** Turns, uses of tools, and what was decided on a subject before. */
import type { EarlierCycle, PaidCall, TurnMirror } from './turns.js';
import { audit, inTransaction, noteStep, type Writing } from './writing.js';

export function createTurnMirror(writing: Writing): TurnMirror {
  return {
    paidCall: (id) => paidCall(writing, id),
    recordTurn: ({ cycleId, step, place }) =>
      inTransaction(writing, (trx) => noteStep(trx, writing.now(), cycleId, step, place)),
    recordToolUse: (input) => recordToolUse(writing, input),
    earlierCycles: (input) => earlierCycles(writing, input),
  };
}

async function paidCall({ db }: Writing, id: string): Promise<PaidCall | null> {
  const row = await db
    .selectFrom('llm_calls')
    .select(['reply_hash', 'cost_usd'])
    .where('id', '=', id)
    .where('error', 'is', null)
    .executeTakeFirst();
  return row === undefined || row.reply_hash === null
    ? null
    : { replyHash: row.reply_hash, costUsd: row.cost_usd };
}

function recordToolUse(
  writing: Writing,
  { cycleId, step, place, ...use }: Parameters<TurnMirror['recordToolUse']>[0],
): Promise<void> {
  const { tool, input, answerHash, refused, sources } = use;
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    await noteStep(trx, at, cycleId, step, place, refused === null ? 'done' : 'failed');
    await audit(
      trx,
      at,
      cycleId,
      'tool.used',
      { place, tool, input, answerHash, refused, items: sources },
      {
        key: `${place}/${answerHash}`,
      },
    );
  });
}

async function earlierCycles(
  { db }: Writing,
  { subject, before, limit }: Parameters<TurnMirror['earlierCycles']>[0],
): Promise<readonly EarlierCycle[]> {
  const cycles = await db
    .selectFrom('cycles')
    .select(['id', 'event_type', 'started_at', 'outcome', 'summary'])
    .where('subject', '=', subject)
    .where('id', '!=', before)
    .where('coalesced_into', 'is', null)
    .orderBy('received_at', 'desc')
    .limit(limit)
    .execute();
  const actions = await db
    .selectFrom('actions')
    .leftJoin('approvals', 'approvals.action_id', 'actions.id')
    .select([
      'actions.cycle_id',
      'actions.kind',
      'actions.target',
      'actions.status',
      'approvals.decided_by_name',
      'approvals.reason',
    ])
    .where(
      'actions.cycle_id',
      'in',
      cycles.map(({ id }) => id),
    )
    .orderBy('actions.seq')
    .execute();
  return cycles.map(({ id, event_type, started_at, outcome, summary }) => ({
    cycleId: id,
    eventType: event_type,
    startedAt: started_at,
    outcome,
    summary,
    actions: actions
      .filter((action) => action.cycle_id === id)
      .map(({ kind, target, status, decided_by_name, reason }) => ({
        kind,
        target,
        status,
        decidedBy: decided_by_name,
        reason,
      })),
  }));
}
