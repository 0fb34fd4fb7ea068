/** What of the budgets is used, for whoever watches. */
import type { BudgetScope, BudgetUse } from '../domain/budget.js';
import type { All } from './trial-reading.js';
import { LOST, RETOLD } from './uncounted.js';

/**
 * Of the UTC day that began then. Of events, subjects and projects the one that cost most stands for all: there are as many as there is
 * work. As `spent` has it (spending-records.ts), what is lost counts against day and project alone,
 * and what a drill that waits is shown with nowhere. One read of the day's calls (index `llm_calls_by_start`) and one of its cycles.
 */
export function budgetUse(all: All, since: string): BudgetUse {
  const [spent] = all<{ readonly [S in BudgetScope]: number | null }>(
    `WITH calls AS MATERIALIZED (SELECT calls.cost_usd AS usd, calls.cycle_id, cycles.subject, cycles.project, calls.lost
       FROM (SELECT cost_usd, cycle_id, ${LOST} AS lost FROM llm_calls WHERE started_at >= ? AND NOT ${RETOLD}) AS calls LEFT JOIN cycles ON cycles.id = calls.cycle_id)
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
