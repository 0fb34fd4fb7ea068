/** One try to tell one thing: post it once, or rewrite what stands there. */
import type { CardMirror, CardRow } from '../audit/cards.js';
import { lookedForSince, SETTLED_AFTER_MS } from '../domain/effect.js';
import { IntegrationError } from '../integrations/integration-error.js';
import type { ApprovalCard } from '../integrations/slack/approval-card.js';
import { approvalMessage } from '../integrations/slack/approval-message.js';
import { approvalReply } from '../integrations/slack/approval-replies.js';
import { hasLongDrift } from '../integrations/slack/approval-words.js';
import type { BlockMessage, Slack } from '../integrations/slack/slack.js';
import { type CardSettings, toCard } from './to-card.js';

export type CardSlack = Pick<
  Slack,
  'postBlocks' | 'updateBlocks' | 'findMessageByAction' | 'openDirectMessage'
>;

export interface DeliverParts {
  readonly cards: CardMirror;
  readonly slack: CardSlack;
  /** As they are now. */
  readonly settings: () => CardSettings;
  readonly clock: () => Date;
}

/** A user's id: what is for them goes into their direct message. */
const USER = /^[UW]/;

/** Throws what the vendor's client throws: `card-loop.ts` decides when to try again. */
export async function deliver(parts: DeliverParts, row: CardRow): Promise<void> {
  const content = await parts.cards.content(row.approval_id);
  if (content === null) {
    await parts.cards.end(row.id, 'there is no such approval');
    return;
  }
  const card = toCard(content, parts.settings());
  await (row.card_id === null ? deliverCard(parts, row, card) : deliverReply(parts, row, row.card_id, card));
}

async function deliverCard(parts: DeliverParts, row: CardRow, card: ApprovalCard): Promise<void> {
  const { cards, slack } = parts;
  if (row.ts === null && row.sent_at === null && card.settled !== null) {
    await cards.end(row.id, 'decided before it was posted');
    return;
  }
  const channel = row.channel ?? (await channelOf(slack, row.place));
  const message = approvalMessage(card);
  const there = row.ts ?? (await lookFor(parts, row, channel, null));
  if (there === 'not yet') {
    return;
  }
  if (there !== null) {
    await slack.updateBlocks({ channel, ts: there, message, marker: row.id });
    await cards.shown(row.id, { channel, ts: there, version: row.wanted });
    return;
  }
  if (card.settled !== null) {
    await cards.end(row.id, 'decided before it was posted');
    return;
  }
  await post(parts, row, { channel, threadTs: null, message });
}

/** A reply waits for its card, and is nothing without it. */
async function deliverReply(
  parts: DeliverParts,
  row: CardRow,
  cardId: string,
  card: ApprovalCard,
): Promise<void> {
  const { cards, clock } = parts;
  const parent = await cards.get(cardId);
  const message = row.kind === 'card' || isSaidByCard(row, card) ? null : approvalReply(row.kind, card);
  if (message === null || parent === null || (parent.ts === null && parent.ended !== null)) {
    await cards.end(row.id, message === null ? 'there is nothing to tell' : 'its card was never posted');
    return;
  }
  const { channel, ts } = parent;
  if (channel === null || ts === null) {
    await cards.postpone(row.id, after(parent.next_at, clock()));
    return;
  }
  const there = await lookFor(parts, row, channel, ts);
  if (there === 'not yet') {
    return;
  }
  if (there !== null) {
    await cards.shown(row.id, { channel, ts: there, version: row.wanted });
    return;
  }
  await post(parts, row, { channel, threadTs: ts, message });
}

/** A direct message is the card alone: what changed is told besides only where the card has to cut it. */
function isSaidByCard({ kind, place }: CardRow, card: ApprovalCard): boolean {
  return kind === 'changed' && USER.test(place) && !hasLongDrift(card);
}

/** The `ts` of what an earlier attempt posted, null for nothing, `not yet` while one may still be in work. */
async function lookFor(
  { cards, slack, clock }: DeliverParts,
  row: CardRow,
  channel: string,
  threadTs: string | null,
): Promise<string | null> {
  if (row.sent_at === null) {
    return null;
  }
  const found = await slack.findMessageByAction(channel, threadTs, row.id, [], lookedForSince(row.sent_at));
  const now = clock().getTime();
  const sentMs = Date.parse(row.sent_at);
  if (found === null && sentMs > now) {
    // The clock was set back since: how long it is in work is not known any more, so the wait begins anew.
    await cards.sending(row.id);
  }
  const settledMs = Math.min(sentMs, now) + SETTLED_AFTER_MS;
  if (found === null && settledMs > now) {
    await cards.postpone(row.id, new Date(settledMs).toISOString());
    return 'not yet';
  }
  return found;
}

async function post(
  { cards, slack }: DeliverParts,
  row: CardRow,
  where: { readonly channel: string; readonly threadTs: string | null; readonly message: BlockMessage },
): Promise<void> {
  await cards.sending(row.id);
  const ts = await slack.postBlocks({ ...where, marker: row.id }).catch(async (error: unknown) => {
    if (error instanceof IntegrationError && !error.outcomeUnknown) {
      await cards.notSent(row.id);
    }
    throw error;
  });
  await cards.shown(row.id, { channel: where.channel, ts, version: row.wanted });
}

async function channelOf(slack: CardSlack, place: string): Promise<string> {
  return USER.test(place) ? slack.openDirectMessage(place) : place;
}

/** A moment after its card is tried, and never at once. */
function after(nextAt: string, now: Date): string {
  return new Date(Math.max(Date.parse(nextAt), now.getTime()) + 1_000).toISOString();
}
