/**
 * Clicks on approval cards while webhooks storm: Slack takes a button or a form for failed after three seconds, and the
 * person sees a warning. The whole product, with a worker that has more to answer than it can; the same clicks come before,
 * while nothing else does. Each is stored before it is answered. Whoever clicks here may not decide, so the request stays.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../test/support/eventually.js';
import { type Stack, startStack } from '../test/support/stack.js';
import { load } from './load.js';
import { absolute, type Result } from './result.js';
import { createStorm } from './slack-storm.js';

/** What Slack waits for an answer to a click (docs.slack.dev, "Handling user interaction"). */
const LIMIT_MS = 3_000;
const STORM = { path: '/webhooks/slack', connections: 16, rate: 200 };
const CLICKS = 400;
/** Ten a second: more than a team makes, and far less than what storms. */
const EVERY_MS = 100;
/** The clicks begin when the storm is there, and end before it does. */
const STORM_SECONDS = (CLICKS * EVERY_MS) / 1_000 + 10;
const BEGINS_AFTER_MS = 3_000;
const CONFIG = `
people: [{ id: lead-1, name: Ana, slack: U0ANA }, { id: dev-1, name: Bo, slack: U0BO }]
policy:
  default: auto
  rules: [{ name: a lead decides, when: { action: jira.comment }, verdict: ask, approvers: { people: [lead-1] } }]
limits: { actionsPerSubjectPerHour: 1000000 }
budgets: { perEvent: 1000000, perProjectPerDay: 1000000, perDay: 1000000 }
`;

type Click = (value: string, n: number) => object;

const WHO = { team: { id: 'T0ACME' }, user: { id: 'U0BO', username: 'bo', name: 'bo', team_id: 'T0ACME' } };

const button: Click = (value, n) => ({
  ...WHO,
  type: 'block_actions',
  trigger_id: `button-${n}`,
  container: { type: 'message', message_ts: '1795000000.000300', channel_id: 'C0PAY' },
  channel: { id: 'C0PAY', name: 'pay' },
  actions: [
    { action_id: 'pm_agent_approve', type: 'button', action_ts: `${1_795_000_000 + n}.000100`, value },
  ],
});

const form: Click = (value, n) => ({
  ...WHO,
  type: 'view_submission',
  trigger_id: `form-${n}`,
  view: {
    id: `V${n}`,
    callback_id: 'pm_agent_reject_form',
    private_metadata: JSON.stringify({ value, channel: 'C0PAY' }),
    state: { values: { reason: { reason_text: { type: 'plain_text_input', value: `wrong, ${n}` } } } },
  },
});

export async function clickStorm(): Promise<Record<string, Result>> {
  const stack = await startStack({ config: CONFIG });
  try {
    const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as {
      slack: string;
    };
    const clicks = { stack, secret: secrets.slack, value: await waitingRequest(stack) };
    const idle = await clickAll(clicks, 0);
    const storm = load(stack.api, {
      ...STORM,
      seconds: STORM_SECONDS,
      next: createStorm(secrets.slack),
    });
    await sleep(BEGINS_AFTER_MS);
    const busy = await clickAll(clicks, CLICKS);
    const { perSecond } = await storm;
    console.log(`${perSecond} deliveries a second stormed`);
    const twin = (baseline: number) => ({ baseline, baselineName: 'the same while nothing else comes' });
    return {
      'click-storm-button-p99': absolute(busy.button, 'ms', LIMIT_MS, twin(idle.button)),
      'click-storm-form-p99': absolute(busy.form, 'ms', LIMIT_MS, twin(idle.form)),
    };
  } finally {
    await stack.dispose();
  }
}

/** What the buttons of one request carry, once it waits. */
async function waitingRequest(stack: Stack): Promise<string> {
  await fetch(`${stack.sandbox}/_page/jira`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      issue: 'PAY-1',
      by: '712020:b0c40000-0000-4000-8000-000000000002',
      text: '@PM Agent what is the status of this?',
    }),
  });
  return eventually(async () => {
    const answer = await fetch(`${stack.api}/api/approvals?status=pending`);
    const { items } = (await answer.json()) as { items: readonly { id: string; hash: string }[] };
    const [one] = items;
    if (one === undefined) {
      throw new Error('nothing waits yet');
    }
    return `${one.id}:${one.hash}`;
  }, 60_000);
}

interface Clicks {
  readonly stack: Stack;
  readonly secret: string;
  readonly value: string;
}

/** Buttons and forms in turns, each sent at its time however long the ones before it take. 99th percentiles. */
async function clickAll(
  clicks: Clicks,
  first: number,
): Promise<{ readonly button: number; readonly form: number }> {
  const beganAt = performance.now();
  const sent: Promise<number>[] = [];
  for (let n = 0; n < CLICKS; n += 1) {
    await sleep(Math.max(0, beganAt + n * EVERY_MS - performance.now()));
    sent.push(send(clicks, (n % 2 === 0 ? button : form)(clicks.value, first + n)));
  }
  const times = await Promise.all(sent);
  return {
    button: p99(times.filter((_, n) => n % 2 === 0)),
    form: p99(times.filter((_, n) => n % 2 === 1)),
  };
}

/** Milliseconds until it was acknowledged. */
async function send({ stack, secret }: Clicks, payload: object): Promise<number> {
  const body = `payload=${encodeURIComponent(JSON.stringify(payload))}`;
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const sentAt = performance.now();
  const answer = await fetch(`${stack.api}/webhooks/slack/interactions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body,
  });
  const text = await answer.text();
  // A form is answered with nothing, so that Slack closes it.
  if (answer.status !== 200 || !(text === '' || text.includes('"processed"'))) {
    throw new Error(`a click was answered ${answer.status}: ${text}`);
  }
  return performance.now() - sentAt;
}

/** Nearest rank. */
function p99(times: readonly number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
}
