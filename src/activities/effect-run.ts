/** One attempt to carry out an errand: what is known of it by now, and what follows from that. */
import type { EarlierIntent } from '../audit/intents.js';
import { ACTIONS } from '../domain/actions/index.js';
import type { Left } from './actions/executor.js';
import type { ActivityDeps } from './dependencies.js';
import type { Errand } from './errand.js';
import type { Past } from './look-first.js';
import { beginStep, type RunningStep } from './step.js';

export interface Run {
  readonly deps: ActivityDeps;
  readonly lookAgainAfterMs: readonly number[];
  readonly errand: Errand;
  readonly step: RunningStep;
  /** What earlier attempts left, once it is read. */
  before: EarlierIntent | null;
  /** What may have been sent before, by the ledger's word, once it is read. */
  past: Past | null;
  /** A request left, in this attempt or an earlier one, and no answer says that it was not applied; also while that is unknown. */
  mayBeApplied: boolean;
  /** It was looked for in vain since the last request was settled: what is sent now is answered for itself. */
  isLookedThrough: boolean;
  /** What of it was answered, where it takes several requests. */
  parts: readonly string[];
}

export function beginRun(deps: ActivityDeps, errand: Errand, lookAgainAfterMs: readonly number[]): Run {
  return {
    deps,
    lookAgainAfterMs,
    errand,
    step: beginStep('execute', deps.clock),
    before: null,
    past: null,
    mayBeApplied: true,
    isLookedThrough: false,
    parts: [],
  };
}

/** Null where it was not planned. */
export async function readBefore(run: Run): Promise<EarlierIntent | null> {
  const { cycleId, actionId, hash } = run.errand;
  const before = await run.deps.mirror.earlierIntent({ cycleId, actionId, hash });
  run.past = before === null ? null : await run.errand.past({ ...before, attempt: run.step.attempt });
  run.before = before;
  run.parts = before?.parts ?? [];
  run.mayBeApplied = (run.past?.sentUntil ?? null) !== null;
  return before;
}

export function leftBy({ before, parts, mayBeApplied }: Run): Left {
  return { stood: before?.stood ?? null, parts, mayBeDone: mayBeApplied };
}

/** Would what a look finds be ours? Without a mark only where a request of ours can have reached the vendor. */
export function canTell({ errand, mayBeApplied }: Run): boolean {
  return errand.provesOurs || mayBeApplied;
}

/** It goes to the vendor, or an attempt of it went; also while that is unknown. */
export function concernsVendor(run: Run): boolean {
  return mayAct(run) || run.before?.lastIntentAt !== null;
}

/** Does it go to the vendor at all? */
export function mayAct({ deps, errand }: Run): boolean {
  return errand.onlyShown === null && deps.acts[ACTIONS[errand.kind].service];
}

/** In words, who did what stands now, where that was somebody else; null where it may be ours. */
export async function doneByAnother(run: Run): Promise<string | null> {
  return run.errand.provesOurs ? null : run.errand.byAnother(leftBy(run));
}
