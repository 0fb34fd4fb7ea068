/** What was done without asking anybody, with the button that takes it back; rewritten once somebody did. */
import type { Button, KnownBlock } from '@slack/types';
import { visibleText } from '../../domain/markup/outgoing-text.js';
import { escapeSlackText } from '../../domain/markup/slack-mrkdwn.js';
import type { TakenBack } from '../../domain/undo.js';
import { UNDO_BUTTON } from './approval-button.js';
import { CHANNEL_WORDS } from './approval-words.js';
import { context, cut, plain, readerDate } from './block-text.js';
import type { BlockMessage } from './slack.js';

export interface Announcement {
  /** "Comment on PAY-1: done without asking." */
  readonly text: string;
  readonly actionId: string;
  /** Null while nobody took it back. */
  readonly takenBack: TakenBack | null;
}

const TEXT_LIMIT = 2_900;
const REMARK_LIMIT = 1_000;

export function announcement({ text, actionId, takenBack }: Announcement): BlockMessage {
  const done: KnownBlock = { type: 'section', text: plain(visibleText(text), TEXT_LIMIT) };
  const told = takenBack === null ? null : takenBackSentence(takenBack);
  return {
    text: escapeSlackText(cut(text, TEXT_LIMIT)) + (told === null ? '' : `\n${told}`),
    blocks: told === null ? [done, ...wayBack(actionId)] : [done, { type: 'section', text: mrkdwn(told) }],
  };
}

function mrkdwn(text: string) {
  return { type: 'mrkdwn', text } as const;
}

function wayBack(actionId: string): readonly KnownBlock[] {
  const undo: Button = {
    type: 'button',
    action_id: UNDO_BUTTON,
    text: plain('Undo', 75),
    value: actionId,
    confirm: {
      title: plain('Take it back?', 100),
      text: plain(
        'What it changed is put back, if nobody changed it since. The agent may do less by itself after that.',
        300,
      ),
      confirm: plain('Take it back', 30),
      deny: plain('Leave it', 30),
    },
  };
  return [
    { type: 'actions', block_id: 'undo', elements: [undo] },
    context(
      `Whoever could decide it may take it back, also with: pm-agent undo ${escapeSlackText(actionId)}`,
    ),
  ];
}

function takenBackSentence({ by, at, remark }: TakenBack): string {
  const who = by === null ? '' : ` by ${escapeSlackText(by.name)} ${CHANNEL_WORDS[by.channel]}`;
  const rest = remark === null ? '' : `. ${escapeSlackText(cut(visibleText(remark), REMARK_LIMIT))}`;
  return `*Taken back*${who}, ${readerDate(at)}${rest}`;
}
