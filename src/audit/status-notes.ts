/** Which status note the ledger knows to stand somewhere. */
import { sql } from 'kysely';
import type { Stood } from '../domain/actions/row.js';
import type { NoteRow } from './effects.js';
import type { MirrorWriter } from './mirror.js';
import type { Writing } from './writing.js';

/** The latest that was written there and not taken back, by another action than this one. */
export async function latestNote(
  { db }: Pick<Writing, 'db'>,
  { kind, target, besides }: Parameters<MirrorWriter['latestNote']>[0],
): Promise<NoteRow | null> {
  const [row] = await db
    .selectFrom('actions')
    .select(['id', 'remote_id as remoteId', 'stood', 'proposed_at as proposedAt'])
    .where('target', '=', target)
    .where('kind', '=', kind)
    .where('status', '=', 'executed')
    .where('undoes', 'is', null)
    .where('id', '!=', besides)
    .where('remote_id', 'is not', null)
    .where(sql`json_extract(payload, '$.as')`, '=', 'status_note')
    .orderBy('ended_at', 'desc')
    .limit(1)
    .execute();
  if (row === undefined) {
    return null;
  }
  const own = await db
    .selectFrom('actions')
    .select('proposed_at')
    .where('id', '=', besides)
    .executeTakeFirst();
  const { words } = row.stood === null ? {} : (JSON.parse(row.stood) as Stood).after;
  return {
    actionId: row.id,
    remoteId: row.remoteId ?? '',
    words: typeof words === 'string' ? words : null,
    isNewer: own !== undefined && row.proposedAt > own.proposed_at,
  };
}
