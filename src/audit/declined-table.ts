/** Events that the model declined to answer: the table, as kysely sees it, and the SQL of its migration (migrations.ts has the list). */

export interface DeclinedTable {
  cycle_id: string;
  /** `Author.id` */
  author: string;
  author_name: string | null;
  subject: string;
  model: string;
  declined_at: string;
  /** When a later look of the same cycle came to a decision; null where none did. */
  answered_at: string | null;
}

export const DECLINED = `
CREATE TABLE declined (
  cycle_id TEXT NOT NULL,
  author TEXT NOT NULL,
  author_name TEXT,
  subject TEXT NOT NULL,
  model TEXT NOT NULL,
  declined_at TEXT NOT NULL,
  answered_at TEXT,
  PRIMARY KEY (cycle_id, author)
) STRICT, WITHOUT ROWID;
CREATE INDEX declined_by_time ON declined (declined_at);
`;
