/**
 * Deletes what is older than pm-agent.yaml's `retention`, beside everything else and a few rows at a time: an
 * acknowledgement that waits for such a transaction hardly notices.
 */
import { createLoop, type Loop } from '../../background/loop.js';
import { createTroubleLog } from '../../background/trouble-log.js';
import type { Log } from '../../database/open.js';
import type { InboxTables } from '../store.js';
import type { Ages } from './forgetting.js';

export interface RetentionOptions {
  readonly tables: Pick<InboxTables, 'forgetting' | 'write'>;
  /** The `seq` of the last note that stands in the audit log. */
  readonly notesTakenOver: () => number;
  /** How long events are kept after they arrived; those of lost cycles as long as their cycles, where that is longer. */
  readonly retention: () => { readonly eventsMs: number; readonly cyclesMs: number };
  readonly log: Log;
  readonly clock: () => Date;
}

/** Between two transactions: they take a small part of the time, however much is old. */
const REST_MS = 50;
/** Between the end of one pass through what is old and the next. */
const PAUSE_MS = 10 * 60_000;
const AFTER_TROUBLE_MS = 15_000;

export function startRetention(options: RetentionOptions): Pick<Loop, 'stop'> {
  const { log } = options;
  const trouble = createTroubleLog(log, 'what is older than `retention` cannot be deleted');
  const pass = createPass(options);
  let pauseMs = AFTER_TROUBLE_MS;

  async function work(): Promise<void> {
    pauseMs = AFTER_TROUBLE_MS;
    await trouble.during(async () => {
      pauseMs = (await pass.step()) === 'more' ? REST_MS : PAUSE_MS;
    });
  }

  const loop = createLoop(work, { pauseMs: () => pauseMs, restMs: 0 });
  loop.kick();
  return { stop: loop.stop };
}

/** One pass after the other, in steps of one transaction at most. */
export function createPass({ tables, notesTakenOver, retention, log, clock }: RetentionOptions) {
  const { forgetting, write } = tables;
  let after = 0;
  let deleted = 0;

  function agesNow(): Ages {
    const now = clock().getTime();
    const { eventsMs, cyclesMs } = retention();
    const before = (keptMs: number) => Math.max(0, now - keptMs);
    return { now, eventsBefore: before(eventsMs), lostBefore: before(Math.max(eventsMs, cyclesMs)) };
  }

  /** What was settled, and told, goes with the rows of its time. */
  async function forgetSmall(before: string): Promise<number> {
    const takenOver = notesTakenOver();
    return write(() => forgetting.forgetDecisions(before) + forgetting.forgetNotes(takenOver, before));
  }

  function end(): 'end' {
    if (deleted > 0) {
      log.info({ deleted }, 'deleted events that are older than retention.events');
    }
    after = 0;
    deleted = 0;
    return 'end';
  }

  return {
    /** Rejects where the inbox cannot be written; the next step does the same again. */
    async step(): Promise<'more' | 'end'> {
      const ages = agesNow();
      const { seqs, next } = forgetting.look(after, ages);
      if (seqs.length > 0) {
        deleted += await write(() => forgetting.forget(seqs, ages));
      }
      if (next !== null) {
        after = next;
        return 'more';
      }
      const isMore = (await forgetSmall(new Date(ages.eventsBefore).toISOString())) > 0;
      return isMore ? 'more' : end();
    },
  };
}
