/** The forms behind the buttons of an approval card. `metadata` comes back with each, and is a claim like a button's value. */
import type { InputBlock, ModalView } from '@slack/types';
import type { FormInput } from '../../domain/edited-payload.js';
import {
  ASK_FORM,
  EDIT_FORM,
  QUESTION_BLOCK,
  QUESTION_INPUT,
  REASON_BLOCK,
  REASON_INPUT,
  REJECT_FORM,
  SNOOZE_FORM,
  UNTIL_BLOCK,
  UNTIL_INPUT,
} from './approval-button.js';
import { plain } from './block-text.js';
import { editBlock, TYPED_LIMIT } from './edit-block.js';

const WORDS_LIMIT = 1_000;

export function rejectForm(what: string, metadata: string): ModalView {
  const why = words(REASON_BLOCK, REASON_INPUT, 'Why?');
  const hint =
    'Wrong facts, wrong target, wrong tone, not needed, … Everybody who sees the request reads it.';
  return form(REJECT_FORM, 'Reject', what, metadata, [{ ...why, hint: plain(hint, 150) }]);
}

export function askForm(what: string, metadata: string): ModalView {
  const question = words(QUESTION_BLOCK, QUESTION_INPUT, 'What do you want to know?');
  const hint = 'The answer comes onto the card. The request stays open.';
  return form(ASK_FORM, 'Ask', what, metadata, [{ ...question, hint: plain(hint, 150) }]);
}

/** @param proposed epoch seconds: what the form shows first, in the reader's own time zone */
export function snoozeForm(what: string, metadata: string, proposed: number): ModalView {
  const until: InputBlock = {
    type: 'input',
    block_id: UNTIL_BLOCK,
    label: plain('Until when?', 200),
    hint: plain('Nobody is reminded before then. It expires all the same.', 150),
    element: { type: 'datetimepicker', action_id: UNTIL_INPUT, initial_date_time: proposed },
  };
  return form(SNOOZE_FORM, 'Snooze', what, metadata, [until]);
}

/** Null where a text is longer than a form of Slack's holds: cut, it would be approved cut. */
export function editForm(
  what: string,
  metadata: string,
  inputs: readonly FormInput[],
  isSuggestion = false,
): ModalView | null {
  const yes = isSuggestion ? 'agree' : 'approve';
  return inputs.some(({ value }) => value.length > TYPED_LIMIT)
    ? null
    : form(
        EDIT_FORM,
        `Edit and ${yes}`,
        what,
        metadata,
        inputs.map(editBlock),
        isSuggestion ? 'Agree to this' : 'Approve this',
      );
}

function words(block: string, input: string, label: string): InputBlock {
  return {
    type: 'input',
    block_id: block,
    label: plain(label, 200),
    element: {
      type: 'plain_text_input',
      action_id: input,
      multiline: true,
      min_length: 1,
      max_length: WORDS_LIMIT,
    },
  };
}

function form(
  name: string,
  title: string,
  what: string,
  metadata: string,
  inputs: readonly InputBlock[],
  submit = title,
): ModalView {
  return {
    type: 'modal',
    callback_id: name,
    private_metadata: metadata,
    title: plain(title, 24),
    submit: plain(submit, 24),
    close: plain('Back', 24),
    blocks: [{ type: 'section', text: plain(what, 1_000) }, ...inputs],
  };
}
