/** Decisions that did not count. The API cannot write the audit log: the worker reads them here and does. */
import type Database from 'better-sqlite3';
import type { GroupCommit } from '../group-commit.js';
import type { Inbox } from '../inbox.js';

/** More than a worker that is away for a while would miss; one who asks again and again must not fill the disk. */
const KEPT = 10_000;
const WORDS_LIMIT = 2_000;

const INSERT = `INSERT INTO refused_decisions (id, at, cycle_id, approval_id, by_id, by_name, channel, what, code, why)
  VALUES (@id, @at, @cycleId, @approvalId, @byId, @byName, @channel, @what, @code, @why) ON CONFLICT (id) DO NOTHING`;

export function createRefusals(
  database: Database.Database,
  commits: GroupCommit,
): Pick<Inbox, 'saveRefusal'> {
  const insert = database.prepare<[object]>(INSERT);
  const prune = database.prepare<[number]>('DELETE FROM refused_decisions WHERE seq <= ?');
  return {
    saveRefusal: ({ by, why, approvalId, ...refusal }) =>
      commits.write(() => {
        const { changes, lastInsertRowid } = insert.run({
          ...refusal,
          approvalId: approvalId.slice(0, WORDS_LIMIT),
          byId: by.id,
          byName: by.name,
          channel: by.channel,
          why: why.slice(0, WORDS_LIMIT),
        });
        if (changes === 1) {
          prune.run(Number(lastInsertRowid) - KEPT);
        }
      }),
  };
}
