/** What is added to a card's thread as things go on: the card is rewritten, the thread keeps its history. */
import { CARD_LINE_LIMIT } from '../../domain/approval.js';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { escapeSlackText } from '../../domain/markup/slack-mrkdwn.js';
import type { ApprovalCard } from './approval-card.js';
import { deadlineSentence, decidedSentence, effectSentence, hasLongLine } from './approval-words.js';
import { cut, quote } from './block-text.js';
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
          `Still waits${card.deciders === null ? '' : ` for ${decidersOf(card.deciders)}`}: ${escapeSlackText(card.what)}. ${deadlineSentence(card)}`,
        )
      : null,
  changed: ({ settled, drift }) =>
    settled === null && drift !== null
      ? sentence(
          `Approved, but not done: ${escapeSlackText(cut(visibleText(drift), 1_000))}. Please decide again.`,
        )
      : null,
};

/** Null where there is nothing to say (any more). */
export function approvalReply(kind: ReplyKind, card: ApprovalCard): BlockMessage | null {
  return REPLIES[kind](card);
}

/** What an edit took the place of stands here: the card itself shows what was decided. */
function decidedReply({ settled, proposed }: ApprovalCard): BlockMessage | null {
  if (settled === null) {
    return null;
  }
  const edited = settled.status === 'approved' && proposed !== null;
  const told = sentence(
    [
      decidedSentence(settled),
      ...wordsOf(settled),
      ...(edited ? ['Changed before it was approved. Proposed was:'] : []),
    ].join('\n'),
  );
  return edited
    ? { ...told, blocks: [...told.blocks, quote(cut(visibleText(proposed), QUOTE_LIMIT) || ' ')] }
    : told;
}

/** Split where the limit falls, so that every character is there. */
function wordsReply(card: ApprovalCard): BlockMessage | null {
  const { words, what, change } = card;
  const parts = [...(hasLongLine(card) ? [what, change] : []), words].filter((part) => part !== null);
  if (parts.length === 0) {
    return null;
  }
  const characters = Array.from(visibleText(parts.join('\n\n')));
  const quotes = Array.from({ length: Math.ceil(characters.length / QUOTE_LIMIT) }, (_, index) =>
    quote(characters.slice(index * QUOTE_LIMIT, (index + 1) * QUOTE_LIMIT).join('')),
  );
  return {
    text: escapeSlackText(`All of what would be done: ${cut(what, CARD_LINE_LIMIT)}`),
    blocks: quotes.slice(0, MOST_QUOTES),
  };
}

function wordsOf({ reason, note }: NonNullable<ApprovalCard['settled']>): readonly string[] {
  return [...(reason === null ? [] : [`Reason: ${reason}`]), ...(note === null ? [] : [`Note: ${note}`])].map(
    (line) => escapeSlackText(cut(visibleText(line), 1_000)),
  );
}

function sentence(mrkdwn: string): BlockMessage {
  return {
    text: mrkdwn,
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: cut(mrkdwn, SECTION_LIMIT) } }],
  };
}

/** A word to one person. Foreign words in it are escaped already. */
export function privateNote(mrkdwn: string): BlockMessage {
  return sentence(mrkdwn);
}
