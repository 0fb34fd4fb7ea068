/** The port of pauses that outlive a process: what one worker was asked, the others and the next one keep to as well. */

export interface NotedPause {
  /** What is put off, in the words of pauses.ts. */
  readonly key: string;
  /** Milliseconds; 0 where it is over. */
  readonly leftMs: number;
  /** Refusals in a row. */
  readonly refusals: number;
}

export interface PauseBook {
  /** What any worker noted for these keys; over or not. Asked before each call, so it waits for nothing and never throws. */
  read(keys: readonly string[]): readonly NotedPause[];
  /** Of two for one key the longer one stands. Not waited for. */
  note(pause: NotedPause): void;
  /** Drops what is over of these. Not waited for. */
  drop(keys: readonly string[]): void;
}

/** Where a process is alone. */
export const NO_BOOK: PauseBook = { read: () => [], note: () => undefined, drop: () => undefined };
