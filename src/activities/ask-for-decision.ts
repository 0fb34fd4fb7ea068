/** One question to the model until it has an outcome: a decision, or why there is none. */
import { type Decision, noDecision } from '../domain/decision.js';
import type { ModelReply, ModelRequest } from '../integrations/claude/claude.js';
import { buildRepair } from '../reasoning/build-request.js';
import { type Reading, readReply, whyUnusable } from '../reasoning/read-reply.js';
import type { AnsweredCall } from './model-call.js';

export interface Outcome {
  readonly decision: Decision;
  readonly failure: string | null;
  readonly costUsd: number;
  readonly calls: number;
  readonly stopReason: string | null;
  readonly voidReasons: number;
}

/** Makes the call that is the `n`th of this question; a refusal says why the model was not asked. */
export type Call = (
  n: number,
  purpose: string,
  request: ModelRequest,
) => Promise<{ readonly done: AnsweredCall } | { readonly refusal: string }>;

/** Asks, and once more where the reply cannot be read. */
export async function askForDecision(
  call: Call,
  request: ModelRequest,
  itemIds: ReadonlySet<string>,
): Promise<Outcome> {
  const first = await call(1, 'decide', request);
  if ('refusal' in first) {
    return undecided(first.refusal, { costUsd: 0, calls: 0, stopReason: null });
  }
  const { reply, costUsd } = first.done;
  const reading = readReply(reply, itemIds);
  if (reading.kind !== 'unreadable') {
    return outcomeOf(reading, reply, costUsd, 1);
  }
  const second = await call(2, 'repair', buildRepair(request, reply.text, reading.problems));
  return 'refusal' in second
    ? undecided(second.refusal, { costUsd, calls: 1, stopReason: reply.stopReason })
    : outcomeOf(readReply(second.done.reply, itemIds), second.done.reply, costUsd + second.done.costUsd, 2);
}

function outcomeOf(reading: Reading, { stopReason }: ModelReply, costUsd: number, calls: number): Outcome {
  const spent = { costUsd, calls, stopReason };
  if (reading.kind === 'decision') {
    const { decision, voidReasons } = reading;
    return { ...spent, decision, voidReasons, failure: null };
  }
  const failure = reading.kind === 'stopped' ? reading.why : whyUnusable(reading.problems);
  return undecided(failure, spent);
}

function undecided(failure: string, spent: Pick<Outcome, 'costUsd' | 'calls' | 'stopReason'>): Outcome {
  return { ...spent, decision: noDecision(failure), voidReasons: 0, failure };
}
