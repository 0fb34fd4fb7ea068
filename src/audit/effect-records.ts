/** The ledger of effects: intent before, result after. */
import { canonicalJson } from '../domain/canonical-json.js';
import type { ActionResult } from '../domain/cycle.js';
import type { MirrorWriter } from './mirror.js';
import { audit, inTransaction, noteStep, type Writing } from './writing.js';

type Args<K extends keyof MirrorWriter> = Parameters<MirrorWriter[K]>[0];
type Intent = Awaited<ReturnType<MirrorWriter['recordIntent']>>;

const ENDED = new Set(['executed', 'simulated', 'failed', 'unknown', 'obsolete']);

/**
 * Written before a request leaves. Answers what an earlier attempt left, so that the caller looks before it repeats.
 * An action that already ended is not touched.
 */
export function recordIntent(writing: Writing, input: Args<'recordIntent'>): Promise<Intent> {
  return inTransaction(writing, async (trx): Promise<Intent> => {
    const before = await trx
      .selectFrom('actions')
      .select(['status', 'result', 'intent_at'])
      .where('id', '=', input.actionId)
      .executeTakeFirst();
    if (before === undefined) {
      throw new Error(`no action ${input.actionId} in the mirror: an effect without a plan is refused`);
    }
    if (ENDED.has(before.status) && before.result !== null) {
      return { earlierAttempt: true, ended: JSON.parse(before.result) as ActionResult };
    }
    const at = writing.now();
    await trx
      .updateTable('actions')
      .set({ status: 'executing', request: canonicalJson(input.request), intent_at: before.intent_at ?? at })
      .where('id', '=', input.actionId)
      .execute();
    const data = { actionId: input.actionId, attempt: input.attempt, request: input.request };
    await audit(trx, at, input.cycleId, 'effect.intended', data, {
      key: `${input.actionId}/${input.attempt}`,
    });
    return { earlierAttempt: before.intent_at !== null, ended: null };
  });
}

export function recordResult(writing: Writing, input: Args<'recordResult'>): Promise<void> {
  return inTransaction(writing, async (trx) => {
    const at = writing.now();
    const { actionId, cycleId, result } = input;
    await trx
      .updateTable('actions')
      .set({ status: result.status, result: canonicalJson(result), remote_id: result.remoteId, ended_at: at })
      .where('id', '=', actionId)
      .execute();
    const failed = result.status === 'failed' || result.status === 'unknown';
    await noteStep(trx, at, cycleId, input.step, actionId, failed ? 'failed' : 'done');
    await audit(trx, at, cycleId, `effect.${result.status}`, { actionId, ...result }, { key: actionId });
  });
}
