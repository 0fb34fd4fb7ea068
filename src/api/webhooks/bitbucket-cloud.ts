/**
 * Bitbucket Cloud's bodies → events. The event's name stands only in the unsigned `X-Event-Key`, so every key is held
 * against the body's shape: a delivery replayed under another key is quarantined, here or by the inbox, which knows
 * the body.
 */
import {
  pullRequestCommentKey,
  pullRequestOnceKey,
  pullRequestReviewKey,
  pullRequestUpdatedKey,
} from '../../domain/change-key.js';
import {
  type Actor,
  type CommitStatusEvent,
  type PullRequestEvent,
  type PushEvent,
} from '../../domain/event.js';
import { fitTexts } from '../../domain/fit-texts.js';
import { pullRequestSubject } from '../../domain/subject.js';
import {
  type BitbucketAccount,
  type BitbucketPullRequestBody,
  type BitbucketRepository,
  pullRequestBody,
  pushBody,
  statusBody,
} from './bitbucket-shapes.js';
import { type Parsed, quarantined } from './door.js';
import { cutText, isoTime, shapeProblem } from './fields.js';

type Body = Readonly<Record<string, unknown>>;

const FULL_NAME = /^[\w.{}-]{1,100}\/[\w.{}-]{1,100}$/;
const COMMIT = /^[0-9a-f]{7,64}$/i;
const COMMIT_ADDRESS = /\/commit\/([0-9a-f]{7,64})(?:\/|$)/i;
const MAX_CHANGES = 20;
const MAX_MESSAGES = 5;

/** Which part a pull request body must carry under a key, and which state the pull request must be in. */
interface Fit {
  readonly part: 'approval' | 'changes_request' | 'comment' | null;
  readonly state: string | null;
}

const FITS: { readonly [T in PullRequestEvent['type']]: Fit } = {
  pr_created: { part: null, state: 'OPEN' },
  pr_updated: { part: null, state: null },
  pr_merged: { part: null, state: 'MERGED' },
  pr_declined: { part: null, state: 'DECLINED' },
  pr_approved: { part: 'approval', state: null },
  pr_changes_requested: { part: 'changes_request', state: null },
  pr_comment_created: { part: 'comment', state: null },
};

export function parsePullRequest(type: PullRequestEvent['type'], key: string, body: Body): Parsed {
  const parsed = pullRequestBody.safeParse(body);
  if (!parsed.success) {
    return misfit(key, shapeProblem(parsed.error));
  }
  const { actor, repository, pullrequest, comment } = parsed.data;
  const problem = repositoryProblem(repository) ?? fitProblem(FITS[type], parsed.data);
  if (problem !== null) {
    return misfit(key, problem, tenantOf(repository));
  }
  const event: PullRequestEvent = {
    type,
    source: 'bitbucket',
    tenant: tenantOf(repository),
    subject: pullRequestSubject(repository.full_name, pullrequest.id),
    project: repository.full_name,
    changeKey: pullRequestChangeKey(type, parsed.data),
    occurredAt: occurredAt(parsed.data),
    actor: actorOf(actor),
    repository: repository.full_name,
    pullRequest: { id: pullrequest.id, title: pullrequest.title ?? '' },
    comment:
      type === 'pr_comment_created' && comment !== null
        ? { id: comment.id, text: comment.content?.raw ?? '' }
        : null,
  };
  return { outcome: 'event', event, actorIds: idsOf(actor) };
}

/** Samples in the vendor's documentation have the state `OPEN|MERGED|DECLINED`: one of them is enough. */
function fitProblem(fit: Fit, body: BitbucketPullRequestBody): string | null {
  const parts = (['approval', 'changes_request', 'comment'] as const).filter((name) => body[name] !== null);
  if (fit.part === null ? parts.length > 0 : !parts.includes(fit.part)) {
    return fit.part === null ? `it carries ${parts.join(', ')}` : `it carries no ${fit.part}`;
  }
  return fit.state === null || body.pullrequest.state.split('|').includes(fit.state)
    ? null
    : `the pull request is ${cutText(body.pullrequest.state, 40)}`;
}

function pullRequestChangeKey(type: PullRequestEvent['type'], body: BitbucketPullRequestBody): string | null {
  const ref = { repository: body.repository.full_name, id: body.pullrequest.id };
  switch (type) {
    case 'pr_created':
      return pullRequestOnceKey(ref, 'created');
    case 'pr_merged':
      return pullRequestOnceKey(ref, 'merged');
    case 'pr_declined':
      return pullRequestOnceKey(ref, 'declined');
    case 'pr_comment_created':
      return body.comment === null ? null : pullRequestCommentKey(ref, body.comment.id);
    case 'pr_updated': {
      // As it came: in microseconds.
      const updated = body.pullrequest.updated_on;
      return updated === null || isoTime(updated) === null ? null : pullRequestUpdatedKey(ref, updated);
    }
    case 'pr_approved':
      return reviewKey(ref, 'approval', body);
    case 'pr_changes_requested':
      return reviewKey(ref, 'changes_request', body);
  }
}

function reviewKey(
  ref: { readonly repository: string; readonly id: number },
  review: 'approval' | 'changes_request',
  body: BitbucketPullRequestBody,
): string | null {
  const at = isoTime(body[review]?.date);
  return at === null ? null : pullRequestReviewKey(ref, review, idsOf(body.actor)[0] ?? 'unknown', at);
}

function occurredAt(body: BitbucketPullRequestBody): string | null {
  return isoTime(
    body.comment?.created_on ??
      body.approval?.date ??
      body.changes_request?.date ??
      body.pullrequest.updated_on,
  );
}

export function parsePush(key: string, body: Body): Parsed {
  const parsed = pushBody.safeParse(body);
  if (!parsed.success) {
    return misfit(key, shapeProblem(parsed.error));
  }
  const { actor, repository, push } = parsed.data;
  const problem = repositoryProblem(repository);
  if (problem !== null) {
    return misfit(key, problem);
  }
  const event: PushEvent = {
    type: 'push',
    source: 'bitbucket',
    tenant: tenantOf(repository),
    subject: `bitbucket:${repository.full_name}`,
    project: repository.full_name,
    changeKey: null,
    occurredAt: null,
    actor: actorOf(actor),
    repository: repository.full_name,
    changes: fitTexts((limit) =>
      push.changes.slice(0, MAX_CHANGES).map((change) => ({
        kind: change.new === null ? 'deleted' : change.old === null ? 'created' : 'updated',
        name: cutText(change.new?.name ?? change.old?.name ?? '', limit),
        newHash: hashOf(change.new?.target?.hash),
        messages: (change.commits ?? [])
          .slice(0, MAX_MESSAGES)
          .flatMap(({ message }) => (message === null ? [] : [cutText(message, limit)])),
      })),
    ),
  };
  return { outcome: 'event', event, actorIds: idsOf(actor) };
}

export function parseCommitStatus(key: string, body: Body): Parsed {
  const parsed = statusBody.safeParse(body);
  if (!parsed.success) {
    return misfit(key, shapeProblem(parsed.error));
  }
  const { actor, repository, commit_status: status } = parsed.data;
  const hash = status.commit?.hash ?? COMMIT_ADDRESS.exec(status.links?.commit?.href ?? '')?.[1] ?? null;
  const problem = repositoryProblem(repository);
  if (problem !== null || hash === null || !COMMIT.test(hash)) {
    return misfit(key, problem ?? 'it names no commit', tenantOf(repository));
  }
  const subject = `bitbucket:${repository.full_name}`;
  const updated = status.updated_on;
  const event: CommitStatusEvent = {
    type: 'commit_status',
    source: 'bitbucket',
    tenant: tenantOf(repository),
    subject,
    project: repository.full_name,
    changeKey:
      status.key === null || isoTime(updated) === null
        ? null
        : `${subject}:status:${hash}:${cutText(status.key, 100)}:${updated}`,
    occurredAt: isoTime(updated),
    actor: actorOf(actor),
    repository: repository.full_name,
    commit: hash,
    branch: status.refname,
    state: cutText(status.state, 40),
    name: status.name ?? status.key ?? '',
  };
  return { outcome: 'event', event, actorIds: idsOf(actor) };
}

function hashOf(value: string | null | undefined): string | null {
  return typeof value === 'string' && COMMIT.test(value) ? value : null;
}

function tenantOf(repository: BitbucketRepository): string {
  return repository.workspace?.slug ?? repository.full_name.split('/', 1)[0] ?? 'default';
}

function repositoryProblem(repository: BitbucketRepository): string | null {
  return FULL_NAME.test(repository.full_name) ? null : 'repository.full_name is not workspace/repository';
}

function actorOf(account: BitbucketAccount): Actor | null {
  const id = idsOf(account)[0];
  const name = account?.display_name ?? account?.nickname ?? null;
  return id === undefined ? null : { id, name, isBot: account?.type === 'app_user' };
}

function idsOf(account: BitbucketAccount): readonly string[] {
  return [account?.uuid, account?.account_id, account?.username].filter(
    (id): id is string => typeof id === 'string' && id !== '',
  );
}

function misfit(key: string, problem: string, tenant = 'default'): Parsed {
  return quarantined(tenant, `X-Event-Key ${key} does not fit the body: ${problem}`);
}
