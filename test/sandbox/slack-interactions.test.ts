import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/server.js';
import { eventually, SECRETS, startSandbox, type TestSandbox } from './running-sandbox.js';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const BUTTON = {
  type: 'button',
  action_id: 'approve',
  value: 'a-1',
  text: { type: 'plain_text', text: 'Approve' },
};
const VIEW = { type: 'modal', title: { type: 'plain_text', text: 'Why?' }, blocks: [] };

/** Its routes are called over HTTP, its people act through its functions, its forms reach `outside`. */
let outside: TestSandbox;
let sandbox: Sandbox;
let server: ReturnType<typeof createServer>;
let url: string;

beforeEach(async () => {
  outside = await startSandbox();
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  sandbox = createSandbox({
    file: `${outside.file}.other`,
    url,
    webhookTarget: outside.receiver,
    secrets: SECRETS,
    agentName: 'PM Agent',
    log: silent,
  });
  server.on('request', sandbox.app);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await sandbox.close();
  await outside.close();
});

function question() {
  const { slack } = sandbox.deps;
  return slack.postMessage('U0PMAGENT', 'C0PAY', {
    text: 'May I?',
    blocks: [{ type: 'actions', block_id: 'b1', elements: [BUTTON] }],
  });
}

async function click(): Promise<any> {
  expect(sandbox.deps.slack.clickButton('U0ANA', question(), 'approve')).toBe(true);
  return form('/webhooks/slack/interactions');
}

async function form(path: string): Promise<any> {
  const hook = await outside.hook(path);
  const fields = Object.fromEntries(new URLSearchParams(hook.raw));
  return fields.payload === undefined ? fields : JSON.parse(fields.payload);
}

function submissions(): any[] {
  return outside.hooks
    .filter(({ path }) => path === '/webhooks/slack/interactions')
    .map(({ raw }) => JSON.parse(new URLSearchParams(raw).get('payload') ?? '{}'))
    .filter(({ type }) => type === 'view_submission');
}

async function post(target: string, body: unknown): Promise<{ status: number; body: any }> {
  const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
  const response = await fetch(target, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

describe('a click on a button', () => {
  test('arrives as a form with one payload, signed', async () => {
    const payload = await click();
    const hook = await outside.hook('/webhooks/slack/interactions');

    expect(hook.headers['content-type']).toContain('application/x-www-form-urlencoded');
    expect(hook.headers['x-slack-signature']).toMatch(/^v0=[0-9a-f]{64}$/);
    expect(payload).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0ANA', name: 'ana' },
      channel: { id: 'C0PAY', name: 'payments' },
      message: { text: 'May I?' },
      actions: [{ action_id: 'approve', block_id: 'b1', value: 'a-1', type: 'button' }],
    });
  });

  test('on a button that is not there does nothing', () => {
    expect(sandbox.deps.slack.clickButton('U0ANA', question(), 'other')).toBe(false);
  });

  test('gives an address where the message can be replaced, five times', async () => {
    const { response_url, message } = await click();

    const answers = [];
    for (let count = 0; count < 6; count += 1) {
      answers.push(await post(response_url, { replace_original: true, text: `Done ${count}` }));
    }

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 404]);
    expect(sandbox.deps.slack.findMessage('C0PAY', message.ts)?.text).toBe('Done 4');
  });

  test('gives a trigger that opens one modal, whose answer arrives', async () => {
    const { trigger_id } = await click();

    const opened = await post(`${url}/slack/views.open`, { trigger_id, view: VIEW });
    const again = await post(`${url}/slack/views.open`, { trigger_id, view: VIEW });
    const view = sandbox.deps.slack.findView(opened.body.view.id);
    if (view !== null) sandbox.deps.slack.submitView('U0ANA', view, { b: { a: { value: 'because' } } });
    await eventually(() => (submissions().length > 0 ? true : null), 'the answer');

    expect(opened.body.view).toMatchObject({ type: 'modal', bot_id: 'B0PMAGENT' });
    expect(again.body.error).toBe('expired_trigger_id');
    expect(submissions()[0]).toMatchObject({
      type: 'view_submission',
      view: { state: { values: { b: { a: { value: 'because' } } } } },
    });
  });
});

test('a slash command arrives as a flat form', async () => {
  sandbox.deps.slack.sendCommand('U0BO', 'C0PAY', '/pm', 'status PAY-3');

  expect(await form('/webhooks/slack/commands')).toMatchObject({
    command: '/pm',
    text: 'status PAY-3',
    user_id: 'U0BO',
    channel_id: 'C0PAY',
    channel_name: 'payments',
    team_id: 'T0ACMECORP',
  });
});
