/** The outbox of decisions: what a person decided survives until a worker has applied it. */
import type Database from 'better-sqlite3';
import type { OutboxDecision } from '../../domain/outbox-decision.js';
import type { GroupCommit } from '../group-commit.js';
import type { Inbox } from '../inbox.js';

const INSERT = `INSERT INTO decisions (id, cycle_id, approval_id, input, created_at)
  VALUES (@id, @cycleId, @approvalId, @input, @createdAt) ON CONFLICT (id) DO NOTHING`;
const SELECT =
  'SELECT id, cycle_id AS cycleId, approval_id AS approvalId, input, created_at AS createdAt FROM decisions';

/** The decision methods of `Inbox`. A decision is saved once and settled once; repeats change nothing. */
export function createDecisions(
  database: Database.Database,
  commits: GroupCommit,
  clock: () => Date,
): Pick<Inbox, 'saveDecision' | 'pendingDecisions' | 'settleDecision'> {
  const insert = database.prepare<[OutboxDecision]>(INSERT);
  const pending = database.prepare<[number], OutboxDecision>(
    `${SELECT} WHERE status = 'pending' ORDER BY seq LIMIT ?`,
  );
  const settle = database.prepare<[string, string, string, string]>(
    `UPDATE decisions SET status = ?, detail = ?, settled_at = ? WHERE id = ? AND status = 'pending'`,
  );
  return {
    saveDecision: (decision) =>
      commits.write(() => {
        insert.run(decision);
      }),
    pendingDecisions: (limit) => pending.all(limit),
    settleDecision: (id, result, detail) =>
      commits.write(() => {
        settle.run(result, detail, clock().toISOString(), id);
      }),
  };
}
