/**
 * Of `llm_calls`: the call that a drill is shown with as long as it waits, which was never made. No sum counts it. What people
 * ask about a drill is asked, and paid.
 */
export const RETOLD = `(purpose <> 'answer' AND cycle_id IN (SELECT cycle_id FROM drills))`;
