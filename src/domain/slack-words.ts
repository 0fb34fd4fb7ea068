/** Subtypes that are still a person's own words; every other one reports a change, a join, a bot. */
const SPOKEN = new Set(['', 'file_share', 'thread_broadcast', 'me_message']);

/** Does a message of this subtype (empty for an ordinary one) hold what somebody said? */
export function isSpoken(subtype: string): boolean {
  return SPOKEN.has(subtype);
}
