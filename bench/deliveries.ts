/** Signed deliveries without end, each distinct: comments on a thousand issues. */
import { createHmac, randomUUID } from 'node:crypto';

export interface SignedDelivery {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const ISSUES = 997;
let made = 0;

export function nextDelivery(secret: string, issues = ISSUES): SignedDelivery {
  made += 1;
  const number = 1 + (made % issues);
  const body = JSON.stringify({
    timestamp: Date.now(),
    webhookEvent: 'comment_created',
    comment: {
      id: `${500_000 + made}`,
      author: { accountId: '712020:ana', displayName: 'Ana Lindqvist', accountType: 'atlassian' },
      body: 'Could somebody look at this, please? It blocks the release of the new checkout for all shops in the north.',
      created: '2026-11-23T10:00:00.000+0000',
    },
    issue: { id: `${10_000 + number}`, key: `PAY-${number}`, fields: { summary: 'Checkout fails' } },
  });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-atlassian-webhook-identifier': randomUUID(),
      'x-hub-signature': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
  };
}
