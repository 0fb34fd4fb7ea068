import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  LEAST_REPLY_TOKENS,
  LONGEST_WAIT_MS,
  MOST_REPLY_TOKENS,
  REPLY_TOKENS,
  replyTimeMs,
} from '../../src/domain/reply-tokens.js';

/** undici, `headersTimeout`: what Node's fetch waits for the first byte of an answer. */
const FETCH_GIVES_UP_MS = 300_000;

test.each([
  [500, 120_000],
  [REPLY_TOKENS.triage, 120_000],
  [8_000, 225_000],
  [REPLY_TOKENS.decision, LONGEST_WAIT_MS],
])('a reply of %i tokens is waited for %i ms', (tokens, ms) => {
  expect(replyTimeMs(tokens)).toBe(ms);
});

test('a longer reply is never waited for less, and none longer than the connection lives', () => {
  fc.assert(
    fc.property(fc.nat(MOST_REPLY_TOKENS), fc.nat(MOST_REPLY_TOKENS), (one, other) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      expect(replyTimeMs(less)).toBeLessThanOrEqual(replyTimeMs(more));
      expect(replyTimeMs(more)).toBeLessThan(FETCH_GIVES_UP_MS);
    }),
  );
});

test('what holds where nothing is set may be set', () => {
  for (const kind of ['decision', 'triage'] as const) {
    expect(REPLY_TOKENS[kind]).toBeGreaterThanOrEqual(LEAST_REPLY_TOKENS[kind]);
    expect(REPLY_TOKENS[kind]).toBeLessThanOrEqual(MOST_REPLY_TOKENS);
  }
});
