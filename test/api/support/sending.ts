/** Deliveries as the vendors send them: signed over the raw bytes. */
import { createHmac, randomUUID } from 'node:crypto';
import { SECRETS } from './config.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Null where the body is not JSON. */
  readonly body: any;
}

export function hubSignature(raw: string | Buffer, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
}

export function slackSignature(raw: string | Buffer, timestamp: number | string, secret: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(raw).digest('hex')}`;
}

export function jiraHeaders(raw: string | Buffer, delivery: string = randomUUID()): Record<string, string> {
  return {
    'content-type': 'application/json; charset=UTF-8',
    'x-atlassian-webhook-identifier': delivery,
    'x-hub-signature': hubSignature(raw, SECRETS.jira),
  };
}

export function bitbucketHeaders(
  raw: string | Buffer,
  key: string,
  delivery: string = randomUUID(),
): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-event-key': key,
    'x-request-uuid': delivery,
    'x-hub-signature': hubSignature(raw, SECRETS.bitbucket),
  };
}

export function slackHeaders(
  raw: string | Buffer,
  type: 'json' | 'form' = 'json',
  timestamp: number | string = Math.floor(Date.now() / 1000),
): Record<string, string> {
  return {
    'content-type': type === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': slackSignature(raw, timestamp, SECRETS.slack),
  };
}

export async function post(
  url: string,
  raw: string | Buffer,
  headers: Record<string, string>,
): Promise<Answer> {
  return answerOf(await fetch(url, { method: 'POST', body: raw as string, headers }));
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  return answerOf(await fetch(url, { redirect: 'manual', ...init }));
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: any = null;
  try {
    body = JSON.parse(text);
  } catch {
    // Not every answer is JSON.
  }
  return { status: response.status, headers: response.headers, text, body };
}
