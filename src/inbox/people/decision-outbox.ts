/** Brings saved decisions to their workflows, once each: also those that were made while no worker ran. */

import { createLoop } from '../../background/loop.js';
import { createTroubleLog } from '../../background/trouble-log.js';
import type { Log } from '../../database/open.js';
import type { Inbox, OutboxDecision } from '../inbox.js';
import { createBackoff } from '../relay/backoff.js';

/** `later`: no worker answered, ask again. Repeats are harmless where the decision's id is the update id. */
export type ApplyDecision = (decision: OutboxDecision) => Promise<'applied' | 'refused' | 'later'>;

type DecisionStore = Pick<Inbox, 'pendingDecisions' | 'settleDecision'>;

const BATCH = 100;
const IDLE_PAUSE_MS = 2_000;
const DETAILS = { applied: 'applied from the outbox', refused: 'the workflow refused it' } as const;

/**
 * Offers every pending decision once, oldest first; a `later` keeps its place, and so does one that could not be offered
 * or settled: the others behind it are offered all the same. `failure` is the first error, null for none.
 */
export async function deliverDecisions(
  inbox: DecisionStore,
  apply: ApplyDecision,
): Promise<{ readonly settled: number; readonly later: number; readonly failure: unknown }> {
  let settled = 0;
  let later = 0;
  let failure: unknown = null;
  for (const decision of inbox.pendingDecisions(BATCH)) {
    try {
      const isSettled = await deliverOne(inbox, apply, decision);
      settled += isSettled ? 1 : 0;
      later += isSettled ? 0 : 1;
    } catch (error) {
      later += 1;
      failure ??= error;
    }
  }
  return { settled, later, failure };
}

async function deliverOne(
  inbox: DecisionStore,
  apply: ApplyDecision,
  decision: OutboxDecision,
): Promise<boolean> {
  const result = await apply(decision);
  if (result === 'later') {
    return false;
  }
  await inbox.settleDecision(decision.id, result, DETAILS[result]);
  return true;
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
      const { later, failure } = await deliverDecisions(options.inbox, options.apply);
      isStuck = later > 0;
      if (failure !== null) {
        throw failure;
      }
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
