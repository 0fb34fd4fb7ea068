/** Does the ledger say truly what was taken back, and once? Read in its file, as an auditor would. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Effect } from './ledger.js';

interface Row {
  readonly status: string;
  /** The try that it is; null for an effect. */
  readonly undoes: string | null;
  /** How often the audit log says that it was taken back. */
  readonly told: number;
}

/** What does not hold, in words. @param undos tries that ended */
export function brokenLedger(dataDir: string, undos: Iterable<Effect>): readonly string[] {
  const mirror = new Database(join(dataDir, 'pm-agent.db'), { readonly: true, timeout: 5_000 });
  try {
    const find = mirror.prepare<[string], Row>(
      `SELECT status, undoes,
              (SELECT count(*) FROM audit_log
               WHERE kind = 'effect.undone' AND json_extract(data, '$.actionId') = actions.id) AS told
       FROM actions WHERE id = ?`,
    );
    return Array.from(undos).flatMap(({ planned, undoId, ended }) => {
      const effect = find.get(planned.actionId);
      const undo = find.get(undoId ?? '');
      const isUndone = ended?.status === 'executed';
      const holds =
        effect?.status === (isUndone ? 'undone' : 'executed') &&
        effect.told === (isUndone ? 1 : 0) &&
        undo?.status === ended?.status &&
        undo?.undoes === planned.actionId;
      const said = JSON.stringify({ effect, undo });
      return holds ? [] : [`LEDGER: ${undoId} ended as ${ended?.status ?? 'nothing'}, and it says ${said}`];
    });
  } finally {
    mirror.close();
  }
}
