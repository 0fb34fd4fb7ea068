/** Wishes for cards, written in the transaction of what they tell of. */

import type { ApprovalCardsTable } from './approval-tables.js';
import type { CardPlaces } from './cards.js';
import type { Trx } from './writing.js';

/** Users' ids begin with U or W; everything else is a channel. A direct message needs no history of its own. */
const USER = /^[UW]/;

/** One card for each place; idempotent. */
export async function wishForCards(
  trx: Trx,
  at: string,
  approvalId: string,
  { places, hasLongWords, hasChanged = false }: CardPlaces,
): Promise<void> {
  for (const place of places) {
    const id = `card-${approvalId}-${place}`;
    await insert(trx, at, { id, approval_id: approvalId, kind: 'card', card_id: null, place });
    if (hasLongWords) {
      await insert(trx, at, replyRow(id, approvalId, 'words', place));
    }
    if (hasChanged) {
      await insert(trx, at, replyRow(id, approvalId, 'changed', place));
    }
  }
}

/** An edit is too long for its cards: each one's thread gets all of it, also where an earlier text stands there already. */
export async function wishForWords(trx: Trx, at: string, approvalId: string, hash: string): Promise<void> {
  const cards = await trx
    .selectFrom('approval_cards')
    .select(['id', 'place'])
    .where('approval_id', '=', approvalId)
    .where('kind', '=', 'card')
    .where('ended', 'is', null)
    .execute();
  for (const { id, place } of cards) {
    const row = replyRow(id, approvalId, 'words', place);
    await insert(trx, at, { ...row, id: `${row.id}-${hash.slice(0, 12)}` });
  }
}

/** The cards that asked about this action tell what came of it; `suffix` as below. */
export async function wishForOutcome(trx: Trx, at: string, actionId: string, suffix = ''): Promise<void> {
  const asked = await trx.selectFrom('approvals').select('id').where('action_id', '=', actionId).execute();
  await wishForRewrite(
    trx,
    at,
    asked.map(({ id }) => id),
    'effect',
    suffix,
  );
}

/**
 * The cards of these approvals have something new to show, and their threads to tell, where there is a reply. `suffix` names
 * one of several replies of a kind.
 */
export async function wishForRewrite(
  trx: Trx,
  at: string,
  approvalIds: readonly string[],
  reply: Exclude<ApprovalCardsTable['kind'], 'card' | 'words'> | null,
  suffix = '',
): Promise<void> {
  if (approvalIds.length === 0) {
    return;
  }
  const cards = await trx
    .updateTable('approval_cards')
    .set((eb) => ({ wanted: eb('wanted', '+', 1), next_at: at, attempts: 0 }))
    .where('approval_id', 'in', [...approvalIds])
    .where('kind', '=', 'card')
    .where('ended', 'is', null)
    .returning(['id', 'approval_id', 'place'])
    .execute();
  if (reply === null) {
    return;
  }
  for (const { id, approval_id, place } of cards) {
    // Who is asked directly reads the card itself, is reminded all the same, and told in full what the card has to cut.
    if (!USER.test(place) || reply === 'reminder' || reply === 'changed') {
      const row = replyRow(id, approval_id, reply, place);
      await insert(trx, at, suffix === '' ? row : { ...row, id: `${row.id}-${suffix}` });
    }
  }
}

function replyRow(cardId: string, approvalId: string, kind: ApprovalCardsTable['kind'], place: string) {
  return { id: `${cardId}-${kind}`, approval_id: approvalId, kind, card_id: cardId, place };
}

async function insert(
  trx: Trx,
  at: string,
  row: Pick<ApprovalCardsTable, 'id' | 'approval_id' | 'kind' | 'card_id' | 'place'>,
): Promise<void> {
  await trx
    .insertInto('approval_cards')
    .values({
      ...row,
      channel: null,
      ts: null,
      wanted: 1,
      shown: 0,
      sent_at: null,
      attempts: 0,
      next_at: at,
      error: null,
      ended: null,
      created_at: at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
