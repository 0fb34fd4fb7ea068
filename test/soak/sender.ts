/** A vendor that keeps sending: signed comments on a handful of issues, repeated with the same delivery id until a 2xx. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../support/stack.js';

export interface AcceptedEvent {
  readonly eventId: string;
  readonly cycleId: string;
}

export interface Sender {
  /** Sends until `stop()`, then resolves when everything under way was acknowledged. */
  run(): Promise<void>;
  stop(): void;
  accepted(): readonly AcceptedEvent[];
}

const ISSUES = ['PAY-1', 'PAY-2', 'PAY-3', 'WEB-1', 'WEB-2'];
const PAUSE_MS = 250;
/** After the last new event, how long unacknowledged ones are still sent. */
const PATIENCE_MS = 60_000;

export function createSender(stack: Stack, random: () => number): Sender {
  const { jira: secret } = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as {
    jira: string;
  };
  const accepted = new Map<string, AcceptedEvent>();
  const stopped = new AbortController();
  const givenUp = new AbortController();
  let count = 0;

  async function deliver(): Promise<void> {
    count += 1;
    const deliveryId = `soak-${count}`;
    const body = commentBody(count, ISSUES[Math.floor(random() * ISSUES.length)] ?? 'PAY-1');
    while (!givenUp.signal.aborted) {
      const answer = await post(stack, body, deliveryId, secret);
      if (answer !== null) {
        accepted.set(deliveryId, answer);
        return;
      }
      await pause(200);
    }
  }

  return {
    run: async () => {
      const underWay: Promise<void>[] = [];
      while (!stopped.signal.aborted) {
        underWay.push(deliver());
        await pause(PAUSE_MS);
      }
      await Promise.all(underWay);
    },
    stop: () => {
      stopped.abort();
      setTimeout(() => givenUp.abort(), PATIENCE_MS).unref();
    },
    accepted: () => [...accepted.values()],
  };
}

async function post(
  stack: Stack,
  body: string,
  deliveryId: string,
  secret: string,
): Promise<AcceptedEvent | null> {
  try {
    const answer = await fetch(`${stack.api}/webhooks/jira`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-atlassian-webhook-identifier': deliveryId,
        'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
      body,
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) {
      return null;
    }
    const { eventId, cycleId } = (await answer.json()) as Partial<AcceptedEvent>;
    return { eventId: String(eventId), cycleId: cycleId ?? `cycle-jira-${deliveryId}` };
  } catch {
    return null;
  }
}

function commentBody(n: number, key: string): string {
  return JSON.stringify({
    timestamp: Date.now(),
    webhookEvent: 'comment_created',
    comment: {
      id: `${700_000 + n}`,
      author: { accountId: '712020:soak', displayName: 'Soak', accountType: 'atlassian' },
      body: `@PM Agent what is the status of this? (${n})`,
    },
    issue: { key, fields: { summary: 'soak', project: { key: key.split('-')[0] } } },
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
