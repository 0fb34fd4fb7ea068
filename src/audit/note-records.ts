/** What the API tells the audit log: it writes notes where it may, and this process takes them over. */
import { SETTLED_NOTE, settlementIn } from '../domain/settlement.js';
import { appendAudit } from './chain.js';
import type { OutsideNote } from './mirror.js';
import type { NoteTerms } from './note-terms.js';
import { wishForRefusal } from './refusal-wishes.js';
import { settleUnknown } from './settle-records.js';
import { inTransaction, type Writing } from './writing.js';

/** How far another process's notes were taken over stands under this name. */
export const NOTES_SOURCE = 'inbox.audit_notes';

/** Each entry at the time of its note; idempotent by the note's own id. What a person settled is settled with it. */
export function takeOverNotes(
  writing: Writing,
  notes: readonly OutsideNote[],
  terms: NoteTerms,
): Promise<void> {
  return inTransaction(writing, async (trx) => {
    for (const note of notes) {
      const { id, at, cycleId, kind, actor, data } = note;
      const settlement = kind === SETTLED_NOTE ? settlementIn(data) : null;
      const counts = settlement === null ? {} : { counts: await settleUnknown(trx, at, settlement, terms) };
      await appendAudit(trx, {
        at,
        cycleId,
        kind,
        actor,
        data: { ...data, ...counts },
        key: `${kind}/${id}`,
      });
      await wishForRefusal(trx, note, terms);
    }
    const last = notes.at(-1)?.seq;
    if (last !== undefined) {
      await trx
        .insertInto('taken_over')
        .values({ source: NOTES_SOURCE, seq: last })
        .onConflict((conflict) => conflict.column('source').doUpdateSet({ seq: last }))
        .execute();
    }
  });
}

export async function notesTakenOver({ db }: Writing): Promise<number> {
  const row = await db
    .selectFrom('taken_over')
    .select('seq')
    .where('source', '=', NOTES_SOURCE)
    .executeTakeFirst();
  return row?.seq ?? 0;
}
