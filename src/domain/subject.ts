/** How the things that keep order are spelled: the webhooks' parsers and the sweep must agree on each of them. */
import type { IssueRef } from './event.js';

/** `jira:PAY-142`; `jira:issue-10013` where only the id is known (the inbox moves it to the key once it learns it). */
export function issueSubject(issue: Pick<IssueRef, 'id' | 'key'>): string {
  return issue.key === null ? `jira:issue-${issue.id}` : `jira:${issue.key}`;
}

export function sprintSubject(sprintId: number): string {
  return `jira:sprint-${sprintId}`;
}

/** `repository` is `workspace/slug`. */
export function pullRequestSubject(repository: string, id: number): string {
  return `bitbucket:${repository}#${id}`;
}

/** A thread, or a whole channel where no thread is known. */
export function conversationSubject(channel: string, threadTs: string | null): string {
  return threadTs === null ? `slack:${channel}` : `slack:${channel}/${threadTs}`;
}
