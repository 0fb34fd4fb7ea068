import type { MirrorWriter } from './mirror.js';
import type { ModelCallRecord } from './model-call-record.js';

/** More than a worker has under way at once; beyond it the oldest is given up, and counts as lost. */
const MOST = 200;

type Calls = Pick<MirrorWriter, 'recordModelCall' | 'paidCall'>;

/**
 * Answers of the model that the ledger did not take (a full disk, a lock) are paid all the same. This process keeps each until the next
 * try of its activity looks for it, and writes it then, before anything is read; while that fails, so does the look, so that no second
 * call leaves. What dies with the process is booked as lost (calls-under-way.ts).
 */
export function keepingAnswers(calls: Calls): Calls {
  const kept = new Map<string, ModelCallRecord>();
  return {
    recordModelCall: async (call) => {
      try {
        return await calls.recordModelCall(call);
      } catch (error) {
        if (call.reply !== null) {
          keep(kept, call);
        }
        throw error;
      }
    },
    paidCall: async (id) => {
      const call = kept.get(id);
      if (call !== undefined) {
        await calls.recordModelCall(call);
        kept.delete(id);
      }
      return calls.paidCall(id);
    },
  };
}

function keep(kept: Map<string, ModelCallRecord>, call: ModelCallRecord): void {
  kept.set(call.id, call);
  const [oldest] = kept.keys();
  if (kept.size > MOST && oldest !== undefined) {
    kept.delete(oldest);
  }
}
