/** Signed Slack deliveries without end, a third of them retries of one that was just sent: what a slow acknowledgement earns. */
import { createHmac } from 'node:crypto';
import type { SignedDelivery } from './deliveries.js';

/** Every third request is a retry. */
const EVERY = 3;
/** Of one of the last so many: some of them are still under way. */
const RECENT = 20;
const CHANNELS = 997;

let made = 0;

/** @returns makes the next delivery, signed at that moment */
export function createStorm(secret: string): () => SignedDelivery {
  const recent: string[] = [];
  let sent = 0;
  return () => {
    sent += 1;
    const known = recent[sent % recent.length];
    if (sent % EVERY === 0 && known !== undefined) {
      return signed(known, secret, { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' });
    }
    const body = nextMention();
    recent.push(body);
    if (recent.length > RECENT) {
      recent.shift();
    }
    return signed(body, secret, {});
  };
}

function nextMention(): string {
  made += 1;
  const ts = `${1_795_000_000 + made}.000100`;
  return JSON.stringify({
    type: 'event_callback',
    team_id: 'T0ACME',
    api_app_id: 'A0PMAGENT',
    event_id: `Ev${process.pid}X${made}`,
    event_time: 1_795_000_000 + made,
    event: {
      type: 'app_mention',
      user: 'U0VISITOR',
      channel: `C0STORM${made % CHANNELS}`,
      ts,
      text: '<@U0PMAGENT> could somebody look at the release of the new checkout, please? It blocks all shops in the north.',
    },
  });
}

function signed(body: string, secret: string, headers: Readonly<Record<string, string>>): SignedDelivery {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...headers,
    },
  };
}
