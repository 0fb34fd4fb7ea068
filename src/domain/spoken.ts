import type { PmEvent } from './event.js';

/** A comment or message that an event tells of. */
export interface Spoken {
  /** The vendor's id of it: comment id, message ts. */
  readonly id: string;
  /** Markdown, or Slack's mrkdwn as sent; cut to EVENT_TEXT_LIMIT. */
  readonly text: string;
}

/** What was said in an event; null for events that report a change. A slash command is an order, not a message. */
export function spokenIn(event: PmEvent): Spoken | null {
  if ('ts' in event) {
    return { id: event.ts, text: event.text };
  }
  return 'comment' in event ? event.comment : null;
}
