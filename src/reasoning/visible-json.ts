import { escapeHidden } from '../domain/markup/escape-hidden.js';

/**
 * JSON of a value that outsiders wrote, safe to show to a model: hidden characters stand as `\uXXXX` escapes, and so does `<`, so
 * that no text can look like the start of a tag or of another turn. Parsing gives back exactly the value.
 */
export function visibleJson(value: unknown): string {
  return escapeHidden(JSON.stringify(value)).replaceAll('<', '\\u003c');
}
