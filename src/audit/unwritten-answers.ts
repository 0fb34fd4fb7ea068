import type { ModelCallRecord } from './model-call-record.js';
import type { PaidCall } from './turns.js';

/** More than a worker has under way at once; beyond it the oldest is given up, and counts as lost. */
const MOST = 200;

/** A ledger of model calls: the cycles', or that of trial runs. */
interface Calls<C> {
  readonly recordModelCall: (call: C) => Promise<{ readonly replyHash: string | null }>;
  readonly paidCall: (id: string) => Promise<PaidCall | null>;
}

/**
 * Answers of the model that the ledger did not take (a full disk, a lock) are paid all the same. This process keeps each until the next
 * try of its activity looks for it, and writes it then, before anything is read; while that fails, so does the look, so that no second
 * call leaves. What dies with the process is booked as lost (calls-under-way.ts).
 */
export function keepingAnswers<C extends Pick<ModelCallRecord, 'id' | 'reply'>>(calls: Calls<C>): Calls<C> {
  const kept = new Map<string, C>();
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

function keep<C extends Pick<ModelCallRecord, 'id'>>(kept: Map<string, C>, call: C): void {
  kept.set(call.id, call);
  const [oldest] = kept.keys();
  if (kept.size > MOST && oldest !== undefined) {
    kept.delete(oldest);
  }
}
