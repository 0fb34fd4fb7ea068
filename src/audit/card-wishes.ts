/** Wishes for cards, written in the transaction of what they tell of. */

import type { ApprovalCardsTable } from './approval-tables.js';
import type { CardPlaces } from './cards.js';
import type { Trx } from './writing.js';

/** Users' ids begin with U or W; everything else is a channel. A direct message needs no history of its own. */
const USER = /^[UW]/;

/** `in hours`: it came about by the clock alone, and disturbs nobody outside working hours. `now`: somebody did something. */
type ToldWhen = 'now' | 'in hours';

/** One card for each place; idempotent. */
export async function wishForCards(
  trx: Trx,
  at: string,
  approvalId: string,
  { places, hasLongWords, hasChanged = false }: CardPlaces,
  when: ToldWhen = 'now',
): Promise<void> {
  for (const place of places) {
    const id = `card-${approvalId}-${place}`;
    await insert(trx, at, { id, approval_id: approvalId, kind: 'card', card_id: null, place }, when);
    if (hasLongWords) {
      await insert(trx, at, replyRow(id, approvalId, 'words', place), when);
    }
    if (hasChanged) {
      await insert(trx, at, replyRow(id, approvalId, 'changed', place), when);
    }
  }
}

/** An edit is too long for its cards: each one's thread gets all of it, also where an earlier text stands there already. */
export async function wishForWords(trx: Trx, at: string, approvalId: string, hash: string): Promise<void> {
  const cards = await trx
    .selectFrom('approval_cards')
    .select(['id', 'place', 'ts', 'in_hours'])
    .where('approval_id', '=', approvalId)
    .where('kind', '=', 'card')
    .where('ended', 'is', null)
    .execute();
  for (const card of cards) {
    const { id, place } = card;
    const row = replyRow(id, approvalId, 'words', place);
    await insert(
      trx,
      at,
      { ...row, id: `${row.id}-${hash.slice(0, 12)}` },
      isHeld(card) ? 'in hours' : 'now',
    );
  }
}

/** Without its card a reply can be told nowhere, and would be tried until the morning. */
function isHeld({ ts, in_hours: inHours }: Pick<ApprovalCardsTable, 'ts' | 'in_hours'>): boolean {
  return ts === null && inHours === 1;
}

/** A person put it off: what should have reminded of it, and was not told yet, does not. */
export async function dropReminders(trx: Trx, approvalId: string): Promise<void> {
  await trx
    .updateTable('approval_cards')
    .set({ ended: 'it was put off' })
    .where('approval_id', '=', approvalId)
    .where('kind', '=', 'reminder')
    .where('in_hours', '=', 1)
    .where('ts', 'is', null)
    .where('ended', 'is', null)
    .execute();
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
  when: ToldWhen = 'now',
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
    .returning(['id', 'approval_id', 'place', 'ts', 'in_hours'])
    .execute();
  if (reply === null) {
    return;
  }
  for (const card of cards) {
    const { id, approval_id, place } = card;
    // Who is asked directly reads the card itself, is reminded all the same, and told in full what the card has to cut.
    const isTold =
      reply === 'reminder' ? !(await remindsAnyway(trx, at, id)) : reply === 'changed' || !USER.test(place);
    if (isTold) {
      const row = replyRow(id, approval_id, reply, place);
      const toldWhen = isHeld(card) ? 'in hours' : when;
      await insert(trx, at, suffix === '' ? row : { ...row, id: `${row.id}-${suffix}` }, toldWhen);
    }
  }
}

/** Told later than this after it was wished for, it was held up: by the night, or because nobody could be told. */
const HELD_UP_MS = 60_000;
const JUST_NOW_MS = 10 * 60_000;

/**
 * A reminder's words are made when it is told. One that still waits in this thread, or that was held up and came a moment ago,
 * reminds of all that there is; so does the card itself, where it was held up.
 */
async function remindsAnyway(trx: Trx, at: string, cardId: string): Promise<boolean> {
  const others = await trx
    .selectFrom('approval_cards')
    .select(['ts', 'created_at', 'told_at'])
    .where((is) =>
      is.or([
        is.and([is('id', '=', cardId), is('in_hours', '=', 1)]),
        is.and([is('card_id', '=', cardId), is('kind', '=', 'reminder')]),
      ]),
    )
    .where('ended', 'is', null)
    .execute();
  return others.some((other) => other.ts === null || cameLateJustNow(other, Date.parse(at)));
}

function cameLateJustNow(
  { created_at: wishedAt, told_at: toldAt }: Pick<ApprovalCardsTable, 'created_at' | 'told_at'>,
  now: number,
): boolean {
  const told = Date.parse(toldAt ?? '');
  return told - Date.parse(wishedAt) > HELD_UP_MS && told <= now && now - told < JUST_NOW_MS;
}

function replyRow(cardId: string, approvalId: string, kind: ApprovalCardsTable['kind'], place: string) {
  return { id: `${cardId}-${kind}`, approval_id: approvalId, kind, card_id: cardId, place };
}

async function insert(
  trx: Trx,
  at: string,
  row: Pick<ApprovalCardsTable, 'id' | 'approval_id' | 'kind' | 'card_id' | 'place'>,
  when: ToldWhen,
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
      in_hours: when === 'in hours' ? 1 : 0,
      told_at: null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
