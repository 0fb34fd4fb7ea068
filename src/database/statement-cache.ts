/** Each SQL text is compiled once for a connection: Kysely prepares anew for every query. */
import type Database from 'better-sqlite3';

/** What Kysely's dialect needs of a database. */
export interface StatementCache {
  prepare(sql: string): Database.Statement<unknown[]>;
  /** Closes the database. */
  close(): void;
}

/** Lists of values make their texts differ by length; far more than the mirror has. */
const MOST_STATEMENTS = 500;

/** The statement used least recently is given up first. Statements of a cache are not to be iterated. */
export function createStatementCache(database: Database.Database): StatementCache {
  const statements = new Map<string, Database.Statement<unknown[]>>();
  return {
    prepare(sql) {
      const statement = statements.get(sql) ?? database.prepare<unknown[]>(sql);
      statements.delete(sql);
      statements.set(sql, statement);
      const [oldest] = statements.keys();
      if (statements.size > MOST_STATEMENTS && oldest !== undefined) {
        statements.delete(oldest);
      }
      return statement;
    },
    close: () => void database.close(),
  };
}
