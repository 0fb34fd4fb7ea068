/**
 * Whose turn it is at one request. To look who a decision is from takes a moment, in which others come: what came first is judged
 * first, to its end, and the others find what it left.
 */
export class Turns {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  /** Is anything being judged, or waiting to be? */
  isBusy(): boolean {
    return this.waiting > 0;
  }

  /** Judges this after all that came before it, however that ended. */
  async take<T>(judge: () => T | Promise<T>): Promise<T> {
    this.waiting += 1;
    const mine = this.last.then(judge).finally(() => {
      this.waiting -= 1;
    });
    this.last = mine.catch(() => undefined);
    return mine;
  }

  /** Resolves when all that came until now is judged. */
  async over(): Promise<void> {
    await this.last;
  }
}
