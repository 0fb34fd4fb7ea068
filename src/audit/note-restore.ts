/**
 * What a restore writes into the mirror that it puts in place. Apart from what is asked of restores: the API asks, and
 * need not load what writes (nine megabytes).
 */
import type Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { Restore } from '../domain/restore.js';
import { appendAudit } from './chain.js';
import { type ChainHead, headOf, RESTORED } from './restores.js';
import type { MirrorTables } from './schema.js';
import type { Trx } from './writing.js';

/**
 * Written into the copy before it is put in place, in one transaction; closes the connection. `lostHead`: of the chain
 * that the copy replaces, where it could be read.
 */
export async function noteRestore(
  database: Database.Database,
  restore: Restore,
  lostHead: ChainHead | null,
): Promise<void> {
  const copyHead = headOf(database);
  const db = new Kysely<MirrorTables>({ dialect: new SqliteDialect({ database }) });
  try {
    await db.transaction().execute(async (trx) => {
      await writeDown(trx, restore);
      await appendAudit(trx, {
        at: restore.at,
        cycleId: null,
        kind: RESTORED,
        actor: 'cli',
        data: { takenAt: restore.takenAt, fenceFloor: restore.fenceFloor, copyHead, lostHead },
        key: `${RESTORED}/${restore.at}`,
      });
    });
  } finally {
    await db.destroy();
  }
}

/**
 * What was true when the copy was made and may not be now: a place is not read as far as its watermark says, for the
 * inbox was copied first; a card that was not posted yet may have been since, so it is looked for before it is; and
 * refused decisions are numbered anew by the inbox's copy.
 */
async function writeDown(trx: Trx, { at, takenAt, fenceFloor }: Restore): Promise<void> {
  await trx
    .insertInto('restores')
    .values({
      restored_at: at,
      taken_at: takenAt,
      fence_floor: fenceFloor,
      swept_at: null,
      refilled_at: null,
    })
    .execute();
  await trx.updateTable('sweep_marks').set({ watermark: takenAt }).where('watermark', '>', takenAt).execute();
  await trx
    .updateTable('sweep_marks')
    .set({ reached_back_to: takenAt })
    .where('reached_back_to', '>', takenAt)
    .execute();
  await trx
    .updateTable('approval_cards')
    .set({ sent_at: at })
    .where('ts', 'is', null)
    .where('sent_at', 'is', null)
    .where('ended', 'is', null)
    .execute();
  await trx.deleteFrom('taken_over').execute();
}
