/**
 * What each kind of action says. This is the one list of kinds: a key added here makes the compiler ask for what the kind
 * declares (index.ts beside this), a schema (reasoning/actions) and an executor (activities/actions).
 */
import type { BitbucketPrComment } from './bitbucket-pr-comment.js';
import type { Escalate } from './escalate.js';
import type { JiraAssign } from './jira-assign.js';
import type { JiraComment } from './jira-comment.js';
import type { JiraCreateIssue } from './jira-create-issue.js';
import type { JiraLink } from './jira-link.js';
import type { JiraTransition } from './jira-transition.js';
import type { JiraUpdateFields } from './jira-update-fields.js';
import type { SlackMessage } from './slack-message.js';

export interface ActionPayloads {
  'jira.comment': JiraComment;
  'jira.transition': JiraTransition;
  'jira.assign': JiraAssign;
  'jira.update_fields': JiraUpdateFields;
  'jira.link': JiraLink;
  'jira.create_issue': JiraCreateIssue;
  'slack.message': SlackMessage;
  'bitbucket.pr_comment': BitbucketPrComment;
  escalate: Escalate;
}
