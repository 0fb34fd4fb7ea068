import { EVENT_TITLE_LIMIT } from './event.js';

/** Bytes of JSON that a list in an event may have: what else an event holds fits beside it into 32 KB. */
const LIST_BYTES = 20 * 1024;
/** Longest first. */
const TEXT_LIMITS = [EVENT_TITLE_LIMIT, 100];
/** With these the longest list that an event may carry fits, whatever its texts are made of. */
const SHORTEST_TEXT = 20;

/**
 * A list of many texts, as `make` makes it with texts of at most so many characters: as long as they may be for the whole
 * to fit. Shorter texts tell more than a shorter list.
 */
export function fitTexts<T>(make: (textLimit: number) => readonly T[]): readonly T[] {
  for (const limit of TEXT_LIMITS) {
    const list = make(limit);
    if (bytesOf(list) <= LIST_BYTES) {
      return list;
    }
  }
  return make(SHORTEST_TEXT);
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}
