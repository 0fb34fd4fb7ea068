/** Brings decisions that the API refused into the audit log, which only this process writes. */
import type { Mirror } from '../audit/mirror.js';
import { createLoop, type Loop } from '../background/loop.js';
import { createTroubleLog } from '../background/trouble-log.js';
import type { Logger } from '../log.js';
import type { InboxReader } from './inbox-reader.js';

const BATCH = 100;
const PAUSE_MS = 1_000;

export interface TakeoverParts {
  readonly inbox: Pick<InboxReader, 'refusalsAfter' | 'lastRefusal'>;
  readonly mirror: Pick<Mirror, 'takeOverRefusals' | 'refusalsTakenOver'>;
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

/** Takes over one batch; answers how many. Repeats are harmless: an entry is known by its refusal's id. */
export async function takeOverOnce({ inbox, mirror }: TakeoverParts): Promise<number> {
  const taken = await mirror.refusalsTakenOver();
  // A restored or removed inbox counts from the start again.
  const rows = inbox.refusalsAfter(taken > inbox.lastRefusal() ? 0 : taken, BATCH);
  if (rows.length > 0) {
    await mirror.takeOverRefusals(rows);
  }
  return rows.length;
}

export function startRefusalTakeover(parts: TakeoverParts): Pick<Loop, 'stop'> {
  const trouble = createTroubleLog(parts.log, 'refused decisions cannot be brought into the audit log');
  let taken = 0;
  const work = (): Promise<void> =>
    trouble.during(async () => {
      taken = 0;
      taken = await takeOverOnce(parts);
    });
  const loop = createLoop(work, { pauseMs: () => (taken === BATCH ? 0 : PAUSE_MS), restMs: 0 });
  loop.kick();
  return { stop: loop.stop };
}
