import type { EventType } from '../../domain/event.js';
import type { Prompt } from '../prompt.js';
import { build } from './build.js';
import { comment } from './comment.js';
import { issueChanged } from './issue-changed.js';
import { pullRequest } from './pull-request.js';
import { slackConversation } from './slack-conversation.js';
import { sprint } from './sprint.js';

/** Which prompt answers which event. A new event type is a row here. */
export const promptFor: { readonly [T in EventType]: Prompt } = {
  issue_created: issueChanged,
  issue_updated: issueChanged,
  issue_deleted: issueChanged,
  issuelink_created: issueChanged,
  issuelink_deleted: issueChanged,
  comment_created: comment,
  comment_updated: comment,
  sprint_created: sprint,
  sprint_updated: sprint,
  sprint_started: sprint,
  sprint_closed: sprint,
  sprint_deleted: sprint,
  pr_created: pullRequest,
  pr_updated: pullRequest,
  pr_approved: pullRequest,
  pr_changes_requested: pullRequest,
  pr_comment_created: pullRequest,
  pr_merged: pullRequest,
  pr_declined: pullRequest,
  push: build,
  commit_status: build,
  app_mention: slackConversation,
  thread_message: slackConversation,
  direct_message: slackConversation,
  slash_command: slackConversation,
  interaction: slackConversation,
};
