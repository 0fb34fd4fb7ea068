/** What is added to a card's thread as things go on: the card is rewritten, the thread keeps its history. */
import type { KnownBlock } from '@slack/types';
import { CARD_LINE_LIMIT } from '../../domain/approval.js';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { escapeSlackText } from '../../domain/markup/slack-mrkdwn.js';
import type { ApprovalCard } from './approval-card.js';
import {
  DRIFT_LIMIT,
  deadlineSentence,
  decidedSentence,
  effectSentence,
  hasLongDrift,
  hasLongLine,
  reasonOf,
} from './approval-words.js';
import { context, cut, quote } from './block-text.js';
import { decidersOf } from './card-people.js';
import type { BlockMessage } from './slack.js';

/** What would be done in full where the card has to cut it; who decided; what became of it; that it still waits; what changed. */
export const REPLY_KINDS = ['words', 'decided', 'effect', 'reminder', 'changed'] as const;
export type ReplyKind = (typeof REPLY_KINDS)[number];

/** A section holds 3,000 characters. */
const SECTION_LIMIT = 2_900;
/** Characters of one quote; a message holds 50 blocks. */
const QUOTE_LIMIT = 1_400;
const MOST_QUOTES = 45;

const REPLIES: { readonly [K in ReplyKind]: (card: ApprovalCard) => BlockMessage | null } = {
  words: wordsReply,
  decided: decidedReply,
  effect: (card) => {
    const told = effectSentence(card);
    return told === null ? null : sentence(told);
  },
  reminder: (card) =>
    card.settled === null
      ? sentence(
          `Still waits${card.deciders === null ? '' : ` for ${decidersOf(card)}`}: ${escapeSlackText(card.what)}. ${deadlineSentence(card)}`,
        )
      : null,
  changed: changedReply,
};

/** Null where there is nothing to say (any more). */
export function approvalReply(kind: ReplyKind, card: ApprovalCard): BlockMessage | null {
  return REPLIES[kind](card);
}

/** What an edit took the place of stands here: the card itself shows what was decided. */
function decidedReply({ settled, proposed, nothingSent }: ApprovalCard): BlockMessage | null {
  if (settled === null) {
    return null;
  }
  const edited = settled.status === 'approved' && proposed !== null;
  return sentence(
    [
      decidedSentence(settled, nothingSent !== null),
      ...wordsOf(settled),
      ...(edited ? ['Changed before it was approved. Proposed was:'] : []),
    ].join('\n'),
    edited ? [quote(cut(visibleText(proposed), QUOTE_LIMIT) || ' ')] : [],
  );
}

/** Whoever decides again reads all of what changed: here, where the sentence and the card have to cut it. */
function changedReply(card: ApprovalCard): BlockMessage | null {
  const { settled, drift, wholeDrift } = card;
  if (settled !== null || drift === null) {
    return null;
  }
  return sentence(
    `Approved, but not done: ${escapeSlackText(cut(visibleText(drift), DRIFT_LIMIT))}. Please decide again.`,
    hasLongDrift(card) ? inFull(wholeDrift ?? drift, card) : [],
  );
}

function wordsReply(card: ApprovalCard): BlockMessage | null {
  const { words, what, change } = card;
  const parts = [...(hasLongLine(card) ? [what, change] : []), words].filter((part) => part !== null);
  return parts.length === 0
    ? null
    : {
        text: escapeSlackText(`All of what would be done: ${cut(what, CARD_LINE_LIMIT)}`),
        blocks: inFull(parts.join('\n\n'), card),
      };
}

/** Split where the limit falls, so that every character is there; what no message holds, the cycle's page does. */
function inFull(text: string, { cycleUrl, cycleId }: ApprovalCard): readonly KnownBlock[] {
  const characters = Array.from(visibleText(text));
  const quotes = Array.from({ length: Math.ceil(characters.length / QUOTE_LIMIT) }, (_, index) =>
    quote(characters.slice(index * QUOTE_LIMIT, (index + 1) * QUOTE_LIMIT).join('')),
  );
  const where =
    cycleUrl === null ? `pm-agent show ${escapeSlackText(cycleId)}` : `<${cycleUrl}|the cycle’s page>`;
  return quotes.length <= MOST_QUOTES
    ? quotes
    : [...quotes.slice(0, MOST_QUOTES), context(`The rest is longer than a message holds: ${where}`)];
}

function wordsOf(settled: NonNullable<ApprovalCard['settled']>): readonly string[] {
  const { note } = settled;
  const reason = reasonOf(settled);
  return [...(reason === null ? [] : [`Reason: ${reason}`]), ...(note === null ? [] : [`Note: ${note}`])].map(
    (line) => escapeSlackText(cut(visibleText(line), 1_000)),
  );
}

function sentence(mrkdwn: string, more: readonly KnownBlock[] = []): BlockMessage {
  return {
    text: mrkdwn,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: cut(mrkdwn, SECTION_LIMIT) } }, ...more],
  };
}

/** A word to one person. Foreign words in it are escaped already. */
export function privateNote(mrkdwn: string): BlockMessage {
  return sentence(mrkdwn);
}
