/** Whether the agent is paused. The API writes it, the worker reads it right before each effect. */
import type Database from 'better-sqlite3';
import type { Pause } from '../../domain/pause.js';
import type { GroupCommit } from '../group-commit.js';
import type { AuditNote } from '../inbox.js';
import type { AuditNotes } from './audit-notes.js';

export interface PauseStore {
  /** Null where the agent may act. */
  current(): Pause | null;
  /** The first one holds: true where this is it, and the note was kept with it. Rejects when the store cannot be written. */
  begin(pause: Pause, note: AuditNote): Promise<boolean>;
  /** True where there was one. */
  end(note: AuditNote): Promise<boolean>;
}

const CURRENT = 'SELECT since, by_id AS by, by_name AS byName, reason FROM pauses';

/** For whoever looks once, beside API and worker. Null where the agent may act. */
export function readPause(database: Database.Database): Pause | null {
  return database.prepare<[], Pause>(CURRENT).get() ?? null;
}

export function createPauses(
  database: Database.Database,
  commits: GroupCommit,
  notes: AuditNotes,
): PauseStore {
  const current = database.prepare<[], Pause>(CURRENT);
  const insert = database.prepare<[Pause]>(
    `INSERT INTO pauses (id, since, by_id, by_name, reason) VALUES (1, @since, @by, @byName, @reason)
     ON CONFLICT (id) DO NOTHING`,
  );
  const remove = database.prepare('DELETE FROM pauses');
  const noted = (changes: number, note: AuditNote): boolean => {
    if (changes === 1) {
      notes.keep(note);
    }
    return changes === 1;
  };
  return {
    current: () => current.get() ?? null,
    begin: (pause, note) => commits.write(() => noted(insert.run(pause).changes, note)),
    end: (note) => commits.write(() => noted(remove.run().changes, note)),
  };
}
