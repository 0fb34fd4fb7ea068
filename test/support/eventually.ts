/** Thrown by a check that can never succeed any more: `eventually` gives up at once. */
export class Hopeless extends Error {}

const FIRST_PAUSE_MS = 10;
const SLOWER = 1.5;

/**
 * Repeats `check` until it stops throwing, at most `withinMs`; then the last failure is thrown. What does not hold at once is looked
 * at ever more rarely, down to every `everyMs`: the looks take from the machine what the thing itself needs. The limit ends what
 * never comes; how soon something comes is no matter of a test, since a busy machine takes many times as long.
 */
export async function eventually<T>(check: () => Promise<T>, withinMs = 60_000, everyMs = 200): Promise<T> {
  const end = Date.now() + withinMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= SLOWER) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end || error instanceof Hopeless) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.min(pauseMs, everyMs)));
    }
  }
}
