/**
 * The name of one change at a vendor, spelled in one place: a webhook and the sweep meet on it, whichever comes first.
 * A key is made only of what the webhook's body and the REST answer both hold.
 */
import type { IssueRef, PmEvent } from './event.js';
import { conversationSubject, issueSubject, pullRequestSubject, sprintSubject } from './subject.js';

/** By the issue's id where the body holds one: old servers' comments hold nothing else, and a key can be given again. */
function issueName({ id, key }: Pick<IssueRef, 'id' | 'key'>): string {
  return `jira:${id ?? key}`;
}

/** Once for each issue: only the webhook of a creation names a changelog, the issue's own history does not. */
export function issueCreatedKey(issue: Pick<IssueRef, 'id' | 'key'>): string {
  return `${issueName(issue)}:created`;
}

/** Once for each issue and due date: one that is moved and passes again is told again. `dueDate`: `YYYY-MM-DD`. */
export function issueOverdueKey(issue: Pick<IssueRef, 'id' | 'key'>, dueDate: string): string {
  return `${issueName(issue)}:overdue:${dueDate}`;
}

/** `issue` as it was called at the time of the change: an issue that is moved gets another key. */
export function changelogKey(issue: Pick<IssueRef, 'id' | 'key'>, changelogId: string): string {
  return `${issueSubject(issue)}:changelog:${changelogId}`;
}

export function commentCreatedKey(issue: Pick<IssueRef, 'id' | 'key'>, commentId: string): string {
  return `${issueName(issue)}:comment:${commentId}:created`;
}

/** `updated`: ISO 8601 UTC, the comment's own. */
export function commentUpdatedKey(
  issue: Pick<IssueRef, 'id' | 'key'>,
  commentId: string,
  updated: string,
): string {
  return `${issueName(issue)}:comment:${commentId}:${updated}`;
}

export function issueLinkKey(sourceIssueId: string, linkId: string, change: 'created' | 'deleted'): string {
  return `jira:${sourceIssueId}:link:${linkId}:${change}`;
}

/** A sprint starts once. */
export function sprintStartedKey(sprintId: number): string {
  return `${sprintSubject(sprintId)}:started`;
}

/** A closed sprint can be opened and closed again: `completed`, ISO 8601 UTC, tells the ends apart. */
export function sprintClosedKey(sprintId: number, completed: string): string {
  return `${sprintSubject(sprintId)}:closed:${completed}`;
}

interface PullRequestRef {
  /** `workspace/slug`. */
  readonly repository: string;
  readonly id: number;
}

/** What happens to a pull request once: Bitbucket opens none again. */
export function pullRequestOnceKey(
  { repository, id }: PullRequestRef,
  change: 'created' | 'merged' | 'declined',
): string {
  return `${pullRequestSubject(repository, id)}:${change}`;
}

/** `at` as Bitbucket wrote it, in microseconds: all that it says to name an update. See `sameChangeElsewhere`. */
export function pullRequestUpdatedKey({ repository, id }: PullRequestRef, at: string): string {
  return `${pullRequestSubject(repository, id)}:activity:${at}`;
}

/** `at`: ISO 8601 UTC. See `sameChangeElsewhere`. */
export function pullRequestReviewKey(
  { repository, id }: PullRequestRef,
  review: 'approval' | 'changes_request',
  actor: string,
  at: string,
): string {
  return `${pullRequestSubject(repository, id)}:${review}:${actor}:${at}`;
}

export function pullRequestCommentKey({ repository, id }: PullRequestRef, commentId: string): string {
  return `${pullRequestSubject(repository, id)}:comment:${commentId}:created`;
}

/** A mention inside a known thread is told twice, as mention and as message: one message, one key. */
export function messageKey(channel: string, threadTs: string, ts: string): string {
  return `${conversationSubject(channel, threadTs)}:message:${ts}`;
}

/** How far apart a webhook and the REST answer date one and the same change, at most. Milliseconds. */
const SAME_CHANGE_MS = 2_000;

/** Where the same change may stand under another key: told by the other way in, dated a moment apart. */
export interface Elsewhere {
  /** By the vendor's clock, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Only by this person; null: by anybody. */
  readonly actor: string | null;
}

/**
 * Bitbucket gives updates and reviews no id, and dates one change in the webhook and in the pull request's activity at
 * two places of its own: only their time tells that they are the same. Null for a change that has an id.
 */
export function sameChangeElsewhere(event: PmEvent): Elsewhere | null {
  const isReview = event.type === 'pr_approved' || event.type === 'pr_changes_requested';
  if (event.occurredAt === null || !(isReview || event.type === 'pr_updated')) {
    return null;
  }
  const at = Date.parse(event.occurredAt);
  return {
    fromMs: at - SAME_CHANGE_MS,
    toMs: at + SAME_CHANGE_MS,
    actor: isReview ? (event.actor?.id ?? null) : null,
  };
}

/**
 * What a change is called where its answer is written at the vendor (`written`), and every name that another cycle may
 * have written for it (`sought`), told by webhook or found by the sweep. Null for a change that has no name.
 */
export function changeNames(
  event: PmEvent,
): { readonly written: string; readonly sought: readonly string[] } | null {
  const around = sameChangeElsewhere(event);
  if (around === null) {
    return event.changeKey === null ? null : { written: event.changeKey, sought: [event.changeKey] };
  }
  // Slots as wide as the two can differ: the other's time lies in one of the two at the ends.
  const name = (ms: number) =>
    `${event.subject}:${event.type}:${around.actor ?? ''}:${Math.floor(ms / (2 * SAME_CHANGE_MS))}`;
  const sought = new Set([name(around.fromMs), name(around.toMs)]);
  return { written: name((around.fromMs + around.toMs) / 2), sought: [...sought] };
}
