import {
  pullRequestCommentKey,
  pullRequestOnceKey,
  pullRequestReviewKey,
  pullRequestUpdatedKey,
} from '../../domain/change-key.js';
import { cutText } from '../../domain/cut-text.js';
import { type Actor, EVENT_NAME_LIMIT, EVENT_TEXT_LIMIT, EVENT_TITLE_LIMIT } from '../../domain/event.js';
import { pullRequestSubject } from '../../domain/subject.js';
import type { FoundChange } from '../../domain/sweep.js';
import type {
  ActivityAccount,
  PullRequestActivity,
  UpdatedPullRequest,
} from '../../integrations/bitbucket/changes.js';
import type { ActivityDeps } from '../dependencies.js';
import { found, isSince, type ScopeReader } from './scope-reader.js';

/** The first entry of an activity is the creation, dated up to a second after it. */
const CREATION_MS = 2_000;

/**
 * A repository's pull requests by `updated_on`, which every comment and approval moves; what happened stands in the
 * activity of each.
 */
export function createPullRequestsReader({ bitbucket }: ActivityDeps['changes']): ScopeReader {
  return async ({ scope, cursor }) => {
    const { pullRequests, nextPage } = await bitbucket.updatedPullRequests({
      repository: scope.place ?? '',
      since: scope.since,
      page: Number(cursor ?? 1),
    });
    const changes: FoundChange[] = [];
    for (const pull of pullRequests) {
      const activity = await bitbucket.activity(pull.repository, pull.id, scope.reportSince);
      changes.push(...pullRequestChanges(pull, activity, scope.reportSince));
    }
    return { cursor: nextPage === null ? null : String(nextPage), looked: pullRequests.length, changes };
  };
}

/** What happened to it since then, as the webhooks of it would have been. */
export function pullRequestChanges(
  pull: UpdatedPullRequest,
  activity: readonly PullRequestActivity[],
  since: string,
): readonly FoundChange[] {
  const created = isSince(pull.createdOn, since)
    ? [
        change(pull, {
          type: 'pr_created',
          at: pull.createdOn,
          by: pull.author,
          changeKey: pullRequestOnceKey(pull, 'created'),
        }),
      ]
    : [];
  return [
    ...created,
    ...activity.filter((entry) => isSince(entry.at, since)).flatMap((entry) => activityChange(pull, entry)),
  ];
}

function activityChange(pull: UpdatedPullRequest, entry: PullRequestActivity): readonly FoundChange[] {
  const { at, by } = entry;
  switch (entry.kind) {
    case 'comment':
      return [
        change(pull, {
          type: 'pr_comment_created',
          at,
          by,
          changeKey: pullRequestCommentKey(pull, entry.id),
          comment: { id: entry.id, text: cutText(entry.body, EVENT_TEXT_LIMIT) },
        }),
      ];
    case 'approval':
      return [change(pull, { type: 'pr_approved', at, by, changeKey: reviewKey(pull, 'approval', entry) })];
    case 'changes_request':
      return [
        change(pull, {
          type: 'pr_changes_requested',
          at,
          by,
          changeKey: reviewKey(pull, 'changes_request', entry),
        }),
      ];
    case 'update':
      return updateChange(pull, entry);
  }
}

function updateChange(
  pull: UpdatedPullRequest,
  { state, at, exactly, by }: Extract<PullRequestActivity, { kind: 'update' }>,
): readonly FoundChange[] {
  switch (state) {
    case 'MERGED':
      return [change(pull, { type: 'pr_merged', at, by, changeKey: pullRequestOnceKey(pull, 'merged') })];
    case 'DECLINED':
      return [change(pull, { type: 'pr_declined', at, by, changeKey: pullRequestOnceKey(pull, 'declined') })];
    case 'OPEN':
      return Date.parse(at) - Date.parse(pull.createdOn) <= CREATION_MS
        ? []
        : [change(pull, { type: 'pr_updated', at, by, changeKey: pullRequestUpdatedKey(pull, exactly) })];
    default:
      return [];
  }
}

function reviewKey(
  pull: UpdatedPullRequest,
  review: 'approval' | 'changes_request',
  { at, by }: { readonly at: string; readonly by: ActivityAccount | null },
): string {
  return pullRequestReviewKey(pull, review, by?.ids[0] ?? 'unknown', at);
}

interface Change {
  readonly type: Extract<FoundChange['event'], { repository: string; pullRequest: unknown }>['type'];
  readonly at: string;
  readonly by: ActivityAccount | null;
  readonly changeKey: string;
  readonly comment?: { readonly id: string; readonly text: string };
}

function change({ repository, id, title }: UpdatedPullRequest, one: Change): FoundChange {
  return found(
    {
      type: one.type,
      source: 'bitbucket',
      tenant: repository.split('/', 1)[0] ?? 'default',
      subject: pullRequestSubject(repository, id),
      project: repository,
      changeKey: one.changeKey,
      occurredAt: one.at,
      actor: actorOf(one.by),
      repository,
      pullRequest: { id, title: cutText(title, EVENT_TITLE_LIMIT) },
      comment: one.comment ?? null,
    },
    one.by?.ids ?? [],
  );
}

function actorOf(account: ActivityAccount | null): Actor | null {
  const id = account?.ids[0];
  const name = account?.name ?? null;
  return account === null || id === undefined
    ? null
    : { id, name: name === null ? null : cutText(name, EVENT_NAME_LIMIT), isBot: account.isApp };
}
