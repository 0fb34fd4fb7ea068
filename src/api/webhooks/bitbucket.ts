/** Bitbucket, Cloud and Data Center: `X-Hub-Signature` over the raw body, the event's name in `X-Event-Key`. */
import { parseCommitStatus, parsePullRequest, parsePush } from './bitbucket-cloud.js';
import { parseDcPullRequest, parseDcPush } from './bitbucket-data-center.js';
import { headerOf, ignored, type Parsed, type WebhookDoor } from './door.js';
import { cutText } from './fields.js';
import { hubClaim } from './hmac.js';
import { decodeJson } from './json-body.js';

type Read = (key: string, body: Readonly<Record<string, unknown>>) => Parsed;

const READERS: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['pullrequest:created', (key, body) => parsePullRequest('pr_created', key, body)],
  ['pullrequest:updated', (key, body) => parsePullRequest('pr_updated', key, body)],
  ['pullrequest:approved', (key, body) => parsePullRequest('pr_approved', key, body)],
  ['pullrequest:changes_request_created', (key, body) => parsePullRequest('pr_changes_requested', key, body)],
  ['pullrequest:comment_created', (key, body) => parsePullRequest('pr_comment_created', key, body)],
  ['pullrequest:fulfilled', (key, body) => parsePullRequest('pr_merged', key, body)],
  ['pullrequest:rejected', (key, body) => parsePullRequest('pr_declined', key, body)],
  ['repo:push', parsePush],
  ['repo:commit_status_created', parseCommitStatus],
  ['repo:commit_status_updated', parseCommitStatus],
  ['pr:opened', (key, body) => parseDcPullRequest('pr_created', key, body)],
  ['pr:from_ref_updated', (key, body) => parseDcPullRequest('pr_updated', key, body)],
  ['pr:modified', (key, body) => parseDcPullRequest('pr_updated', key, body)],
  ['pr:reviewer:approved', (key, body) => parseDcPullRequest('pr_approved', key, body)],
  ['pr:reviewer:changes_requested', (key, body) => parseDcPullRequest('pr_changes_requested', key, body)],
  ['pr:reviewer:needs_work', (key, body) => parseDcPullRequest('pr_changes_requested', key, body)],
  ['pr:comment:added', (key, body) => parseDcPullRequest('pr_comment_created', key, body)],
  ['pr:merged', (key, body) => parseDcPullRequest('pr_merged', key, body)],
  ['pr:declined', (key, body) => parseDcPullRequest('pr_declined', key, body)],
  ['repo:refs_changed', parseDcPush],
]);

/** By the vendor's names, Cloud's and Data Center's, for docs/webhooks.md: what else it sends is stored as `ignored`. */
export const BITBUCKET_EVENTS: readonly string[] = [...READERS.keys()];

export const bitbucketDoor: WebhookDoor = {
  source: 'bitbucket',
  path: '/webhooks/bitbucket',
  summary: 'Deliveries of a Bitbucket webhook, signed with X-Hub-Signature',
  contentType: 'application/json',
  bodyLimit: 1024 * 1024,
  unreadableStatus: 400,
  claimOf: hubClaim,
  decode: decodeJson,
  deliveryId: (headers) => headerOf(headers, 'x-request-uuid') ?? headerOf(headers, 'x-request-id'),
  eventName: keyOf,
  parse: (headers, body) => {
    const key = keyOf(headers);
    const read = READERS.get(key);
    return read === undefined
      ? ignored('default', key === '' ? 'the delivery has no X-Event-Key' : `no cycle answers ${key}`)
      : read(key, body);
  },
};

function keyOf(headers: Parameters<WebhookDoor['eventName']>[0]): string {
  return cutText(headerOf(headers, 'x-event-key') ?? '', 100);
}
