/** The port of the sweep: what was said lately in a thread. */

export interface ThreadMessage {
  readonly ts: string;
  readonly userId: string | null;
  readonly botId: string | null;
  /** Empty for a person's own words; else what kind of special message it is. */
  readonly subtype: string;
  readonly text: string;
}

export interface SlackChanges {
  /** Every message after this `ts`, oldest first; the thread's first one only where it is later, too. */
  repliesAfter(channel: string, threadTs: string, oldest: string): Promise<readonly ThreadMessage[]>;
}
