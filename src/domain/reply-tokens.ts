/**
 * How long a reply of the model may be, and how long it is waited for. Thinking counts as part of it, and the models that are named by
 * default think (platform.claude.com/docs, adaptive thinking; What's new in Claude Haiku 5.5).
 */

/** Where pm-agent.yaml says nothing: `decision` has room beside three long texts, `triage` is one sentence behind what was thought of it. */
export const REPLY_TOKENS = { decision: 16_000, triage: 4_000 } as const;

/** A decision of three short texts, and a route, without a thought. */
export const LEAST_REPLY_TOKENS = { decision: 4_000, triage: 500 } as const;

/** Ten minutes at `TOKENS_AN_HOUR`: beyond it the vendor's SDK takes only a stream (client `calculateNonstreamingTimeout`). */
export const MOST_REPLY_TOKENS = 21_333;

/** What the same function reckons with; models are faster, some by several times. */
const TOKENS_AN_HOUR = 128_000;
const HOUR_MS = 3_600_000;

/** However short the reply: a long prompt is read first. */
const LEAST_WAIT_MS = 120_000;

/** A reply in one piece comes when all of it is made, and Node's fetch waits 300 s for its first byte (undici, `headersTimeout`). */
export const LONGEST_WAIT_MS = 290_000;

/** How long a reply of at most so many tokens is waited for, in milliseconds. */
export function replyTimeMs(tokens: number): number {
  const needed = Math.ceil((tokens / TOKENS_AN_HOUR) * HOUR_MS);
  return Math.min(Math.max(needed, LEAST_WAIT_MS), LONGEST_WAIT_MS);
}
