/** How a decision and its effect are told, on the card and in its thread. mrkdwn, foreign words escaped. */
import { CARD_LINE_LIMIT, type DecisionChannel } from '../../domain/approval.js';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { escapeSlackText } from '../../domain/markup/slack-mrkdwn.js';
import { atTheDeadline } from '../../domain/request-course.js';
import type { ApprovalCard, SettledApproval } from './approval-card.js';
import { cut, readerDate } from './block-text.js';

const STATUS_WORDS: { readonly [S in SettledApproval['status']]: string } = {
  approved: 'Approved',
  rejected: 'Rejected',
  expired: 'Expired',
  superseded: 'No longer asked',
};

export const CHANNEL_WORDS: { readonly [C in DecisionChannel]: string } = {
  api: 'over the API',
  cli: 'on the command line',
  web: 'on the page',
  slack: 'in Slack',
  temporal: 'by a signal in Temporal, where a name is claimed and not proved',
  policy: 'by the policy',
  timer: 'by the clock',
};

const EFFECT_WORDS: Readonly<Record<string, string>> = {
  approved: 'Waits to be carried out.',
  executing: 'Is being carried out.',
  executed: 'Done',
  simulated: 'Simulated',
  failed: 'Failed',
  unknown: 'It is not known whether it was done',
  obsolete: 'Not done any more',
  undone: 'Undone',
};

const MESSAGE_LIMIT = 500;

/** What was only suggested is agreed to: "approved" would say that it was sent. */
export function statusWords({ status }: Pick<SettledApproval, 'status'>, isSuggestion: boolean): string {
  return status === 'approved' && isSuggestion ? 'Agreed' : STATUS_WORDS[status];
}

/** "Approved by Ana Lindqvist in Slack, today 14:02" */
export function decidedSentence(settled: SettledApproval, isSuggestion = false): string {
  const { status, by, at } = settled;
  const when = at === null ? '' : `, ${readerDate(at)}`;
  if (by === null) {
    return status === 'expired'
      ? `Expired – nobody decided in time, nothing was sent${when}`
      : `${STATUS_WORDS[status]} – nothing was sent${when}`;
  }
  return `*${statusWords(settled, isSuggestion)}* by ${escapeSlackText(by.name)} ${CHANNEL_WORDS[by.channel]}${when}`;
}

/** The reason that a person gave; that nobody decided in time is the sentence itself. */
export function reasonOf({ status, by, reason }: SettledApproval): string | null {
  return status === 'expired' && by === null ? null : reason;
}

/** "If nobody decides by tomorrow 09:00: nothing is sent." */
export function deadlineSentence({ deadline, onExpiry }: ApprovalCard): string {
  return `If nobody decides by ${readerDate(deadline)}: ${atTheDeadline(onExpiry)}.`;
}

/** What became of an approved action; null where there is nothing to tell. */
export function effectSentence({ settled, effect, nothingSent }: ApprovalCard): string | null {
  if (settled?.status !== 'approved' || effect === null) {
    return null;
  }
  if (nothingSent !== null && effect.status === 'simulated') {
    return `*Nothing was sent*: ${escapeSlackText(nothingSent)}`;
  }
  const words = EFFECT_WORDS[effect.status] ?? effect.status;
  const message = cut(visibleText(effect.message), MESSAGE_LIMIT);
  return message === '' ? words : `*${words}*: ${escapeSlackText(message)}`;
}

/** Characters of what changed since it was shown that a card shows. */
export const DRIFT_LIMIT = 1_000;

/** A card cannot hold all of what changed since it was shown: its thread does. */
export function hasLongDrift({ drift, wholeDrift }: Pick<ApprovalCard, 'drift' | 'wholeDrift'>): boolean {
  return wholeDrift !== null || (drift !== null && visibleText(drift).length > DRIFT_LIMIT);
}

/** Characters of the old and the new that a card shows. */
export const CHANGE_LIMIT = 500;

/** A card has to cut what is done, be it in its head or in the change. */
export function hasLongLine({ what, change }: Pick<ApprovalCard, 'what' | 'change'>): boolean {
  return what.length > CARD_LINE_LIMIT || (change?.length ?? 0) > CHANGE_LIMIT;
}
