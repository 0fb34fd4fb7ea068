/** How each vendor signs a webhook, and what an attempt's headers say. */
import { createHmac } from 'node:crypto';
import type { QueuedWebhook, WebhookVendor } from './outbox.js';

/** The webhook secret of each vendor; null: sent unsigned. */
export type WebhookSecrets = { readonly [V in WebhookVendor]: string | null };

/** The headers of one attempt; `attempts` made before it decide the retry headers. */
export function attemptHeaders(
  webhook: QueuedWebhook,
  secrets: WebhookSecrets,
  now: Date,
): Record<string, string> {
  return {
    'content-type': webhook.contentType,
    ...webhook.headers,
    ...PER_ATTEMPT[webhook.vendor](webhook, secrets[webhook.vendor], now),
  };
}

type AttemptHeaders = (webhook: QueuedWebhook, secret: string | null, now: Date) => Record<string, string>;

const PER_ATTEMPT: { readonly [V in WebhookVendor]: AttemptHeaders } = {
  jira: (webhook, secret) => ({
    ...hubSignature(webhook.body, secret),
    ...(webhook.attempts > 0 ? { 'x-atlassian-webhook-retry': String(webhook.attempts) } : {}),
  }),
  bitbucket: (webhook, secret) => ({
    ...hubSignature(webhook.body, secret),
    'x-attempt-number': String(webhook.attempts + 1),
  }),
  slack: (webhook, secret, now) => ({
    ...slackSignature(webhook.body, secret, now),
    ...(webhook.attempts > 0
      ? { 'x-slack-retry-num': String(webhook.attempts), 'x-slack-retry-reason': retryReason(webhook) }
      : {}),
  }),
};

/** WebSub: HMAC-SHA256 of the raw body. Jira's documented vector: secret `It's a Secret to Everybody`, body `Hello World!`. */
function hubSignature(body: string, secret: string | null): Record<string, string> {
  return secret === null ? {} : { 'x-hub-signature': `sha256=${hmac(secret, body)}` };
}

/** `v0:{timestamp}:{raw body}`, the timestamp in seconds; it is new on every attempt. */
function slackSignature(body: string, secret: string | null, now: Date): Record<string, string> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  return {
    'x-slack-request-timestamp': timestamp,
    ...(secret === null ? {} : { 'x-slack-signature': `v0=${hmac(secret, `v0:${timestamp}:${body}`)}` }),
  };
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}

function retryReason(webhook: QueuedWebhook): string {
  if (webhook.lastResult === 'timeout') return 'http_timeout';
  return webhook.lastResult === 'connection failed' ? 'connection_failed' : 'http_error';
}
