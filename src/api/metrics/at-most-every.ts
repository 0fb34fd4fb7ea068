/** For figures that are dear to read: they are read anew no more often than this, however often somebody looks. */
export function atMostEvery(everyMs: number, clock: () => Date, read: () => void): () => void {
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock().getTime();
    // A clock that was set back holds nothing up.
    if (now - readAt < everyMs && now >= readAt) {
      return;
    }
    readAt = now;
    read();
  };
}
