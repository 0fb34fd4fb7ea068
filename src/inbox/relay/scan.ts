/** Goes through a long list a page at a time, once for each time something may have changed. */
export interface Scan<T> {
  /** The list may have changed: a new pass is due. */
  touch(): void;
  /** The next page of the pass that is under way; empty where none is due. */
  next(): readonly T[];
}

/** `read` answers up to `limit` members after `after`, ordered by the key that `keyOf` answers. */
export function createScan<T, K>(options: {
  readonly first: K;
  readonly limit: number;
  readonly read: (after: K, limit: number) => readonly T[];
  readonly keyOf: (member: T) => K;
}): Scan<T> {
  let after = options.first;
  let isDue = true;
  let isDueAgain = false;
  return {
    touch() {
      isDueAgain = isDue && after !== options.first;
      isDue = true;
    },
    next() {
      if (!isDue) {
        return [];
      }
      const page = options.read(after, options.limit);
      const last = page.at(-1);
      if (last !== undefined && page.length === options.limit) {
        after = options.keyOf(last);
      } else {
        after = options.first;
        isDue = isDueAgain;
        isDueAgain = false;
      }
      return page;
    },
  };
}
