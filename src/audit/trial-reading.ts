/** Trial runs as the API reads them. */
import type { TrialResult } from '../domain/trial.js';
import { decodeCursor, pageOf } from './cursor.js';
import type { MirrorReader } from './mirror-reader.js';
import type { TrialsTable } from './trial-tables.js';

/** Asks over a connection that may not be there yet: then nothing is found. */
export type All = <T>(sql: string, ...params: unknown[]) => readonly T[];

export function trialReading(all: All): Pick<MirrorReader, 'listTrials' | 'getTrial'> {
  return {
    listTrials(page) {
      const after = decodeCursor(page.cursor);
      const rows = all<TrialsTable>(
        `SELECT * FROM trials WHERE ? IS NULL OR (started_at, id) < (?, ?)
         ORDER BY started_at DESC, id DESC LIMIT ?`,
        after?.at ?? null,
        after?.at ?? null,
        after?.id ?? null,
        page.limit + 1,
      );
      return pageOf(rows, page.limit, (row) => ({ at: row.started_at, id: row.id }));
    },
    getTrial(id) {
      const [trial] = all<TrialsTable>('SELECT * FROM trials WHERE id = ?', id);
      if (trial === undefined) {
        return null;
      }
      const rows = all<{ result: string }>(
        'SELECT result FROM trial_results WHERE trial_id = ? AND result IS NOT NULL ORDER BY seq',
        id,
      );
      return { trial, results: rows.map(({ result }) => JSON.parse(result) as TrialResult) };
    },
  };
}
