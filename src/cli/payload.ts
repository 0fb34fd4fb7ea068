/** Turns a file into the delivery that a vendor would send: path, bytes, headers. */
import { createHmac, randomUUID } from 'node:crypto';
import type { EventSource } from '../domain/event.js';
import { guessBitbucketEvent } from './bitbucket-event.js';
import { CommandError, UsageError } from './command.js';
import { readSlackFile } from './slack-payload.js';

export interface DeliveryRequest {
  readonly source: EventSource;
  /** The file's bytes. */
  readonly file: Buffer;
  readonly eventKey: string | null;
  readonly deliveryId: string | null;
  /** Null: unsigned. */
  readonly secret: string | null;
  readonly now: Date;
}

export interface Delivery {
  readonly path: string;
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** What the body says, parsed: what the sandbox is told to know. */
  readonly content: unknown;
  readonly eventKey: string | null;
}

const JSON_TYPE = 'application/json; charset=UTF-8';

/** @throws CommandError where the file is not what this source sends */
export function createDelivery(request: DeliveryRequest): Delivery {
  switch (request.source) {
    case 'jira':
      return jiraDelivery(request);
    case 'bitbucket':
      return bitbucketDelivery(request);
    case 'slack':
      return slackDelivery(request);
  }
}

function jiraDelivery(request: DeliveryRequest): Delivery {
  const content = parseJson(request.file);
  return {
    path: '/webhooks/jira',
    body: request.file,
    content,
    eventKey: null,
    headers: {
      'content-type': JSON_TYPE,
      'user-agent': 'Atlassian Webhook HTTP Client',
      'x-atlassian-webhook-identifier': request.deliveryId ?? randomUUID(),
      'x-atlassian-webhook-flow': 'Primary',
      ...hubSignature(request),
    },
  };
}

function bitbucketDelivery(request: DeliveryRequest): Delivery {
  const content = parseJson(request.file);
  const eventKey = request.eventKey ?? guessBitbucketEvent(content);
  if (eventKey === null) {
    throw new UsageError(
      'the file does not show which Bitbucket event it is; name it with --event (for example --event pullrequest:created)',
    );
  }
  return {
    path: '/webhooks/bitbucket',
    body: request.file,
    content,
    eventKey,
    headers: {
      'content-type': JSON_TYPE,
      'user-agent': 'Bitbucket-Webhooks/2.0',
      'x-event-key': eventKey,
      'x-hook-uuid': randomUUID(),
      'x-request-uuid': request.deliveryId ?? randomUUID(),
      ...hubSignature(request),
    },
  };
}

function slackDelivery(request: DeliveryRequest): Delivery {
  const { path, contentType, body, content } = readSlackFile(request.file);
  const timestamp = String(Math.floor(request.now.getTime() / 1000));
  return {
    path,
    body,
    content,
    eventKey: request.eventKey,
    headers: {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      ...(request.secret === null
        ? {}
        : { 'x-slack-signature': slackSignature(request.secret, timestamp, body) }),
    },
  };
}

function hubSignature({ secret, file }: DeliveryRequest): Record<string, string> {
  return secret === null
    ? {}
    : { 'x-hub-signature': `sha256=${createHmac('sha256', secret).update(file).digest('hex')}` };
}

function slackSignature(secret: string, timestamp: string, body: Buffer): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

function parseJson(file: Buffer): unknown {
  try {
    return JSON.parse(file.toString('utf8'));
  } catch (error) {
    throw new CommandError(`the file is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
