/** What is read of actions and of the tries to take them back. */
import type { Decider } from '../domain/approval.js';
import type { MirrorReader, OpenUndo, ShadowAction } from './mirror-reader.js';
import type { ActionsTable } from './schema.js';
import { IN_SHADOW } from './shadow-migration.js';
import type { All } from './trial-reading.js';

type One = <T>(sql: string, ...params: unknown[]) => T | null;

export function actionReading(
  all: All,
  one: One,
): Pick<
  MirrorReader,
  | 'getAction'
  | 'actionsMaking'
  | 'openEffects'
  | 'isOpenEffect'
  | 'unknownEffects'
  | 'openUndos'
  | 'undosOf'
  | 'shadowActions'
> {
  return {
    getAction: (id) => one<ActionsTable>('SELECT * FROM actions WHERE id = ?', id),
    actionsMaking: (remoteId) =>
      all<ActionsTable>(
        `SELECT * FROM (SELECT * FROM actions WHERE remote_id = ? ORDER BY proposed_at DESC, seq DESC LIMIT 20)
         ORDER BY proposed_at, seq`,
        remoteId,
      ),
    openEffects: (limit) => ({
      count: one<{ count: number }>(`SELECT count(*) AS count ${OPEN_EFFECTS}`)?.count ?? 0,
      items: all<ActionsTable>(
        `SELECT actions.* ${OPEN_EFFECTS} ORDER BY proposed_at, actions.id LIMIT ?`,
        limit,
      ),
    }),
    isOpenEffect: (id) => one(`SELECT 1 AS found ${OPEN_EFFECTS} AND actions.id = ?`, id) !== null,
    unknownEffects: (limit) => ({
      count:
        one<{ count: number }>("SELECT count(*) AS count FROM actions WHERE status = 'unknown'")?.count ?? 0,
      items: all<ActionsTable>(
        "SELECT * FROM actions WHERE status = 'unknown' ORDER BY ended_at, id LIMIT ?",
        limit,
      ),
    }),
    shadowActions: (since, limit) =>
      all<ShadowAction>(
        `SELECT actions.*, cycles.context_hash FROM actions JOIN cycles ON cycles.id = actions.cycle_id
         WHERE (${IN_SHADOW}) AND proposed_at >= ? ORDER BY proposed_at DESC LIMIT ?`,
        since,
        limit,
      ),
    openUndos: ({ after, limit }) =>
      all<OpenUndoRow>(
        `SELECT actions.id, actions.undoes, audit_log.data FROM actions
         LEFT JOIN audit_log ON audit_log.entry_key = actions.cycle_id || '/undo.asked/' || actions.id
         WHERE actions.undoes IS NOT NULL AND actions.ended_at IS NULL AND actions.id > ? ORDER BY actions.id LIMIT ?`,
        after,
        limit,
      ).map(toOpenUndo),
    undosOf: (id) => all<ActionsTable>('SELECT * FROM actions WHERE undoes = ? ORDER BY proposed_at', id),
  };
}

interface OpenUndoRow {
  readonly id: string;
  readonly undoes: string;
  readonly data: string | null;
}

/** Who ordered it stands in the audit log alone, where it may have been erased since. */
function toOpenUndo({ id, undoes, data }: OpenUndoRow): OpenUndo {
  const { by = NOBODY_KNOWN } = JSON.parse(data ?? '{}') as { readonly by?: Decider };
  return { undoId: id, actionId: undoes, by };
}

const NOBODY_KNOWN: Decider = { id: 'unknown', name: 'somebody', channel: 'api' };

const OPEN_EFFECTS = `FROM cycles JOIN actions ON actions.cycle_id = cycles.id
  WHERE cycles.status IN ('running', 'awaiting_approval') AND actions.ended_at IS NULL AND actions.undoes IS NULL
    AND (actions.status IN ('approved', 'executing') OR (actions.status = 'proposed' AND actions.verdict = 'auto'))`;
