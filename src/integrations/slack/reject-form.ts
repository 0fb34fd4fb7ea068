import type { ModalView } from '@slack/types';
import { REASON_BLOCK, REASON_INPUT, REJECT_FORM } from './approval-button.js';
import { plain } from './block-text.js';

const REASON_LIMIT = 1_000;

/** The form that asks why. `metadata` comes back with it, and is a claim like a button's value. */
export function rejectForm(what: string, metadata: string): ModalView {
  return {
    type: 'modal',
    callback_id: REJECT_FORM,
    private_metadata: metadata,
    title: plain('Reject', 24),
    submit: plain('Reject', 24),
    close: plain('Back', 24),
    blocks: [
      { type: 'section', text: plain(what, 1_000) },
      {
        type: 'input',
        block_id: REASON_BLOCK,
        label: plain('Why?', 200),
        hint: plain(
          'Wrong facts, wrong target, wrong tone, not needed, … Everybody who sees the request reads it.',
          150,
        ),
        element: {
          type: 'plain_text_input',
          action_id: REASON_INPUT,
          multiline: true,
          min_length: 1,
          max_length: REASON_LIMIT,
        },
      },
    ],
  };
}
