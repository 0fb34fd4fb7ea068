/** Tells what is due, and again what could not be told; keeps nothing that a crash could lose. */
import type { CardRow } from '../audit/cards.js';
import { createLoop } from '../background/loop.js';
import { createTroubleLog } from '../background/trouble-log.js';
import { IntegrationError } from '../integrations/integration-error.js';
import { isGivenUp, retryAfter } from '../integrations/slack/tell-again.js';
import type { Logger } from '../log.js';
import { type DeliverParts, deliver } from './deliver.js';

export interface CardLoopParts extends DeliverParts {
  /** Why a cycle ended that could not say so itself; null where it did not. May throw. */
  readonly lostEndOf: (cycleId: string) => string | null;
  /** May nothing be told now, because a person stopped all effects? May throw. */
  readonly isPaused: () => boolean;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

export interface CardLoop {
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

const BATCH = 20;
/** Between looks when nobody said that there is something. */
const IDLE_MS = 5_000;
const LOOK_FOR_LOST_MS = 30_000;

export function startCardLoop(parts: CardLoopParts): CardLoop {
  const trouble = createTroubleLog(parts.log, 'approval cards cannot be told');
  let pauseMs = IDLE_MS;
  const limits: Limits = new Map();
  let lookedForLost = Number.NEGATIVE_INFINITY;

  async function work(): Promise<void> {
    pauseMs = IDLE_MS;
    await trouble.during(async () => {
      if (performance.now() - lookedForLost >= LOOK_FOR_LOST_MS) {
        lookedForLost = performance.now();
        await endLost(parts);
      }
      if (parts.isPaused()) {
        return;
      }
      await tellDue(parts, limits);
      pauseMs = pauseUntil(await parts.cards.nextAt(), parts.clock());
    });
  }

  const loop = createLoop(work, { pauseMs: () => pauseMs, restMs: 0 });
  parts.cards.onWanted(loop.kick);
  loop.kick();
  return { stop: loop.stop };
}

function pauseUntil(nextAt: string | null, now: Date): number {
  const wait = nextAt === null ? IDLE_MS : Date.parse(nextAt) - now.getTime();
  return Math.min(Math.max(wait, 0), IDLE_MS);
}

/** Buttons must not stand on what nobody can decide any more. */
async function endLost({ cards, lostEndOf }: CardLoopParts): Promise<void> {
  for (const { cycleId } of await cards.showingPending()) {
    const reason = lostEndOf(cycleId);
    if (reason !== null) {
      await cards.supersede(cycleId, reason);
    }
  }
}

/** What Slack limits now, by its reach. */
type Limits = Map<string, { readonly error: unknown; readonly untilMs: number }>;

/** Slack limits posts by channel, and rewriting as a whole. */
function reachOf({ ts, channel, place }: CardRow): string {
  return ts === null ? `post in ${channel ?? place}` : 'rewrite';
}

/** What one channel has to wait for does not keep the others waiting. */
async function tellDue(parts: CardLoopParts, limits: Limits): Promise<void> {
  for (const { id } of await parts.cards.due(parts.clock().toISOString(), BATCH)) {
    if (parts.isPaused()) {
      return;
    }
    // As it stands now: what came before it in this round may have changed it.
    const row = await parts.cards.get(id);
    if (row !== null && row.ended === null) {
      await tell(parts, row, limits);
    }
  }
}

async function tell(parts: CardLoopParts, row: CardRow, limits: Limits): Promise<void> {
  const reach = reachOf(row);
  const limit = limits.get(reach);
  const leftMs = (limit?.untilMs ?? 0) - performance.now();
  if (limit !== undefined && leftMs > 0) {
    return putOff(parts, row, limit.error, leftMs);
  }
  try {
    await deliver(parts, row);
  } catch (error) {
    const { isLimit, delayMs } = retryAfter(error, row.attempts);
    if (isLimit) {
      limits.set(reach, { error, untilMs: performance.now() + delayMs });
    }
    await putOff(parts, row, error, delayMs);
  }
}

async function putOff(
  { cards, clock, log }: CardLoopParts,
  row: CardRow,
  error: unknown,
  delayMs: number,
): Promise<void> {
  const { code, message } = retryAfter(error, row.attempts);
  if (row.attempts === 0) {
    log.warn({ card: row.id, code, reason: message }, 'an approval card could not be told; trying again');
  }
  await cards.failed(row.id, {
    code,
    message,
    nextAt: new Date(clock().getTime() + delayMs).toISOString(),
  });
  if (isMessageGone(row, error) || isGivenUp(row.attempts + 1)) {
    await cards.end(row.id, message);
  }
}

/** Somebody deleted it: there is nothing left to rewrite. */
function isMessageGone(row: CardRow, error: unknown): boolean {
  return row.ts !== null && error instanceof IntegrationError && error.code === 'not_found';
}
