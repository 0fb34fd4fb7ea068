/** After each hour the audit log hears how many refusals were not listed one by one. */
import { createLoop, type Loop } from '../../background/loop.js';
import type { Inbox } from '../inbox.js';

/** Hours are long: a minute late is soon enough. */
const LOOK_EVERY_MS = 60_000;

/** Begins at once: hours may have ended while nobody ran. What cannot be written is tried again. */
export function startRefusalHours(parts: {
  readonly inbox: Pick<Inbox, 'closeRefusalHours'>;
  readonly log: { warn(fields: object, message: string): void };
  readonly clock: () => Date;
}): Pick<Loop, 'stop'> {
  const { inbox, log, clock } = parts;
  const close = () =>
    inbox
      .closeRefusalHours(clock().toISOString())
      .catch((error: unknown) =>
        log.warn({ err: error }, 'how many decisions were refused cannot be noted in the audit log yet'),
      );
  const loop = createLoop(close, { pauseMs: () => LOOK_EVERY_MS, restMs: 0 });
  loop.kick();
  return loop;
}
