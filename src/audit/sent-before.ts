/** An event that a person has tried again: what its earlier cycles sent may stand at the vendor. */
import type { MirrorWriter } from './mirror.js';
import type { Writing } from './writing.js';

export async function sentBefore(
  { db }: Writing,
  { cycleId, eventId, subject, kind }: Parameters<MirrorWriter['sentBefore']>[0],
): Promise<string | null> {
  const row = await db
    .selectFrom('actions')
    .innerJoin('cycles', 'cycles.id', 'actions.cycle_id')
    .select((is) => is.fn.max('actions.last_intent_at').as('at'))
    .where('cycles.subject', '=', subject)
    .where('cycles.event_id', '=', eventId)
    .where('cycles.id', '<>', cycleId)
    .where('actions.kind', '=', kind)
    .where('actions.undoes', 'is', null)
    .executeTakeFirst();
  return row?.at ?? null;
}
