/** What the API has to tell the audit log. It cannot write there: the worker reads these rows and does. */
import type Database from 'better-sqlite3';
import type { GroupCommit } from '../group-commit.js';
import type { AuditNote, Inbox } from '../inbox.js';

/** More than a worker that is away for a while would miss; one who asks again and again must not fill the disk. */
const REFUSALS_KEPT = 10_000;

const REFUSALS: ReadonlySet<AuditNote['kind']> = new Set<AuditNote['kind']>([
  'decision.refused',
  'undo.refused',
]);

const INSERT = `INSERT INTO audit_notes (id, at, cycle_id, kind, actor, data)
  VALUES (@id, @at, @cycleId, @kind, @actor, @data) ON CONFLICT (id) DO NOTHING`;

export interface AuditNotes {
  /** Inside the transaction of what the note tells of: both stand, or neither. */
  readonly keep: (note: AuditNote) => void;
}

export function createAuditNotes(database: Database.Database): AuditNotes {
  const insert = database.prepare<[object]>(INSERT);
  const prune = database.prepare<[number]>(
    `DELETE FROM audit_notes WHERE kind IN ('decision.refused', 'undo.refused') AND seq <= ?`,
  );
  return {
    keep: (note) => {
      const { changes, lastInsertRowid } = insert.run({ ...note, data: JSON.stringify(note.data) });
      if (changes === 1 && REFUSALS.has(note.kind)) {
        prune.run(Number(lastInsertRowid) - REFUSALS_KEPT);
      }
    },
  };
}

/** The note method of `Inbox`. */
export function createNoteSaver(notes: AuditNotes, commits: GroupCommit): Pick<Inbox, 'saveNote'> {
  return { saveNote: (note) => commits.write(() => notes.keep(note)) };
}
