/** A vendor that sends by schedule: signed comments, each under its delivery id again and again until a 2xx. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../support/stack.js';
import type { PlannedDelivery } from './schedule.js';

export interface AcceptedEvent {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly status: string;
}

export interface Sender {
  /** Sends everything at its time; resolves when each send was acknowledged, or its vendor gave up. */
  run(): Promise<void>;
  accepted(): readonly AcceptedEvent[];
}

/** How long a vendor repeats one delivery. */
const PATIENCE_MS = 120_000;
const PAUSE_MS = 250;

export function createSender(
  stack: Stack,
  deliveries: readonly PlannedDelivery[],
  startedAt: number,
): Sender {
  const secret = (JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as { jira: string })
    .jira;
  const accepted: AcceptedEvent[] = [];

  async function sendAt(delivery: PlannedDelivery, at: number): Promise<void> {
    await sleep(Math.max(0, startedAt + at - Date.now()));
    const body = bodyOf(delivery, startedAt);
    const giveUpAt = Date.now() + PATIENCE_MS;
    while (Date.now() < giveUpAt) {
      const answer = await post(stack, body, delivery.id, secret);
      if (answer !== null) {
        accepted.push({ deliveryId: delivery.id, ...answer });
        return;
      }
      await sleep(PAUSE_MS);
    }
  }

  return {
    run: async () => {
      await Promise.all(deliveries.flatMap((delivery) => delivery.sentAt.map((at) => sendAt(delivery, at))));
    },
    accepted: () => accepted,
  };
}

async function post(
  stack: Stack,
  body: string,
  deliveryId: string,
  secret: string,
): Promise<Omit<AcceptedEvent, 'deliveryId'> | null> {
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
    return answer.ok ? ((await answer.json()) as Omit<AcceptedEvent, 'deliveryId'>) : null;
  } catch {
    return null;
  }
}

/** The same bytes each time: the vendor's clock starts with the soak. */
function bodyOf({ n, key, at }: PlannedDelivery, startedAt: number): string {
  return JSON.stringify({
    timestamp: startedAt + at,
    webhookEvent: 'comment_created',
    comment: {
      id: `${700_000 + n}`,
      author: { accountId: '712020:soak', displayName: 'Soak', accountType: 'atlassian' },
      body: `@PM Agent what is the status of this? (${n})`,
    },
    issue: { key, fields: { summary: 'soak', project: { key: key.split('-')[0] } } },
  });
}
