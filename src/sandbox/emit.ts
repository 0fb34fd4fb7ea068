/** Turns what changed at a vendor into the webhook that this vendor would send, and queues it. */
import { randomUUID } from 'node:crypto';
import type { AgentAccounts } from './accounts.js';
import type { Outbox, WebhookVendor } from './outbox.js';
import { SLACK_APP_ID, SLACK_TEAM } from './slack/team.js';

/** Hands a webhook to the durable queue; its delivery never delays the vendor's own answer. Each call answers the delivery id. */
export interface Emit {
  /** `body` is the whole Jira webhook, `webhookEvent` included; `timestamp` is added. */
  jira(body: Record<string, unknown>): string;
  /** `eventKey` such as `pullrequest:created`. */
  bitbucket(eventKey: string, body: Record<string, unknown>): string;
  /** The inner event; it is wrapped as `event_callback`. */
  slackEvent(event: Record<string, unknown>): string;
  /** A block action, modal or slash command, form-encoded as Slack sends them. */
  slackForm(
    path: '/webhooks/slack/interactions' | '/webhooks/slack/commands',
    fields: Record<string, string>,
  ): string;
}

export interface EmitOptions {
  readonly outbox: Outbox;
  readonly accounts: AgentAccounts;
  readonly clock: () => Date;
  /** Does a fault keep a webhook of this event back? */
  readonly loses: (vendor: WebhookVendor, event: string) => boolean;
  /** Called after each addition. */
  readonly added: () => void;
}

/** The subscription that every delivery of the simulated Bitbucket names. */
const HOOK_UUID = '{5a8a6e2c-0c1d-4f7a-9a42-6c0b8e0f1d11}';

/** Emits into this queue. */
export function createEmit(options: EmitOptions): Emit {
  const { clock } = options;
  return {
    jira: (body) => {
      const deliveryId = randomUUID();
      const headers = {
        'user-agent': 'Atlassian Webhook HTTP Client',
        'x-atlassian-webhook-identifier': deliveryId,
        'x-atlassian-webhook-flow': 'Primary',
      };
      const timed = { timestamp: clock().getTime(), ...body };
      const event = String(body.webhookEvent);
      return add(options, event, 'jira', deliveryId, headers, JSON.stringify(timed));
    },
    bitbucket: (eventKey, body) => {
      const deliveryId = randomUUID();
      const headers = {
        'user-agent': 'Bitbucket-Webhooks/2.0',
        'x-event-key': eventKey,
        'x-hook-uuid': HOOK_UUID.slice(1, -1),
        'x-request-uuid': deliveryId,
      };
      return add(options, eventKey, 'bitbucket', deliveryId, headers, JSON.stringify(body));
    },
    slackEvent: (event) => {
      const deliveryId = `Ev${randomUUID().replaceAll('-', '').slice(0, 10).toUpperCase()}`;
      const body = JSON.stringify(eventCallback(options, deliveryId, event));
      return add(options, String(event.type), 'slack', deliveryId, SLACKBOT, body);
    },
    slackForm: (path, fields) => {
      const deliveryId = randomUUID();
      const body = new URLSearchParams(fields).toString();
      const type = 'application/x-www-form-urlencoded';
      return add(options, path, 'slack', deliveryId, SLACKBOT, body, path, type);
    },
  };
}

const SLACKBOT = { 'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)' };

function eventCallback(options: EmitOptions, eventId: string, event: Record<string, unknown>) {
  return {
    token: 'sandbox-verification-token',
    team_id: SLACK_TEAM.id,
    api_app_id: SLACK_APP_ID,
    event,
    type: 'event_callback',
    event_id: eventId,
    event_time: Math.floor(options.clock().getTime() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: SLACK_TEAM.id,
        user_id: options.accounts.slack.userId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  };
}

function add(
  options: EmitOptions,
  event: string,
  vendor: WebhookVendor,
  deliveryId: string,
  headers: Record<string, string>,
  body: string,
  path: string = `/webhooks/${vendor}`,
  contentType: string = 'application/json; charset=UTF-8',
): string {
  const webhook = { vendor, deliveryId, path, contentType, headers, body };
  const state = options.loses(vendor, event) ? 'lost' : 'waiting';
  options.outbox.add(webhook, options.clock().getTime(), state);
  options.added();
  return deliveryId;
}
