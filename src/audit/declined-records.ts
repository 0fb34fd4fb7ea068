/** Events that the model declined to answer, each once for each author of what it read. */
import type { Author } from '../domain/declined.js';
import { wishForAlert } from './alert-wishes.js';
import { audit, type Trx } from './writing.js';

export interface DeclinedEvent {
  readonly subject: string;
  readonly model: string;
  readonly authors: readonly Author[];
  /** Who is told, and what; null where people hear of it in another way. */
  readonly told: { readonly place: string; readonly text: string } | null;
}

/** Told of once a day for each author: whoever wants to drown people in alerts cannot. Audit `model.declined`. */
export async function noteDeclined(
  trx: Trx,
  at: string,
  cycleId: string,
  { subject, model, authors, told }: DeclinedEvent,
  look: { readonly key?: string },
): Promise<void> {
  for (const { id, name } of authors) {
    await trx
      .insertInto('declined')
      .values({
        cycle_id: cycleId,
        author: id,
        author_name: name,
        subject,
        model,
        declined_at: at,
        answered_at: null,
      })
      .onConflict((conflict) => conflict.columns(['cycle_id', 'author']).doNothing())
      .execute();
  }
  await audit(trx, at, cycleId, 'model.declined', { subject, model, authors }, look);
  if (told !== null) {
    const who = authors.map(({ id }) => id).toSorted();
    const id = `declined-${who.join('+')}-${at.slice(0, 10)}-${told.place}`;
    await wishForAlert(trx, at, { id, about: 'declined', ...told });
  }
}

/** A later look of the cycle came to a decision: nobody has to look at it any more. */
export async function noteAnswered(trx: Trx, at: string, cycleId: string): Promise<void> {
  await trx
    .updateTable('declined')
    .set({ answered_at: at })
    .where('cycle_id', '=', cycleId)
    .where('answered_at', 'is', null)
    .execute();
}
