/**
 * Approval cards as Block Kit. Foreign text stands only where Slack parses nothing (plain_text, rich_text) or escaped;
 * one message, rewritten as things go on: live buttons stand only on what waits.
 */
import type { Button, ContextBlock, HeaderBlock, KnownBlock, SectionBlock } from '@slack/types';
import { CARD_WORDS_LIMIT } from '../../domain/approval.js';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { escapeSlackText } from '../../domain/markup/slack-mrkdwn.js';
import { suggestionSentence } from '../../domain/nothing-sent.js';
import {
  APPROVE_BUTTON,
  ASK_BUTTON,
  EDIT_BUTTON,
  OPEN_BUTTON,
  REJECT_BUTTON,
  SNOOZE_BUTTON,
  TAKE_OVER_BUTTON,
  toButtonValue,
} from './approval-button.js';
import type { ApprovalCard, SettledApproval } from './approval-card.js';
import {
  CHANGE_LIMIT,
  DRIFT_LIMIT,
  deadlineSentence,
  decidedSentence,
  effectSentence,
  hasLongDrift,
  hasLongLine,
  reasonOf,
  statusWords,
} from './approval-words.js';
import { context, cut, plain, quote, readerDate } from './block-text.js';
import { decidersOf } from './card-people.js';
import type { BlockMessage } from './slack.js';

const HEADER_LIMIT = 150;
const WHY_LIMIT = 300;
const MOST_REASONS = 3;

const RISK_WORDS: { readonly [R in ApprovalCard['risk']]: string } = {
  G0: 'only reads',
  G1: 'a message in a conversation',
  G2: 'changes what the team sees',
  G3: 'final: closes work',
};

/** Why it has this grade: what makes it graver than its kind is, else what the grade means. */
function riskWords({ risk, raisedBy }: ApprovalCard): string {
  return risk === 'G3' && raisedBy !== null ? raisedBy : RISK_WORDS[risk];
}

/** The card as it should stand now. */
export function approvalMessage(card: ApprovalCard): BlockMessage {
  return card.settled === null ? waitingMessage(card) : settledMessage(card, card.settled);
}

function waitingMessage(card: ApprovalCard): BlockMessage {
  const until = `until ${card.deadline.slice(0, 16).replace('T', ' ')} UTC`;
  return {
    text: escapeSlackText(`${headOf(card)} (risk ${card.risk}), ${until}`),
    blocks: [
      header(headOf(card)),
      ...suggestion(card),
      ...changedSince(card),
      about(card),
      ...changeOf(card),
      ...words(card),
      ...why(card),
      ...flagged(card),
      ...questions(card),
      facts(card, [
        `decides: ${decidersOf(card)}`,
        ...quorum(card),
        ...(card.snoozedUntil === null ? [] : [`put off until ${readerDate(card.snoozedUntil)}`]),
      ]),
      context(deadlineSentence(card)),
      { type: 'actions', block_id: 'decide', elements: buttons(card) },
    ],
  };
}

function headOf({ what, drift, nothingSent }: ApprovalCard): string {
  if (drift !== null) {
    return `Changed since you looked: ${what}`;
  }
  return nothingSent === null ? `Approval wanted: ${what}` : `Do you agree? ${what}`;
}

/** Before the click: what a yes does not do. */
function suggestion({ nothingSent }: ApprovalCard): readonly SectionBlock[] {
  return nothingSent === null
    ? []
    : [{ type: 'section', text: plain(`${suggestionSentence(nothingSent)}.`, 500) }];
}

function changedSince(card: ApprovalCard): readonly KnownBlock[] {
  const { drift } = card;
  return drift === null
    ? []
    : [
        { type: 'section', text: plain(visibleText(drift) || ' ', DRIFT_LIMIT) },
        ...(hasLongDrift(card) ? [inThread('More changed than is shown here')] : []),
      ];
}

function questions({ questions: lines }: ApprovalCard): readonly SectionBlock[] {
  return lines.length === 0
    ? []
    : [{ type: 'section', text: plain(visibleText(lines.join('\n')) || ' ', 2_900) }];
}

function quorum({ needed, given, nothingSent }: ApprovalCard): readonly string[] {
  if (needed <= 1) {
    return [];
  }
  const who = given.length === 0 ? '' : ` (${given.map((name) => escapeSlackText(name)).join(', ')})`;
  return [`${given.length} of ${needed} ${nothingSent === null ? 'approved' : 'agreed'}${who}`];
}

function settledMessage(card: ApprovalCard, settled: SettledApproval): BlockMessage {
  const headline = `${statusWords(settled, card.nothingSent !== null)}: ${card.what}`;
  const sentences = [decidedSentence(settled, card.nothingSent !== null), effectSentence(card)].filter(
    (sentence) => sentence !== null,
  );
  return {
    text: escapeSlackText(headline),
    blocks: [
      header(headline),
      { type: 'section', text: { type: 'mrkdwn', text: sentences.join('\n') } },
      ...wordsWith(settled),
      about(card),
      ...changeOf(card),
      ...words(card),
      facts(card, card.cycleUrl === null ? [] : [`<${card.cycleUrl}|the whole story>`]),
    ],
  };
}

function header(text: string): HeaderBlock {
  return { type: 'header', text: plain(text, HEADER_LIMIT) };
}

function about({ title, trigger }: ApprovalCard): SectionBlock {
  return { type: 'section', text: plain(`${title}\n${trigger}`, 1_000) };
}

function changeOf(card: ApprovalCard): readonly KnownBlock[] {
  const { change } = card;
  return [
    ...(change === null ? [] : [{ type: 'section', text: plain(change, CHANGE_LIMIT) } as const]),
    ...(hasLongLine(card) ? [inThread('It is longer than shown here')] : []),
  ];
}

function inThread(cutHow: string): ContextBlock {
  return { type: 'context', elements: [plain(`${cutHow}; all of it stands in the thread.`, 200)] };
}

/** Exactly the words, as far as a card goes. */
function words({ words: text }: ApprovalCard): readonly KnownBlock[] {
  if (text === null) {
    return [];
  }
  const shown = visibleText(text);
  const quoted = quote(cut(shown, CARD_WORDS_LIMIT) || ' ');
  return shown.length > CARD_WORDS_LIMIT
    ? [quoted, inThread(`Cut after ${CARD_WORDS_LIMIT} characters`)]
    : [quoted];
}

function why({ why: lines }: ApprovalCard): readonly ContextBlock[] {
  const shown = [...new Set(lines)]
    .slice(0, MOST_REASONS + 1)
    .map((line) => cut(visibleText(line), WHY_LIMIT));
  return shown.length === 0
    ? []
    : [{ type: 'context', elements: [plain(`Why, in the model’s words: ${shown.join('\n• ')}`, 2_000)] }];
}

/** What was read may have been written to steer the model: whoever decides looks twice. */
function flagged({ flagged: lines }: ApprovalCard): readonly SectionBlock[] {
  const shown = lines.slice(0, MOST_REASONS).map((line) => cut(visibleText(line), WHY_LIMIT));
  return shown.length === 0
    ? []
    : [
        {
          type: 'section',
          text: plain(`Look twice, code flagged what was read: ${shown.join('\n• ')}`, 1_500),
        },
      ];
}

function facts(card: ApprovalCard, more: readonly string[]): ContextBlock {
  const line = [
    `risk ${card.risk} (${riskWords(card)})`,
    `rule “${escapeSlackText(cut(card.rule, 100))}”`,
    ...more,
    `hash ${card.hash.slice(0, 8)}`,
    ...(card.cycleUrl === null ? [`cycle ${escapeSlackText(card.cycleId)}`] : []),
  ].join(' · ');
  return context(line);
}

function buttons(card: ApprovalCard): Button[] {
  const value = toButtonValue(card);
  const form = (name: string, text: string): Button => ({
    type: 'button',
    action_id: name,
    text: plain(text, 75),
    value,
  });
  const approve: Button = {
    type: 'button',
    action_id: APPROVE_BUTTON,
    text: plain(card.nothingSent === null ? 'Approve' : 'Agree', 75),
    style: 'primary',
    value,
    ...(card.risk === 'G3' && card.nothingSent === null ? { confirm: confirmOf(card) } : {}),
  };
  const takeOver: Button = { ...form(TAKE_OVER_BUTTON, 'Take over'), confirm: TAKE_OVER };
  const open: Button = { type: 'button', action_id: OPEN_BUTTON, text: plain('Open', 75) };
  return [
    approve,
    form(EDIT_BUTTON, 'Edit…'),
    { ...form(REJECT_BUTTON, 'Reject…'), style: 'danger' },
    form(ASK_BUTTON, 'Ask…'),
    form(SNOOZE_BUTTON, 'Snooze…'),
    takeOver,
    ...(card.cycleUrl === null ? [] : [{ ...open, url: card.cycleUrl }]),
  ];
}

const TAKE_OVER: NonNullable<Button['confirm']> = {
  title: plain('Do it yourself?', 100),
  text: plain('The agent stands down and sends nothing.', 300),
  confirm: plain('I do it', 30),
  deny: plain('Not yet', 30),
};

function confirmOf(card: ApprovalCard): NonNullable<Button['confirm']> {
  return {
    title: plain('Approve for good?', 100),
    text: plain(`${cut(card.what, 200)}: ${riskWords(card)}.`, 300),
    confirm: plain('Approve', 30),
    deny: plain('Not yet', 30),
  };
}

function wordsWith(settled: SettledApproval): readonly SectionBlock[] {
  const { note } = settled;
  const reason = reasonOf(settled);
  const lines = [
    ...(reason === null ? [] : [`Reason: ${reason}`]),
    ...(note === null ? [] : [`Note: ${note}`]),
  ];
  return lines.length === 0 ? [] : [{ type: 'section', text: plain(visibleText(lines.join('\n')), 2_900) }];
}
