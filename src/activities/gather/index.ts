import type { EventType, PmEvent } from '../../domain/event.js';
import { gatherCommitStatus, gatherPush } from './build.js';
import type { EventByType, Gathered, Gatherer, GatherSources } from './gatherer.js';
import { gatherIssue } from './issue.js';
import { gatherIssueLink } from './issue-link.js';
import { gatherPullRequest } from './pull-request.js';
import { gatherSlackCommand, gatherSlackInteraction, gatherSlackMessage } from './slack.js';
import { gatherSprint } from './sprint.js';

/** Which reader belongs to which event. A new event type is a row here. */
const GATHERERS: { readonly [T in EventType]: Gatherer<EventByType[T]> } = {
  issue_created: gatherIssue,
  issue_updated: gatherIssue,
  issue_deleted: gatherIssue,
  issue_overdue: gatherIssue,
  comment_created: gatherIssue,
  comment_updated: gatherIssue,
  issuelink_created: gatherIssueLink,
  issuelink_deleted: gatherIssueLink,
  sprint_created: gatherSprint,
  sprint_updated: gatherSprint,
  sprint_started: gatherSprint,
  sprint_closed: gatherSprint,
  sprint_deleted: gatherSprint,
  pr_created: gatherPullRequest,
  pr_updated: gatherPullRequest,
  pr_approved: gatherPullRequest,
  pr_changes_requested: gatherPullRequest,
  pr_comment_created: gatherPullRequest,
  pr_merged: gatherPullRequest,
  pr_declined: gatherPullRequest,
  push: gatherPush,
  commit_status: gatherCommitStatus,
  app_mention: gatherSlackMessage,
  thread_message: gatherSlackMessage,
  direct_message: gatherSlackMessage,
  slash_command: gatherSlackCommand,
  interaction: gatherSlackInteraction,
};

/** Reads what the event is about. */
export function gatherEvent(event: PmEvent, sources: GatherSources): Promise<Gathered> {
  return dispatch(event.type, event, sources);
}

function dispatch<T extends EventType>(
  type: T,
  event: EventByType[T],
  sources: GatherSources,
): Promise<Gathered> {
  return GATHERERS[type](event, sources);
}
