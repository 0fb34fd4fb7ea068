/** Of `llm_calls`: what budgets leave out of some sums, or of all. Terms of SQL over a single table's columns. */

/**
 * The call that a drill is shown with as long as it waits, which was never made. No sum counts it. What people
 * ask about a drill is asked, and paid.
 */
export const RETOLD = `(purpose <> 'answer' AND cycle_id IN (SELECT cycle_id FROM drills))`;

/** Nobody knows what it cost, and no answer came of it: the way's fault, not the event's or its subject's. */
export const LOST = `(cost_is_estimate = 1 AND reply_hash IS NULL)`;
