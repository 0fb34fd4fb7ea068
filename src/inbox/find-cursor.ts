/** How far the sweep's finds were taken over from the mirror. */
import type Database from 'better-sqlite3';
import type { GroupCommit } from './group-commit.js';
import type { Inbox } from './inbox.js';

/** The cursor methods of `Inbox`. It never goes back. */
export function createFindCursor(
  database: Database.Database,
  commits: GroupCommit,
): Pick<Inbox, 'takenFinds' | 'noteTakenFinds'> {
  const taken = database.prepare<[], number>('SELECT taken FROM sweep_intake WHERE id = 1').pluck();
  const note = database.prepare<[number]>('UPDATE sweep_intake SET taken = max(taken, ?) WHERE id = 1');
  return {
    takenFinds: () => taken.get() ?? 0,
    noteTakenFinds: (seq) =>
      commits.write(() => {
        note.run(seq);
      }),
  };
}
