/** What the buttons and forms of an approval card are called and carry, and how it is read back. The value is a claim: look it up. */

export const APPROVE_BUTTON = 'pm_agent_approve';
/** Asks once more, in Slack itself; then nothing is sent. */
export const TAKE_OVER_BUTTON = 'pm_agent_take_over';
/** Those that open a form. */
export const EDIT_BUTTON = 'pm_agent_edit';
export const REJECT_BUTTON = 'pm_agent_reject';
export const ASK_BUTTON = 'pm_agent_ask';
export const SNOOZE_BUTTON = 'pm_agent_snooze';
/** Of an announcement, with an action's id for its value: takes it back, once Slack has asked once more. */
export const UNDO_BUTTON = 'pm_agent_undo';
/** Only leads to a page, but Slack tells of it too. */
export const OPEN_BUTTON = 'pm_agent_open';

/** The forms behind the buttons. */
export const EDIT_FORM = 'pm_agent_edit_form';
export const REJECT_FORM = 'pm_agent_reject_form';
export const ASK_FORM = 'pm_agent_ask_form';
export const SNOOZE_FORM = 'pm_agent_snooze_form';

/** The blocks of the forms that ask for one thing, and what is in them. */
export const REASON_BLOCK = 'reason';
export const REASON_INPUT = 'reason_text';
export const QUESTION_BLOCK = 'question';
export const QUESTION_INPUT = 'question_text';
export const UNTIL_BLOCK = 'until';
export const UNTIL_INPUT = 'until_time';
/** In the form for edits each block is named after its member of the payload. */
export const EDIT_INPUT = 'edited';
/** In a list of people: the empty text, which no option of Slack's can carry. No account of Jira's has these signs. */
export const NOBODY = '<nobody>';

export interface ApprovalReference {
  readonly approvalId: string;
  /** sha256 of exactly what was shown. */
  readonly hash: string;
}

const VALUE = /^([0-9a-f]{32}):([0-9a-f]{64})$/;

export function toButtonValue({ approvalId, hash }: ApprovalReference): string {
  return `${approvalId}:${hash}`;
}

/** Null for what no card of ours ever carried. */
export function fromButtonValue(value: string): ApprovalReference | null {
  const [, approvalId, hash] = VALUE.exec(value) ?? [];
  return approvalId === undefined || hash === undefined ? null : { approvalId, hash };
}
