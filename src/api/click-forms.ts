/** The form behind each button of an approval card that needs more than the click. */
import type { ApprovalsTable } from '../audit/approval-tables.js';
import { describeAction } from '../domain/action.js';
import { formInputs } from '../domain/edited-payload.js';
import type { ApprovalClick, ClickOpening } from '../inbox/inbox.js';
import { askForm, editForm, rejectForm, snoozeForm } from '../integrations/slack/approval-forms.js';
import type { SlackForm } from '../integrations/slack/slack.js';
import { actionOf } from './click-action.js';
import type { Names } from './names.js';
import { toFormMetadata } from './webhooks/slack-approvals.js';

interface Asked {
  readonly what: string;
  readonly metadata: string;
  readonly approval: ApprovalsTable;
  readonly names: Names;
  readonly now: Date;
}

const AN_HOUR_MS = 3_600_000;

const FORMS: { readonly [O in ClickOpening]: (asked: Asked) => SlackForm | null } = {
  ask_reason: ({ what, metadata }) => rejectForm(what, metadata),
  open_ask: ({ what, metadata }) => askForm(what, metadata),
  open_snooze: ({ what, metadata, approval, now }) => snoozeForm(what, metadata, proposedTime(approval, now)),
  open_edit: ({ what, metadata, approval, names }) => {
    const isSuggestion = names.nothingSent(approval) !== null;
    const inputs = formInputs(actionOf(approval), names.nameable(approval.cycle_id));
    return editForm(what, metadata, inputs, isSuggestion);
  },
};

/** Null where Slack's forms cannot hold what would be edited. */
export function formBehind(
  what: ClickOpening,
  { value, channel }: ApprovalClick,
  approval: ApprovalsTable,
  { now, names }: { readonly now: Date; readonly names: Names },
): SlackForm | null {
  const metadata = toFormMetadata({ value, channel });
  return FORMS[what]({
    what: describeAction(actionOf(approval), names.jira(approval.cycle_id)),
    metadata,
    approval,
    names,
    now,
  });
}

/** In an hour, or half of what is left. Epoch seconds. */
function proposedTime({ deadline }: ApprovalsTable, now: Date): number {
  const leftMs = Math.max(0, Date.parse(deadline) - now.getTime());
  return Math.floor((now.getTime() + Math.min(AN_HOUR_MS, leftMs / 2)) / 1_000);
}
