/** Answers clicks, each as soon as it is stored and beside the others: what a crash or a failure left comes again. */
import type { Log } from '../../database/open.js';
import type { ClickStore, PendingClick } from '../inbox.js';
import { LONGEST_RETRY_MS } from './clicks.js';

/** `result` is kept with the click; `retryMs`: not answered yet, try again after so long. */
export interface ClickAnswer {
  readonly result: string;
  readonly retryMs?: number;
}

/** Repeats must be harmless: a crash after the answer asks once more. */
export type AnswerClick = (pending: PendingClick) => Promise<ClickAnswer>;

export interface ClickQueue {
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

/** A form must be opened within three seconds of its click, however many decisions wait for a slow server. */
const AT_ONCE = 50;
const LONGEST_SLEEP_MS = 30_000;
const AFTER_TROUBLE_MS = 1_000;

export function startClickQueue(options: {
  readonly clicks: ClickStore;
  readonly answer: AnswerClick;
  readonly log: Log;
  readonly now: () => number;
}): ClickQueue {
  const { clicks, log, now } = options;
  const inFlight = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  function look(): void {
    clearTimeout(timer);
    if (isStopped) {
      return;
    }
    try {
      const at = now();
      for (const pending of clicks.pendingClicks(at, AT_ONCE + inFlight.size)) {
        if (inFlight.size < AT_ONCE && !inFlight.has(pending.eventId)) {
          begin(pending);
        }
      }
      sleep(untilNext(clicks.nextClickMs(), at));
    } catch (error) {
      log.warn({ err: error }, 'clicks cannot be read; trying again');
      sleep(AFTER_TROUBLE_MS);
    }
  }

  /** Where the next one is under way, its end looks again. */
  function untilNext(nextMs: number | null, at: number): number {
    const wait = nextMs === null ? LONGEST_SLEEP_MS : nextMs - at;
    return wait <= 0 ? LONGEST_SLEEP_MS : Math.min(wait, LONGEST_SLEEP_MS);
  }

  function sleep(milliseconds: number): void {
    timer = setTimeout(look, milliseconds);
    timer.unref();
  }

  function begin(pending: PendingClick): void {
    const done = answerOne(options, pending)
      .catch((error: unknown) => {
        log.warn({ err: error, eventId: pending.eventId }, 'a click could not be settled; trying again');
        return new Promise<void>((resolve) => {
          setTimeout(resolve, AFTER_TROUBLE_MS).unref();
        });
      })
      .finally(() => {
        inFlight.delete(pending.eventId);
        look();
      });
    inFlight.set(pending.eventId, done);
  }

  clicks.onClick(look);
  look();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await Promise.all(inFlight.values());
    },
  };
}

async function answerOne(
  { clicks, answer, log, now }: Parameters<typeof startClickQueue>[0],
  pending: PendingClick,
): Promise<void> {
  const { eventId, attempts } = pending;
  const { result, retryMs } = await answer(pending).catch((error: unknown): ClickAnswer => {
    log.warn({ err: error, eventId }, 'a click could not be answered; trying again');
    return { result: String(error), retryMs: Math.min(AFTER_TROUBLE_MS * 2 ** attempts, LONGEST_RETRY_MS) };
  });
  await (retryMs === undefined
    ? clicks.settleClick(eventId, result)
    : clicks.postponeClick(eventId, now() + retryMs, result));
}
