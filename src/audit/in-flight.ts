/** The gate right before a request leaves: mutes, limits, and that one attempt alone sends. */
import { ENDED } from './effect-records.js';
import type { Admission, EffectGate } from './effects.js';
import { countEffect, firstOver, uncountEffect } from './limit-records.js';
import type { MirrorWriter } from './mirror.js';
import { muteOf } from './mute-records.js';
import { inTransaction, type Trx, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];

/** The last word before a request leaves, in one transaction with what it counts: two effects never share the last room. */
export function markInFlight(
  writing: Writing,
  { actionId, lastIntentAt, gate }: Args<'markInFlight'>,
): Promise<Admission | 'overtaken'> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const refused = await refusalAt(trx, at, actionId, gate);
    if (refused !== null) {
      return refused;
    }
    // Compare and set: of two attempts that believe to be the only one, one sends.
    const marked = await trx
      .updateTable('actions')
      .set({ last_intent_at: at })
      .where('id', '=', actionId)
      .where('last_intent_at', 'is', lastIntentAt)
      .where('status', 'not in', [...ENDED])
      .executeTakeFirst();
    if (Number(marked.numUpdatedRows) === 0) {
      return 'overtaken';
    }
    await countEffect(trx, at, actionId, gate.scopes);
    return 'admitted';
  });
}

/** A simulated effect counts as if it left: the simulation shows what would be refused. */
export function countSimulated(
  writing: Writing,
  { actionId, gate }: Args<'countSimulated'>,
): Promise<Admission> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const refused = await refusalAt(trx, at, actionId, gate);
    if (refused === null) {
      await countEffect(trx, at, actionId, gate.scopes);
    }
    return refused ?? 'admitted';
  });
}

async function refusalAt(
  trx: Trx,
  at: string,
  actionId: string,
  { scopes, limit, quietOn }: EffectGate,
): Promise<Exclude<Admission, 'admitted'> | null> {
  for (const subject of quietOn) {
    const mute = await muteOf({ db: trx }, subject);
    if (mute !== null) {
      return { mute, subject };
    }
  }
  const over = limit === null ? null : await firstOver(trx, at, actionId, { scopes, limit });
  return over === null ? null : { over };
}

export function clearInFlight(
  writing: Writing,
  { actionId, lastIntentAt }: Args<'clearInFlight'>,
): Promise<void> {
  return inTransaction(writing, async (trx) => {
    await trx
      .updateTable('actions')
      .set({ last_intent_at: lastIntentAt })
      .where('id', '=', actionId)
      .execute();
    if (lastIntentAt === null) {
      await uncountEffect(trx, actionId);
    }
  });
}
