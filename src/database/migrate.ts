/** Brings a database to the schema of this code: forward only, all or nothing, with a copy of the old state kept. */
import type Database from 'better-sqlite3';
import { backupBefore } from './backup.js';
import { DatabaseError } from './database-error.js';
import type { Log } from './open.js';

/** A shipped entry never changes; a change is a new entry with the next id. */
export interface Migration {
  /** 1, 2, 3, … */
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  /** SQL functions that this migration uses, by name: text in, number out. They exist for as long as it runs. */
  readonly functions?: Readonly<Record<string, (text: string) => number>>;
}

export interface MigrateOptions {
  readonly log: Log;
  readonly clock?: () => Date;
  /** False for a file that is a copy already. Default true. */
  readonly keepsCopy?: boolean;
}

const OWN_TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT`;

/**
 * Applies every migration that the file does not have, in one IMMEDIATE transaction. A database that holds tables is
 * copied to `<folder>/backups/` first. Throws `DatabaseError` for a file that a newer version wrote, or whose history
 * is not this code's, and when a migration fails (the file is then as before).
 */
export function migrate(
  database: Database.Database,
  migrations: readonly Migration[],
  options: MigrateOptions,
): void {
  const now = (options.clock ?? (() => new Date()))();
  const from = versionOf(database, migrations);
  const pending = migrations.filter((migration) => migration.id > from);
  const last = pending.at(-1);
  if (last === undefined) {
    return;
  }
  const backup = options.keepsCopy === false ? null : backupBefore(database, { from, to: last.id, now });
  try {
    database.transaction(() => apply(database, pending, now)).immediate();
  } catch (error) {
    throw new DatabaseError(
      `The database ${database.name} could not be brought from version ${from} to ${last.id} and is as it was (${String(error)}). Start the version that wrote it, or report this.`,
      { cause: error },
    );
  }
  options.log.info({ file: database.name, from, to: last.id, backup }, 'migrated the database');
}

function apply(database: Database.Database, pending: readonly Migration[], now: Date): void {
  database.exec(OWN_TABLE);
  const record = database.prepare('INSERT INTO schema_migrations (id, name, applied_at) VALUES (?, ?, ?)');
  for (const migration of pending) {
    for (const [name, call] of Object.entries(migration.functions ?? {})) {
      database.function(name, { deterministic: true }, (text) => call(String(text)));
    }
    database.exec(migration.sql);
    record.run(migration.id, migration.name, now.toISOString());
  }
}

/** The id of the newest migration in the file, 0 for none. Throws `DatabaseError` where it is not one of these. */
export function versionOf(database: Database.Database, migrations: readonly Migration[]): number {
  const applied = appliedIn(database);
  const newest = applied.at(-1)?.id ?? 0;
  const known = migrations.at(-1)?.id ?? 0;
  if (newest > known) {
    throw new DatabaseError(
      `The database ${database.name} has version ${newest}, and this pm-agent knows up to ${known}: a newer one wrote it. Update pm-agent, or restore the copy under backups/ that was made before the update.`,
    );
  }
  const strange = applied.find(({ id, name }) => migrations.find((each) => each.id === id)?.name !== name);
  if (strange !== undefined) {
    throw new DatabaseError(
      `The database ${database.name} holds the migration "${strange.name}" (${strange.id}), which is not one of this file's: it belongs to another program or another file of pm-agent. Check the setting that names it.`,
    );
  }
  return newest;
}

function appliedIn(database: Database.Database): readonly { readonly id: number; readonly name: string }[] {
  const hasTable = database
    .prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'`)
    .get();
  return hasTable === undefined
    ? []
    : database
        .prepare<[], { id: number; name: string }>('SELECT id, name FROM schema_migrations ORDER BY id')
        .all();
}
