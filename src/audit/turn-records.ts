/** Turns and uses of tools. */
import type { PaidCall, SentCall, TurnMirror } from './turns.js';
import { audit, inTransaction, noteStep, type Writing } from './writing.js';

export function createTurnMirror(writing: Writing): Omit<TurnMirror, 'paidCall'> {
  return {
    sentIn: (turn) => sentIn(writing, turn),
    recordTurn: ({ cycleId, step, place }) =>
      inTransaction(writing, (trx) => noteStep(trx, writing.now(), cycleId, step, place)),
    recordToolUse: (input) => recordToolUse(writing, input),
  };
}

/** @param ledger of cycles, or of trials */
export async function paidCall(
  { db }: Writing,
  ledger: 'llm_calls' | 'trial_calls',
  id: string,
): Promise<PaidCall | null> {
  const row = await db
    .selectFrom(ledger)
    .select(['reply_hash', 'cost_usd', 'prompt_id', 'prompt_version'])
    .where('id', '=', id)
    .where('error', 'is', null)
    .executeTakeFirst();
  return row === undefined || row.reply_hash === null
    ? null
    : {
        replyHash: row.reply_hash,
        costUsd: row.cost_usd,
        promptId: row.prompt_id,
        promptVersion: row.prompt_version,
      };
}

/** A turn's call is `<cycle>.<place>.<what it is over>` (activities/turns/place.ts). */
async function sentIn(
  { db }: Writing,
  { cycleId, place, replyHash }: Parameters<TurnMirror['sentIn']>[0],
): Promise<SentCall | null> {
  const rows = await db
    .selectFrom('llm_calls')
    .select(['id', 'prompt_hash', 'prompt_id', 'prompt_version', 'purpose'])
    .where('cycle_id', '=', cycleId)
    .where('reply_hash', '=', replyHash)
    .where('error', 'is', null)
    .execute();
  const row = rows.find(({ id }) => id.startsWith(`${cycleId}.${place}.`));
  return row === undefined
    ? null
    : {
        promptHash: row.prompt_hash,
        promptId: row.prompt_id,
        promptVersion: row.prompt_version,
        purpose: row.purpose,
      };
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
