import { fingerprint } from './fingerprint.js';

/** Longest text that a fact holds whole. */
const LONGEST = 2_000;

/** A text to be compared later: whole where it is short, else its beginning and a hash of all of it. */
export function boundedText(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… [${fingerprint(text).slice(0, 12)}]`;
}
