import { escapeHidden } from '../domain/markup/escape-hidden.js';

/** For programs, and for people who look at it: the same value, with what nobody would see as `\uXXXX`. Without a line's end. */
export function jsonText(value: unknown): string {
  return escapeHidden(JSON.stringify(value, null, 2));
}
