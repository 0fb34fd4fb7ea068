/** Brings saved decisions to their workflows, once each: also those that were made while no worker ran. */

import { createLoop } from '../../background/loop.js';
import { createTroubleLog } from '../../background/trouble-log.js';
import type { Log } from '../../database/open.js';
import type { OutboxDecision } from '../../domain/outbox-decision.js';
import type { Inbox } from '../inbox.js';
import { type Backoff, createBackoff } from '../relay/backoff.js';

/** `later`: no worker answered, ask again. Repeats are harmless where the decision's id is the update id. */
export type ApplyDecision = (decision: OutboxDecision) => Promise<'applied' | 'refused' | 'later'>;

type DecisionStore = Pick<Inbox, 'pendingDecisions' | 'settleDecision'>;

/** All of them: the oldest may be those that nothing can be done about. */
const MOST_PENDING = 10_000;
/** Offered in one round, those that failed least first: what is new waits for one round of what is stuck, and no longer. */
const ROUND = 20;
/** Offered beside each other: one that is stuck takes seconds until nobody answered. */
const AT_ONCE = 10;
const IDLE_PAUSE_MS = 2_000;
const DETAILS = { applied: 'applied from the outbox', refused: 'the workflow refused it' } as const;

export interface Round {
  readonly settled: number;
  /** Ids of those that keep their place. */
  readonly later: readonly string[];
  /** The first error; null for none. */
  readonly failure: unknown;
}

/**
 * Offers each of these once, several beside each other; those of one request one after the other. A `later` keeps its place,
 * and so does one that could not be offered or settled: the others are offered all the same.
 */
export async function deliverDecisions(
  inbox: DecisionStore,
  apply: ApplyDecision,
  decisions: readonly OutboxDecision[],
): Promise<Round> {
  const later: string[] = [];
  let failure: unknown = null;
  const waiting = byRequest(decisions);
  const work = async (): Promise<void> => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      for (const decision of group) {
        try {
          if (!(await deliverOne(inbox, apply, decision))) {
            later.push(decision.id);
          }
        } catch (error) {
          later.push(decision.id);
          failure ??= error;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { settled: decisions.length - later.length, later, failure };
}

/** The decisions of each request, in their order. */
function byRequest(decisions: readonly OutboxDecision[]): OutboxDecision[][] {
  const groups = new Map<string, OutboxDecision[]>();
  for (const decision of decisions) {
    groups.set(decision.approvalId, [...(groups.get(decision.approvalId) ?? []), decision]);
  }
  return [...groups.values()];
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

/** Delivers at once, at each kick and on a timer; each one that cannot be applied with growing pauses of its own, up to 15 s. */
export function startDecisionOutbox(options: {
  readonly inbox: DecisionStore;
  readonly apply: ApplyDecision;
  readonly log: Log;
}): DecisionOutbox {
  const pauses = createRowPauses();
  let isMoreDue = false;
  const trouble = createTroubleLog(options.log, 'decisions cannot be brought to their workflows');

  async function deliver(): Promise<void> {
    isMoreDue = false;
    await trouble.during(async () => {
      const all = pauses.due(options.inbox.pendingDecisions(MOST_PENDING));
      const due = all.slice(0, ROUND);
      isMoreDue = all.length > due.length;
      const { later, failure } = await deliverDecisions(options.inbox, options.apply, due);
      pauses.failed(later);
      if (failure !== null) {
        throw failure;
      }
    });
  }

  const loop = createLoop(deliver, {
    pauseMs: () => (isMoreDue ? 0 : Math.min(pauses.nextMs(), IDLE_PAUSE_MS)),
    restMs: 0,
  });
  loop.kick();
  return { kick: loop.kick, stop: loop.stop };
}

interface Row {
  readonly backoff: Backoff;
  failures: number;
}

/** When each one that could not be delivered may be offered again: none of them makes another one wait. */
function createRowPauses() {
  const rows = new Map<string, Row>();
  return {
    /** Those whose pause is over, the ones that failed least first, else in their order. */
    due(pending: readonly OutboxDecision[]): readonly OutboxDecision[] {
      const ids = new Set(pending.map(({ id }) => id));
      for (const id of rows.keys()) {
        if (!ids.has(id)) {
          rows.delete(id);
        }
      }
      const failuresOf = ({ id }: OutboxDecision) => rows.get(id)?.failures ?? 0;
      return pending
        .filter(({ id }) => (rows.get(id)?.backoff.remainingMs() ?? 0) === 0)
        .toSorted((one, other) => failuresOf(one) - failuresOf(other));
    },
    failed(ids: readonly string[]): void {
      for (const id of ids) {
        const row = rows.get(id) ?? { backoff: createBackoff(), failures: 0 };
        row.backoff.fail();
        row.failures += 1;
        rows.set(id, row);
      }
    },
    /** Milliseconds until the next of them may be offered; infinite where none waits. */
    nextMs: () => Math.min(...[...rows.values()].map(({ backoff }) => backoff.remainingMs())),
  };
}
