/**
 * Cycles that a person has to see to, as a condition on `cycles`: they could not go on, or something that they wanted to do
 * was not done, or nobody knows. Not where a person has said since what came of it, or has had the event tried again.
 */
export const NEEDS_ATTENTION = `
  (status = 'failed' OR (outcome IN ('failed', 'unknown') AND EXISTS (
    SELECT 1 FROM actions
    WHERE actions.cycle_id = cycles.id AND actions.undoes IS NULL AND actions.status IN ('failed', 'unknown')
  )))
  AND NOT EXISTS (
    SELECT 1 FROM cycles AS later
    WHERE later.subject = cycles.subject AND later.event_id = cycles.event_id AND later.started_at > cycles.started_at
  )`;
