/**
 * Takes what the sweep found over from the mirror: a find comes in like a delivery, and its change key decides whether it
 * is new. How far it got is kept beside the rows; a crash in between takes finds over again, which changes nothing.
 */
import type { SweepFind } from '../audit/mirror-reader.js';
import { createLoop } from '../background/loop.js';
import { createTroubleLog } from '../background/trouble-log.js';
import type { Log } from '../database/open.js';
import type { Accepted, Delivery, Inbox } from './inbox.js';
import { createBackoff } from './relay/backoff.js';

/** What becomes of a find: a delivery to store, or why it is not for us. */
export type JudgeFind = (find: SweepFind) => Delivery | { readonly refused: string };

export type FindResult = 'accepted' | 'duplicate' | 'quarantined' | 'ignored';

export interface FindIntakeOptions {
  readonly inbox: Pick<Inbox, 'accept' | 'takenFinds' | 'noteTakenFinds' | 'assertWritable'>;
  readonly findsAfter: (seq: number, limit: number) => readonly SweepFind[];
  readonly judge: JudgeFind;
  /** Called for each find that was taken over or refused: for metrics. */
  readonly taken: (find: SweepFind, result: FindResult) => void;
  readonly log: Log;
}

export interface FindIntake {
  readonly stop: () => Promise<void>;
}

const BATCH = 100;
const IDLE_PAUSE_MS = 1_000;

/** Looks every second; while the inbox or the mirror cannot be used, with growing pauses up to 15 s. */
export function startFindIntake(options: FindIntakeOptions): FindIntake {
  const backoff = createBackoff();
  const trouble = createTroubleLog(options.log, 'finds of the sweep cannot be taken over');
  let isMore = false;

  async function look(): Promise<void> {
    isMore = false;
    await trouble.during(async () => {
      try {
        isMore = (await takeBatch(options)) === BATCH;
        backoff.succeed();
      } catch (error) {
        backoff.fail();
        throw error;
      }
    });
  }

  const loop = createLoop(look, {
    pauseMs: () => (backoff.isFailing() ? backoff.remainingMs() : isMore ? 0 : IDLE_PAUSE_MS),
    restMs: 0,
  });
  loop.kick();
  return { stop: loop.stop };
}

/** The next finds, oldest first; answers how many there were. Rejects where they cannot be stored. */
async function takeBatch(options: FindIntakeOptions): Promise<number> {
  const finds = options.findsAfter(options.inbox.takenFinds(), BATCH);
  await Promise.all(finds.map((find) => takeOne(options, find)));
  const last = finds.at(-1);
  if (last !== undefined) {
    await options.inbox.noteTakenFinds(last.seq);
  }
  return finds.length;
}

async function takeOne(options: FindIntakeOptions, find: SweepFind): Promise<void> {
  const { inbox, log, taken } = options;
  const { changeKey, source, subject, type } = find.event;
  const delivery = options.judge(find);
  if ('refused' in delivery) {
    log.debug({ changeKey, source, reason: delivery.refused }, 'a find of the sweep is not for us');
    taken(find, 'ignored');
    return;
  }
  try {
    const accepted = await inbox.accept(delivery);
    const { eventId, cycleId } = accepted;
    const result = resultOf(accepted);
    log.info({ eventId, cycleId, source, subject, eventType: type, result }, 'sweep find');
    taken(find, result);
  } catch (error) {
    // Throws where nothing can be stored, and this find is tried again. One that alone cannot be must not stop the rest.
    inbox.assertWritable();
    log.error({ error, changeKey, source }, 'a find of the sweep could not be stored and is passed over');
  }
}

function resultOf(accepted: Accepted): FindResult {
  if (accepted.outcome === 'duplicate') {
    return 'duplicate';
  }
  return accepted.quarantined === undefined ? 'accepted' : 'quarantined';
}
