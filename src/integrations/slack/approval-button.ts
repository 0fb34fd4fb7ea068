/** What the buttons of an approval card are called and carry, and how it is read back. The value is a claim: look it up. */

export const APPROVE_BUTTON = 'pm_agent_approve';
/** Opens the form that asks why. */
export const REJECT_BUTTON = 'pm_agent_reject';
/** Only leads to a page, but Slack tells of it too. */
export const OPEN_BUTTON = 'pm_agent_open';
/** The form behind the reject button. */
export const REJECT_FORM = 'pm_agent_reject_form';
export const REASON_BLOCK = 'reason';
export const REASON_INPUT = 'reason_text';

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
