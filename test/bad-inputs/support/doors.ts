/** The five addresses that vendors deliver to, each with a delivery that would be taken. */
import { randomUUID } from 'node:crypto';
import type { EventSource } from '../../../src/domain/event.js';
import {
  blockActions,
  commentCreated,
  jiraComment,
  payloadForm,
  pullRequest,
  pullRequestBody,
  slackEvent,
  slackMessage,
  slashCommand,
} from '../../api/support/bodies.js';
import { SECRETS } from '../../api/support/config.js';
import { hubSignature, slackSignature } from '../../api/support/sending.js';
import type { Headers, Message } from './wire.js';

export interface Door {
  readonly name: string;
  readonly source: EventSource;
  readonly path: string;
  readonly type: 'application/json' | 'application/x-www-form-urlencoded';
  /** Bytes that it takes at most. */
  readonly limit: number;
  /** A body that nobody sent before. */
  readonly fresh: () => string;
  /** The headers that prove these bytes. */
  readonly proof: (raw: string | Buffer, secret?: string) => Headers;
  /** What the vendor sends besides. */
  readonly headers: () => Headers;
}

const MB = 1024 * 1024;

let made = 0;
const next = () => 40_000 + (made += 1);

const hub =
  (source: 'jira' | 'bitbucket'): Door['proof'] =>
  (raw, secret = SECRETS[source]) => [['X-Hub-Signature', hubSignature(raw, secret)]];

export function slackProof(
  raw: string | Buffer,
  secret: string = SECRETS.slack,
  timestamp: number | string = Math.floor(Date.now() / 1000),
): Headers {
  return [
    ['X-Slack-Request-Timestamp', String(timestamp)],
    ['X-Slack-Signature', slackSignature(raw, timestamp, secret)],
  ];
}

export const JIRA: Door = {
  name: 'Jira',
  source: 'jira',
  path: '/webhooks/jira',
  type: 'application/json',
  limit: 5 * MB,
  fresh: () => freshComment(),
  proof: hub('jira'),
  headers: () => [['X-Atlassian-Webhook-Identifier', randomUUID()]],
};

export const BITBUCKET: Door = {
  name: 'Bitbucket',
  source: 'bitbucket',
  path: '/webhooks/bitbucket',
  type: 'application/json',
  limit: MB,
  fresh: () => JSON.stringify(pullRequestBody({ pullrequest: pullRequest({ id: next() }) })),
  proof: hub('bitbucket'),
  headers: () => [
    ['X-Event-Key', 'pullrequest:created'],
    ['X-Request-UUID', randomUUID()],
  ],
};

const slack = {
  source: 'slack',
  limit: MB,
  proof: slackProof,
  headers: () => [],
} as const;

export const SLACK: Door = {
  ...slack,
  name: 'Slack events',
  path: '/webhooks/slack',
  type: 'application/json',
  fresh: () => freshMention(),
};

export const INTERACTIONS: Door = {
  ...slack,
  name: 'Slack interactions',
  path: '/webhooks/slack/interactions',
  type: 'application/x-www-form-urlencoded',
  fresh: () => freshInteraction(),
};

export const COMMANDS: Door = {
  ...slack,
  name: 'Slack commands',
  path: '/webhooks/slack/commands',
  type: 'application/x-www-form-urlencoded',
  fresh: () => freshCommand(),
};

export const DOORS = [JIRA, BITBUCKET, SLACK, INTERACTIONS, COMMANDS] as const;
/** Those whose signature covers the body alone. */
export const HUB_DOORS = [JIRA, BITBUCKET] as const;
export const SLACK_DOORS = [SLACK, INTERACTIONS, COMMANDS] as const;
/** Those that take a JSON document as it is. */
export const JSON_DOORS = [JIRA, BITBUCKET, SLACK] as const;

export function freshComment(parts: Record<string, unknown> = {}): string {
  return JSON.stringify(commentCreated({ comment: jiraComment({ id: String(next()) }), ...parts }));
}

export function freshMention(parts: Record<string, unknown> = {}): string {
  const ts = `1795000000.${String(next()).padStart(6, '0')}`;
  return JSON.stringify(slackEvent(slackMessage({ type: 'app_mention', ts, ...parts })));
}

export function freshInteraction(parts: Record<string, unknown> = {}): string {
  return payloadForm({ ...blockActions, trigger_id: `trigger-${next()}`, ...parts });
}

export function freshCommand(parts: Record<string, string> = {}): string {
  return String(
    new URLSearchParams({ ...Object.fromEntries(slashCommand), trigger_id: `trigger-${next()}`, ...parts }),
  );
}

export interface DeliveryParts {
  readonly raw?: string | Buffer;
  /** In place of the right ones. */
  readonly proof?: Headers;
  /** After all others. */
  readonly more?: Headers;
  readonly type?: string | null;
  readonly from?: string;
}

/** A delivery as the vendor would send it, but for what is given. */
export function delivery(door: Door, parts: DeliveryParts = {}): Message {
  const raw = parts.raw ?? door.fresh();
  const type = parts.type === undefined ? door.type : parts.type;
  const given = new Set((parts.more ?? []).map(([name]) => name.toLowerCase()));
  return {
    method: 'POST',
    path: door.path,
    body: raw,
    headers: [
      ...(type === null ? [] : [['Content-Type', type] as const]),
      ...door.headers().filter(([name]) => !given.has(name.toLowerCase())),
      ...(parts.proof ?? door.proof(raw)),
      ...(parts.more ?? []),
    ],
    ...(parts.from === undefined ? {} : { from: parts.from }),
  };
}
