/** Brings saved decisions to their workflows, once each: also those that were made while no worker ran. */
import type { Log } from '../database/open.js';
import { createBackoff } from './backoff.js';
import type { Inbox, OutboxDecision } from './inbox.js';
import { createLoop } from './loop.js';
import { createTroubleLog } from './trouble-log.js';

/** `later`: no worker answered, ask again. Repeats are harmless where the decision's id is the update id. */
export type ApplyDecision = (decision: OutboxDecision) => Promise<'applied' | 'refused' | 'later'>;

type DecisionStore = Pick<Inbox, 'pendingDecisions' | 'settleDecision'>;

const BATCH = 100;
const IDLE_PAUSE_MS = 2_000;
const DETAILS = { applied: 'applied from the outbox', refused: 'the workflow refused it' } as const;

/** Offers every pending decision once, oldest first; a `later` keeps its place. Rejects where the store or `apply` does. */
export async function deliverDecisions(
  inbox: DecisionStore,
  apply: ApplyDecision,
): Promise<{ readonly settled: number; readonly later: number }> {
  const tally = { settled: 0, later: 0 };
  for (const decision of inbox.pendingDecisions(BATCH)) {
    const result = await apply(decision);
    if (result === 'later') {
      tally.later += 1;
    } else {
      await inbox.settleDecision(decision.id, result, DETAILS[result]);
      tally.settled += 1;
    }
  }
  return tally;
}

export interface DecisionOutbox {
  /** A decision was saved: deliver it soon. Does not end a pause after a failure. */
  readonly kick: () => void;
  readonly stop: () => Promise<void>;
}

/** Delivers at once, at each kick and on a timer; while decisions cannot be applied, with growing pauses up to 15 s. */
export function startDecisionOutbox(options: {
  readonly inbox: DecisionStore;
  readonly apply: ApplyDecision;
  readonly log: Log;
}): DecisionOutbox {
  const backoff = createBackoff();
  const trouble = createTroubleLog(options.log, 'decisions cannot be brought to their workflows');

  async function deliver(): Promise<void> {
    if (backoff.remainingMs() > 0) {
      return;
    }
    let isStuck = true;
    await trouble.during(async () => {
      isStuck = (await deliverDecisions(options.inbox, options.apply)).later > 0;
    });
    if (isStuck) {
      backoff.fail();
    } else {
      backoff.succeed();
    }
  }

  const loop = createLoop(deliver, {
    pauseMs: () => (backoff.isFailing() ? backoff.remainingMs() : IDLE_PAUSE_MS),
    restMs: 0,
  });
  loop.kick();
  return { kick: loop.kick, stop: loop.stop };
}
