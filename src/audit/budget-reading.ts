/** What of the budgets is used, for whoever watches. */
import type { BudgetScope, BudgetUse } from '../domain/budget.js';
import { RETOLD } from './retold.js';
import type { All } from './trial-reading.js';

/** Lost answers count against day and project, not against event and subject: as `spent` has it (spending-records.ts). */
const LOST = '(calls.cost_is_estimate = 1 AND calls.reply_hash IS NULL)';

/**
 * Of the UTC day that began then. Of events, subjects and projects the one that cost most stands for all: there are as many as there is
 * work. What a drill that waits is shown with counts nowhere. One read of the day's calls (index `llm_calls_by_start`) and one of its cycles.
 */
export function budgetUse(all: All, since: string): BudgetUse {
  const [spent] = all<{ readonly [S in BudgetScope]: number | null }>(
    `WITH calls AS MATERIALIZED (SELECT calls.cost_usd AS usd, calls.cycle_id, cycles.subject, cycles.project, ${LOST} AS lost
       FROM (SELECT * FROM llm_calls WHERE started_at >= ? AND NOT ${RETOLD}) AS calls LEFT JOIN cycles ON cycles.id = calls.cycle_id)
     SELECT (SELECT total(usd) FROM calls) AS day,
       (SELECT max(sum) FROM (SELECT sum(usd) AS sum FROM calls WHERE NOT lost GROUP BY cycle_id)) AS event,
       (SELECT max(sum) FROM (SELECT sum(usd) AS sum FROM calls WHERE NOT lost AND subject IS NOT NULL GROUP BY subject)) AS subject,
       (SELECT max(sum) FROM (SELECT sum(usd) AS sum FROM calls WHERE project IS NOT NULL GROUP BY project)) AS project,
       (SELECT total(cost_usd) FROM trial_calls WHERE started_at >= ?) AS trials`,
    since,
    since,
  );
  const refusals = all<{ readonly summary: string }>(
    `SELECT summary FROM cycles WHERE received_at >= ? AND summary LIKE '%over budget, so the model was not asked:%'`,
    since,
  ).map(({ summary }) => summary);
  return {
    spent: {
      event: spent?.event ?? 0,
      subject: spent?.subject ?? 0,
      project: spent?.project ?? 0,
      day: spent?.day ?? 0,
      trials: spent?.trials ?? 0,
    },
    refusals,
  };
}
