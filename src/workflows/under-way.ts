/** Work that goes on beside what a cycle waits for. The cycle ends only after all of it. */
import { CancellationScope } from '@temporalio/workflow';

export class UnderWay {
  private scope: CancellationScope | null = null;
  private readonly last = new Map<string, Promise<void>>();
  private count = 0;
  private failure: { readonly error: unknown } | null = null;

  isIdle(): boolean {
    return this.count === 0;
  }

  /** What is begun by the story ends early with it, and the story with the first of it that fails. */
  async within(story: () => Promise<void>): Promise<void> {
    this.scope = new CancellationScope();
    try {
      await this.scope.run(story);
    } catch (error) {
      this.scope.cancel();
      throw this.failure === null ? error : this.failure.error;
    }
    if (this.failure !== null) {
      throw this.failure.error;
    }
  }

  /** Begins once all that was begun under the same name has ended. */
  begin(name: string, work: () => Promise<void>): void {
    const before = this.last.get(name);
    this.count += 1;
    this.last.set(name, this.run(before, work));
  }

  /** Once all of it came to its end, however it did. */
  async ended(): Promise<void> {
    await Promise.all(this.last.values());
  }

  private async run(before: Promise<void> | undefined, work: () => Promise<void>): Promise<void> {
    try {
      await before;
      await work();
    } catch (error) {
      this.failure ??= { error };
      this.scope?.cancel();
    }
    this.count -= 1;
  }
}
