/** The kinds of action, one row each: a kind added to `ActionPayloads` makes the compiler ask for its row here. */
import { bitbucketPrComment } from './bitbucket-pr-comment.js';
import { escalate } from './escalate.js';
import { jiraAssign } from './jira-assign.js';
import { jiraComment } from './jira-comment.js';
import { jiraCreateIssue } from './jira-create-issue.js';
import { jiraLink } from './jira-link.js';
import { jiraTransition } from './jira-transition.js';
import { jiraUpdateFields } from './jira-update-fields.js';
import type { ActionPayloads } from './payloads.js';
import type { ActionRow } from './row.js';
import { slackMessage } from './slack-message.js';

export const ACTIONS: { readonly [K in keyof ActionPayloads]: ActionRow<ActionPayloads[K]> } = {
  'jira.comment': jiraComment,
  'jira.transition': jiraTransition,
  'jira.assign': jiraAssign,
  'jira.update_fields': jiraUpdateFields,
  'jira.link': jiraLink,
  'jira.create_issue': jiraCreateIssue,
  'slack.message': slackMessage,
  'bitbucket.pr_comment': bitbucketPrComment,
  escalate,
};
