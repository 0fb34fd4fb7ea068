import { ConfigError } from './config.js';

/**
 * Does all of these, whatever becomes of each, and answers their results in order: whoever corrects a configuration wants
 * to hear everything that is wrong with it at once.
 * @throws ConfigError with every problem of those that threw one; anything else as it came.
 */
export function together<const T extends readonly (() => unknown)[]>(
  ...works: T
): { readonly [K in keyof T]: ReturnType<T[K]> } {
  const problems: string[] = [];
  const results = works.map((work) => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        throw error;
      }
      problems.push(...error.problems);
      return undefined;
    }
  });
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return results as { readonly [K in keyof T]: ReturnType<T[K]> };
}
