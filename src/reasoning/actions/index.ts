/** What the model may propose: the schema of each kind of action, one row each. */
import type { z } from 'zod';
import type { Action, ActionKind } from '../../domain/action.js';
import { bitbucketPrCommentSchema } from './bitbucket-pr-comment.js';
import { escalateSchema } from './escalate.js';
import { jiraAssignSchema } from './jira-assign.js';
import { jiraCommentSchema } from './jira-comment.js';
import { jiraCreateIssueSchema } from './jira-create-issue.js';
import { jiraLinkSchema } from './jira-link.js';
import { jiraTransitionSchema } from './jira-transition.js';
import { jiraUpdateFieldsSchema } from './jira-update-fields.js';
import { slackMessageSchema } from './slack-message.js';

export const ACTION_SCHEMAS = {
  'jira.comment': jiraCommentSchema,
  'jira.transition': jiraTransitionSchema,
  'jira.assign': jiraAssignSchema,
  'jira.update_fields': jiraUpdateFieldsSchema,
  'jira.link': jiraLinkSchema,
  'jira.create_issue': jiraCreateIssueSchema,
  'slack.message': slackMessageSchema,
  'bitbucket.pr_comment': bitbucketPrCommentSchema,
  escalate: escalateSchema,
} as const satisfies { readonly [K in ActionKind]: z.ZodType<Action<K>> };
