/**
 * How often the decisions of one person were refused within one hour (its begin, epoch milliseconds): so many of them stand in the audit
 * log one by one, and the rest as a number.
 */
export const REFUSALS = `
CREATE TABLE refusal_counts (
  by_id TEXT NOT NULL,
  hour_ms INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  actor TEXT NOT NULL,
  seen INTEGER NOT NULL,
  PRIMARY KEY (by_id, hour_ms)
) STRICT, WITHOUT ROWID;
`;
