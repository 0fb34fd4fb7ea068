/** SQL of one migration; migrations.ts has the list. */

/** Critical events that people were told of because the model gave no decision. */
export const UNANALYSED = `
CREATE TABLE unanalysed (
  cycle_id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  told_at TEXT NOT NULL,
  escalation TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX unanalysed_by_subject ON unanalysed (subject, told_at);
`;
