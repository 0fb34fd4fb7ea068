/** Jira, Cloud and Data Center: `X-Hub-Signature` over the raw body, the event's name in `webhookEvent`. */
import { headerOf, ignored, type Parsed, type WebhookDoor } from './door.js';
import { cutText } from './fields.js';
import { hubClaim } from './hmac.js';
import { parseComment, parseIssue, parseLink, parseSprint } from './jira-events.js';
import { decodeJson } from './json-body.js';

type Body = Readonly<Record<string, unknown>>;

const READERS: ReadonlyMap<string, (body: Body) => Parsed> = new Map([
  ['jira:issue_created', (body) => parseIssue('issue_created', body)],
  ['jira:issue_updated', (body) => parseIssue('issue_updated', body)],
  ['jira:issue_deleted', (body) => parseIssue('issue_deleted', body)],
  ['comment_created', (body) => parseComment('comment_created', body)],
  ['comment_updated', (body) => parseComment('comment_updated', body)],
  ['sprint_created', (body) => parseSprint('sprint_created', body)],
  ['sprint_updated', (body) => parseSprint('sprint_updated', body)],
  ['sprint_started', (body) => parseSprint('sprint_started', body)],
  ['sprint_closed', (body) => parseSprint('sprint_closed', body)],
  ['sprint_deleted', (body) => parseSprint('sprint_deleted', body)],
  ['issuelink_created', (body) => parseLink('issuelink_created', body)],
  ['issuelink_deleted', (body) => parseLink('issuelink_deleted', body)],
]);

/** By the vendor's names, for docs/webhooks.md: what else Jira sends is stored as `ignored`. */
export const JIRA_EVENTS: readonly string[] = [...READERS.keys()];

export const jiraDoor: WebhookDoor = {
  source: 'jira',
  path: '/webhooks/jira',
  summary: 'Deliveries of a Jira webhook, signed with X-Hub-Signature',
  contentType: 'application/json',
  bodyLimit: 5 * 1024 * 1024,
  unreadableStatus: 400,
  claimOf: hubClaim,
  decode: decodeJson,
  deliveryId: (headers) => headerOf(headers, 'x-atlassian-webhook-identifier'),
  eventName: (_headers, body) => nameOf(body),
  parse: (_headers, body) => {
    const name = nameOf(body);
    const read = READERS.get(name);
    return read === undefined
      ? ignored('default', name === '' ? 'the body names no webhookEvent' : `no cycle answers ${name}`)
      : read(body);
  },
  // Primary deliveries within 30 s, secondary ones (bulk edits, cascades) within 15 minutes.
  isBulk: (headers) => headerOf(headers, 'x-atlassian-webhook-flow')?.toLowerCase() === 'secondary',
  signedAt: (body) => {
    const timestamp = body['timestamp'];
    return typeof timestamp === 'number' && Number.isFinite(timestamp) ? timestamp : null;
  },
};

function nameOf(body: Body): string {
  const name = body['webhookEvent'];
  return typeof name === 'string' ? cutText(name, 100) : '';
}
