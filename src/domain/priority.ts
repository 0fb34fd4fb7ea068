import type { EventType, PmEvent } from './event.js';

/** 1: a person speaks to the agent. 2: anything else that happened. 3: one of a vendor's bulk or cascaded changes. */
export type Priority = 1 | 2 | 3;

/** Who waits for an answer: a conversation is answered before a change is looked at. */
const IS_CONVERSATION: { readonly [T in EventType]: boolean } = {
  issue_created: false,
  issue_updated: false,
  issue_deleted: false,
  issue_overdue: false,
  comment_created: true,
  comment_updated: true,
  sprint_created: false,
  sprint_updated: false,
  sprint_started: false,
  sprint_closed: false,
  sprint_deleted: false,
  issuelink_created: false,
  issuelink_deleted: false,
  pr_created: false,
  pr_updated: false,
  pr_approved: false,
  pr_changes_requested: false,
  pr_comment_created: true,
  pr_merged: false,
  pr_declined: false,
  push: false,
  commit_status: false,
  app_mention: true,
  thread_message: true,
  direct_message: true,
  slash_command: true,
  interaction: true,
};

/** In which order events begin where not all can at once. `isBulk` is the vendor's own statement. */
export function priorityOf(event: Pick<PmEvent, 'type' | 'actor'>, isBulk: boolean): Priority {
  if (isBulk) {
    return 3;
  }
  return IS_CONVERSATION[event.type] && event.actor?.isBot !== true ? 1 : 2;
}
