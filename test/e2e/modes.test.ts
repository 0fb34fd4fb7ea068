/** Vendors somewhere else, by base URLs and credentials alone; and what each AGENT_MODE lets leave. */
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { eventually } from '../support/eventually.js';
import { type Stack, startStack } from '../support/stack.js';

let elsewhere: TestSandbox;
let stack: Stack | undefined;
beforeAll(async () => {
  elsewhere = await startSandbox();
});
afterEach(async () => {
  await stack?.dispose();
  stack = undefined;
});
afterAll(() => elsewhere.close());

interface CycleView {
  readonly status: string;
  readonly outcome: string;
  readonly actions: readonly {
    readonly status: string;
    readonly request: { readonly method: string; readonly path: string; readonly body: unknown } | null;
  }[];
}

const SECRET = 'a-secret-of-ours';

function realVendors(url: string, mode: string): NodeJS.ProcessEnv {
  return {
    SANDBOX: 'off',
    AGENT_MODE: mode,
    JIRA_BASE_URL: `${url}/jira`,
    ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'token',
    JIRA_WEBHOOK_SECRET: SECRET,
    BITBUCKET_BASE_URL: `${url}/bitbucket/2.0`,
    BITBUCKET_TOKEN: 'token',
    BITBUCKET_WEBHOOK_SECRET: SECRET,
    SLACK_API_URL: `${url}/slack`,
    SLACK_BOT_TOKEN: 'xoxb-token',
    SLACK_SIGNING_SECRET: SECRET,
    ANTHROPIC_API_KEY: 'key',
    ANTHROPIC_BASE_URL: `${url}/anthropic`,
  };
}

async function ask(api: string): Promise<CycleView> {
  const body = JSON.stringify({
    timestamp: Date.now(),
    webhookEvent: 'comment_created',
    comment: {
      id: String(Math.floor(Math.random() * 1e9)),
      author: { accountId: '712020:visitor', displayName: 'Vera', accountType: 'atlassian' },
      body: '@PM Agent who is working on this?',
    },
    issue: { key: 'PAY-1', fields: { summary: 'x', project: { key: 'PAY' } } },
  });
  const answer = await fetch(`${api}/webhooks/jira`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-atlassian-webhook-identifier': randomUUID(),
      'x-hub-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  const { cycleId } = (await answer.json()) as { cycleId: string };
  return eventually(async () => {
    const view = (await (await fetch(`${api}/api/cycles/${cycleId}`)).json()) as CycleView;
    expect(view.status).toBe('completed');
    return view;
  }, 30_000);
}

async function received(vendor: string, method: string): Promise<readonly string[]> {
  const { body } = await elsewhere.get(`/_received?vendor=${vendor}`);
  return (body.items as { method: string; path: string }[])
    .filter((call) => call.method === method)
    .map((call) => call.path);
}

describe('vendors at other base URLs', () => {
  test('are read, asked and written to in production, with nothing simulated here', async () => {
    stack = await startStack({ env: realVendors(elsewhere.url, 'production') });

    const cycle = await ask(stack.api);

    expect(cycle.outcome).toBe('acted');
    expect(await received('jira', 'POST')).toContain('/rest/api/3/issue/PAY-1/comment');
    expect(await received('anthropic', 'POST')).toContain('/v1/messages');
    const home = (await (await fetch(stack.api)).json()) as { sandboxed: readonly string[] };
    expect(home.sandboxed).toEqual([]);
  });

  test.each(['', 'simulation'])(
    'are never written to with AGENT_MODE=%p: the exact request is recorded instead',
    async (mode) => {
      await elsewhere.post('/_reset');
      stack = await startStack({ env: realVendors(elsewhere.url, mode) });

      const cycle = await ask(stack.api);

      expect(cycle.outcome).toBe('simulated');
      expect(cycle.actions).toMatchObject([
        { status: 'simulated', request: { method: 'POST', path: '/rest/api/3/issue/PAY-1/comment' } },
      ]);
      expect((await received('jira', 'POST')).filter((path) => path.endsWith('/comment'))).toEqual([]);
    },
  );
});
