/** Turns and uses of tools. */
import type { PaidCall, TurnMirror } from './turns.js';
import { audit, inTransaction, noteStep, type Writing } from './writing.js';

export function createTurnMirror(writing: Writing): TurnMirror {
  return {
    paidCall: (id) => paidCall(writing, id),
    recordTurn: ({ cycleId, step, place }) =>
      inTransaction(writing, (trx) => noteStep(trx, writing.now(), cycleId, step, place)),
    recordToolUse: (input) => recordToolUse(writing, input),
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
