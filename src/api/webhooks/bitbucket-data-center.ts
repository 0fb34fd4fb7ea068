/** Bitbucket Data Center's bodies → the same events. They carry their own `eventKey`, which the header must repeat. */
import { pullRequestCommentKey } from '../../domain/change-key.js';
import type { Actor, PullRequestEvent, PushEvent } from '../../domain/event.js';
import { fitTexts } from '../../domain/fit-texts.js';
import { pullRequestSubject } from '../../domain/subject.js';
import {
  type DataCenterPullRequestBody,
  type DataCenterRepository,
  type DataCenterUser,
  dcPullRequestBody,
  dcPushBody,
} from './bitbucket-shapes.js';
import { type Parsed, quarantined } from './door.js';
import { cutText, isoTime, shapeProblem } from './fields.js';

type Body = Readonly<Record<string, unknown>>;

/** Personal projects have a key like `~jane`. */
const NAME = /^~?[\w.-]{1,128}\/[\w.-]{1,128}$/;
const MAX_CHANGES = 20;

export function parseDcPullRequest(type: PullRequestEvent['type'], key: string, body: Body): Parsed {
  const parsed = dcPullRequestBody.safeParse(body);
  if (!parsed.success) {
    return misfit(key, shapeProblem(parsed.error));
  }
  const { actor, pullRequest, comment, date } = parsed.data;
  const repository = nameOf(pullRequest.toRef.repository);
  const said = type === 'pr_comment_created' ? (comment ?? 'missing') : null;
  if (parsed.data.eventKey !== key || !NAME.test(repository) || said === 'missing') {
    return misfit(key, `it is a body of ${cutText(parsed.data.eventKey, 60)}`);
  }
  const subject = pullRequestSubject(repository, pullRequest.id);
  const event: PullRequestEvent = {
    type,
    source: 'bitbucket',
    tenant: pullRequest.toRef.repository.project.key,
    subject,
    project: repository,
    changeKey:
      said === null
        ? activityKey(subject, parsed.data)
        : pullRequestCommentKey({ repository, id: pullRequest.id }, said.id),
    occurredAt: isoTime(date),
    actor: actorOf(actor),
    repository,
    pullRequest: { id: pullRequest.id, title: pullRequest.title ?? '' },
    comment: said === null ? null : { id: said.id, text: said.text ?? '' },
  };
  return { outcome: 'event', event, actorIds: idsOf(actor) };
}

/** The body names what happened, so the key may too: an approval leaves the pull request's own date as it was. */
function activityKey(subject: string, body: DataCenterPullRequestBody): string | null {
  const at = isoTime(body.date);
  return at === null ? null : `${subject}:${body.eventKey}:${idsOf(body.actor)[0] ?? 'unknown'}:${at}`;
}

export function parseDcPush(key: string, body: Body): Parsed {
  const parsed = dcPushBody.safeParse(body);
  if (!parsed.success) {
    return misfit(key, shapeProblem(parsed.error));
  }
  const { actor, changes, date } = parsed.data;
  const repository = nameOf(parsed.data.repository);
  if (parsed.data.eventKey !== key || !NAME.test(repository)) {
    return misfit(key, `it is a body of ${cutText(parsed.data.eventKey, 60)}`);
  }
  const event: PushEvent = {
    type: 'push',
    source: 'bitbucket',
    tenant: parsed.data.repository.project.key,
    subject: `bitbucket:${repository}`,
    project: repository,
    changeKey: null,
    occurredAt: isoTime(date),
    actor: actorOf(actor),
    repository,
    changes: fitTexts((limit) =>
      changes.slice(0, MAX_CHANGES).map((change) => ({
        kind: { ADD: 'created', DELETE: 'deleted' }[change.type ?? ''] ?? 'updated',
        name: cutText(change.ref.displayId, limit),
        newHash: change.type === 'DELETE' ? null : change.toHash,
        messages: [],
      })),
    ),
  };
  return { outcome: 'event', event, actorIds: idsOf(actor) };
}

function nameOf(repository: DataCenterRepository): string {
  return `${repository.project.key}/${repository.slug}`;
}

function actorOf(user: DataCenterUser): Actor | null {
  const id = idsOf(user)[0];
  return id === undefined ? null : { id, name: user?.displayName ?? null, isBot: user?.type === 'SERVICE' };
}

/** The login first: it is what Data Center's REST answers for the own account. */
function idsOf(user: DataCenterUser): readonly string[] {
  return [user?.name, user?.id].filter((id): id is string => typeof id === 'string' && id !== '');
}

function misfit(key: string, problem: string): Parsed {
  return quarantined('default', `X-Event-Key ${key} does not fit the body: ${problem}`);
}
