import type { IncomingMessage } from 'node:http';

/** How much of a refused body is still read and thrown away, and how long, so that its sender gets to read the answer. */
const DISCARD_LIMIT = 8 * 1024 * 1024;
const DISCARD_MS = 1_000;

export interface Discarded {
  readonly bytes: number;
  /** False where the sender goes on: its connection must not be used for anything more. */
  readonly isWhole: boolean;
}

/** Reads the rest of a body and keeps nothing of it, up to a size and a time; then says once what came. */
export function discardRest(request: IncomingMessage, then: (discarded: Discarded) => void): void {
  let bytes = 0;
  let isOver = false;
  const stop = (): void => {
    clearTimeout(timer);
    if (!isOver) {
      isOver = true;
      then({ bytes, isWhole: request.complete });
    }
  };
  const timer = setTimeout(stop, DISCARD_MS);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DISCARD_LIMIT) {
      request.pause();
      stop();
    }
  });
  request.on('end', stop);
  request.on('close', stop);
  request.resume();
}
