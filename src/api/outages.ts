/** Which vendor an outage that the worker recorded is of. */

/** The vendor itself, or a part of it: `claude:claude-opus-5-5` is a model that is not there while others are. */
export function isOutageOf(vendor: string, target: string): boolean {
  return target === vendor || target.startsWith(`${vendor}:`);
}
