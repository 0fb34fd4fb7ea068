/** Thrown by a check that can never succeed any more: `eventually` gives up at once. */
export class Hopeless extends Error {}

/** Repeats `check` until it stops throwing, at most `withinMs`; then the last failure is thrown. */
export async function eventually<T>(check: () => Promise<T>, withinMs = 15_000, everyMs = 25): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end || error instanceof Hopeless) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}
