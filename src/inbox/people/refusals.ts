/**
 * Decisions that did not count, on their way into the audit log: some of each person and hour one by one, the rest as a number. Nobody,
 * with whatever token, makes the log grow without bound. See docs/decisions/0088.
 */
import type Database from 'better-sqlite3';
import type { GroupCommit } from '../group-commit.js';
import type { AuditNote, Inbox } from '../inbox.js';
import type { AuditNotes } from './audit-notes.js';

/** More than somebody brings about who errs. */
export const REFUSALS_LISTED_AN_HOUR = 20;
const HOUR_MS = 3_600_000;

interface Counted {
  readonly by_id: string;
  readonly hour_ms: number;
  readonly by_name: string;
  readonly actor: string;
  readonly seen: number;
}

type RefusalMethods = Pick<Inbox, 'saveRefusal' | 'closeRefusalHours'>;

/** Both methods of `Inbox`. */
export function createRefusals(
  database: Database.Database,
  commits: GroupCommit,
  notes: AuditNotes,
): RefusalMethods {
  const count = database
    .prepare<[string, number, string, string], number>(
      `INSERT INTO refusal_counts (by_id, hour_ms, by_name, actor, seen) VALUES (?, ?, ?, ?, 1)
       ON CONFLICT (by_id, hour_ms) DO UPDATE SET seen = seen + 1 RETURNING seen`,
    )
    .pluck();
  const isKept = database.prepare<[string], number>('SELECT 1 FROM audit_notes WHERE id = ?').pluck();
  const over = database.prepare<[number], Counted>('SELECT * FROM refusal_counts WHERE hour_ms <= ?');
  const remove = database.prepare<[string, number]>(
    'DELETE FROM refusal_counts WHERE by_id = ? AND hour_ms = ?',
  );

  function keep(note: AuditNote, by: { readonly id: string; readonly name: string }): 'listed' | 'counted' {
    // The same click, tried once more.
    if (isKept.get(note.id) !== undefined) {
      return 'listed';
    }
    const hour = Math.floor(Date.parse(note.at) / HOUR_MS) * HOUR_MS;
    const seen = count.get(by.id, hour, by.name, note.actor) ?? 0;
    if (seen <= REFUSALS_LISTED_AN_HOUR) {
      notes.keep(note);
      return 'listed';
    }
    if (seen === REFUSALS_LISTED_AN_HOUR + 1) {
      notes.keep(fromNowOn(note, by, hour));
    }
    return 'counted';
  }

  function close(at: string): void {
    for (const one of over.all(Date.parse(at) - HOUR_MS)) {
      if (one.seen > REFUSALS_LISTED_AN_HOUR) {
        notes.keep(inAll(one, at));
      }
      remove.run(one.by_id, one.hour_ms);
    }
  }

  return {
    saveRefusal: (note, by) => commits.write(() => keep(note, by)),
    async closeRefusalHours(at) {
      // Looked for before: an hour without one costs no commit.
      if (over.get(Date.parse(at) - HOUR_MS) !== undefined) {
        await commits.write(() => close(at));
      }
    },
  };
}

function fromNowOn(
  { at, actor }: AuditNote,
  by: { readonly id: string; readonly name: string },
  hour: number,
): AuditNote {
  const until = new Date(hour + HOUR_MS).toISOString();
  const why = `further refusals of ${by.name} until ${until} are not recorded one by one: ${REFUSALS_LISTED_AN_HOUR} were`;
  const data = { by: by.id, byName: by.name, until, why };
  return { id: `${by.id}/${hour}/capped`, at, cycleId: null, kind: 'refusals.capped', actor, data };
}

function inAll({ by_id, hour_ms, by_name, actor, seen }: Counted, at: string): AuditNote {
  const [from, until] = [hour_ms, hour_ms + HOUR_MS].map((ms) => new Date(ms).toISOString());
  const count = seen - REFUSALS_LISTED_AN_HOUR;
  const data = { by: by_id, byName: by_name, from, until, count };
  return { id: `${by_id}/${hour_ms}/counted`, at, cycleId: null, kind: 'refusals.counted', actor, data };
}
