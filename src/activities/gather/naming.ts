import type { EventSource, IssueRef, PmEvent } from '../../domain/event.js';

/** The vendors as people call them. */
export const VENDOR_NAMES: { readonly [S in EventSource]: string } = {
  jira: 'Jira',
  bitbucket: 'Bitbucket',
  slack: 'Slack',
};

/** What an event is about, from the event alone: "the issue PAY-142". */
export function subjectName(event: PmEvent): string {
  switch (event.type) {
    case 'issue_created':
    case 'issue_updated':
    case 'issue_deleted':
    case 'issue_overdue':
    case 'comment_created':
    case 'comment_updated':
      return `the issue ${issueName(event.issue)}`;
    case 'issuelink_created':
    case 'issuelink_deleted':
      return `the issue ${event.link.sourceIssueId}`;
    case 'sprint_created':
    case 'sprint_updated':
    case 'sprint_started':
    case 'sprint_closed':
    case 'sprint_deleted':
      return `the sprint ${event.sprint.name}`;
    case 'pr_created':
    case 'pr_updated':
    case 'pr_approved':
    case 'pr_changes_requested':
    case 'pr_comment_created':
    case 'pr_merged':
    case 'pr_declined':
      return `the pull request ${event.repository}#${event.pullRequest.id}`;
    case 'push':
    case 'commit_status':
      return `the repository ${event.repository}`;
    case 'app_mention':
    case 'thread_message':
    case 'direct_message':
    case 'slash_command':
    case 'interaction':
      return `the conversation in ${event.channel ?? 'Slack'}`;
  }
}

function issueName(issue: IssueRef): string {
  return issue.key ?? issue.id ?? '(without a key)';
}
