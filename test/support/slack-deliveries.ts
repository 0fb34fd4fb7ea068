/** Deliveries of Slack's Events API, signed as Slack signs them, first ones and retries. */
import { createHmac } from 'node:crypto';

let made = 0;

/** A mention in a channel of the simulated Slack that nobody sent before, in a thread of its own. */
export function mentionDelivery(eventId: string): object {
  made += 1;
  const ts = `${Math.floor(Date.now() / 1_000)}.${String(made).padStart(6, '0')}`;
  return {
    type: 'event_callback',
    team_id: 'T0ACME',
    event_id: eventId,
    event: {
      type: 'app_mention',
      user: 'U0VISITOR',
      channel: 'C0PAY',
      ts,
      text: `<@U0PMAGENT> status? ${made}`,
    },
  };
}

/** @param retry how often it was sent before: Slack says so, and why, in two headers that it does not sign */
export function slackRequest(body: object, secret: string, retry = 0): RequestInit {
  const raw = JSON.stringify(body);
  const timestamp = String(Math.floor(Date.now() / 1_000));
  return {
    method: 'POST',
    body: raw,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${raw}`).digest('hex')}`,
      ...(retry === 0 ? {} : { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_timeout' }),
    },
    signal: AbortSignal.timeout(20_000),
  };
}
