import type { Context } from '../../domain/context.js';
import type { EventType, PmEvent } from '../../domain/event.js';
import { isHeldUp } from '../../domain/held-up.js';
import type { Prompt } from '../prompt.js';
import { blockedWork } from './blocked-work.js';
import { changedIssue } from './changed-issue.js';
import { failingBuild } from './failing-build.js';
import { newIssue } from './new-issue.js';
import { pullRequestCommented } from './pull-request-commented.js';
import { pullRequestOpened } from './pull-request-opened.js';
import { pullRequestUpdated } from './pull-request-updated.js';
import { question } from './question.js';
import { slackMention } from './slack-mention.js';
import { sprintClosed } from './sprint-closed.js';
import { sprintStarted } from './sprint-started.js';

/** Which prompt answers which event. A new event type is a row here. */
export const promptFor: { readonly [T in EventType]: Prompt } = {
  issue_created: newIssue,
  issue_updated: changedIssue,
  issue_deleted: changedIssue,
  issue_overdue: blockedWork,
  issuelink_created: blockedWork,
  issuelink_deleted: blockedWork,
  comment_created: question,
  comment_updated: question,
  sprint_created: sprintStarted,
  sprint_updated: sprintStarted,
  sprint_started: sprintStarted,
  sprint_closed: sprintClosed,
  sprint_deleted: sprintStarted,
  pr_created: pullRequestOpened,
  pr_updated: pullRequestUpdated,
  pr_approved: pullRequestUpdated,
  pr_changes_requested: pullRequestUpdated,
  pr_comment_created: pullRequestCommented,
  pr_merged: pullRequestUpdated,
  pr_declined: pullRequestUpdated,
  push: failingBuild,
  commit_status: failingBuild,
  app_mention: slackMention,
  thread_message: slackMention,
  direct_message: slackMention,
  slash_command: slackMention,
  interaction: slackMention,
};

/** Each prompt once, as `pm-agent show` names it. */
export const PROMPT_IDS: readonly string[] = [...new Set(Object.values(promptFor).map(({ id }) => id))];

/**
 * By the event's type, save for a change of an issue that is blocked or overdue: then that is what matters, whatever was
 * changed. Who asks something is answered as somebody who asks, also where a change came after it and is answered with it.
 */
export function promptAbout(
  { type }: Pick<PmEvent, 'type'>,
  context: Pick<Context, 'facts' | 'items' | 'asked'>,
): Prompt {
  const { asked } = context;
  return asked === undefined && type === 'issue_updated' && isHeldUp(context)
    ? blockedWork
    : promptFor[asked ?? type];
}
