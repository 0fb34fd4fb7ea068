/** What gathering costs the vendors, counted by the simulated ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Context } from '../../../src/domain/context.js';
import { createBitbucket } from '../../../src/integrations/bitbucket/client.js';
import type { IssueReader } from '../../../src/integrations/jira/issue-reader.js';
import { createMcpIssues, type McpIssues } from '../../../src/integrations/jira/mcp-issue.js';
import { createIssueReader } from '../../../src/integrations/jira/read-issue.js';
import { createJiraHttp, createJiraRest } from '../../../src/integrations/jira/rest.js';
import { createMcpServer } from '../../../src/integrations/mcp/client.js';
import { createToolPins } from '../../../src/integrations/mcp/tool-pins.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { commentEvent, cycleInput } from '../../support/builders.js';
import { createWorld, type World } from '../support/world.js';

const KEY = 'PAY-3';

let sandbox: TestSandbox;
let folder: string;
let world: World;
let issues: IssueReader;
let handshake: McpIssues | null;

beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'vendor-calls-'));
});

afterEach(async () => {
  await issues.close();
  await world.dispose();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(way: 'rest' | 'mcp', repositories: readonly string[] = ['acme/pay-api']): Promise<void> {
  const access = { baseUrl: `${sandbox.url}/jira`, email: null, token: 't' };
  const jira = createJiraRest(access);
  const door = { kind: 'url', url: `${sandbox.url}/jira/mcp`, authorization: 'Bearer t' } as const;
  const warn = () => undefined;
  handshake =
    way === 'rest'
      ? null
      : createMcpIssues({
          server: createMcpServer({ door, warn }),
          site: access.baseUrl,
          timeoutMs: 5_000,
          pins: createToolPins(join(folder, 'pins.json')),
          toolSha256: null,
          warn,
        });
  issues = createIssueReader({ http: createJiraHttp(access), jira, mcp: handshake, clock: () => new Date() });
  world = createWorld({
    deps: {
      jira,
      issues,
      bitbucket: createBitbucket({ baseUrl: `${sandbox.url}/bitbucket`, username: null, token: 't' }),
      teams: [
        {
          id: 'payments',
          jiraProjects: ['PAY'],
          jiraBoard: null,
          repositories,
          slackChannel: null,
          lead: null,
          rules: '',
        },
      ],
    },
  });
  // Once in a process: who we are, and the connection to the MCP server.
  await handshake?.read({ id: null, key: 'PAY-7' });
  await gather('PAY-7');
}

async function gather(key = KEY): Promise<Context> {
  const event = commentEvent({
    subject: `jira:${key}`,
    issue: { id: null, key, summary: null },
    actor: { id: '712020:visitor', name: 'Vera', isBot: false },
  });
  const { contextHash } = await world.call('gatherContext', cycleInput({ event }));
  return JSON.parse(String(world.reader.getBlob(contextHash))) as Context;
}

interface Call {
  readonly vendor: string;
  readonly method: string;
  readonly path: string;
  readonly at: string;
}

async function callsOf(work: () => Promise<unknown>): Promise<readonly Call[]> {
  const { body: before } = await sandbox.get('/_received');
  await work();
  const { body: after } = await sandbox.get('/_received');
  return (after.items as Call[])
    .slice((before.items as Call[]).length)
    .filter(({ path }) => !path.includes('/properties/'));
}

const named = (calls: readonly Call[]) => calls.map(({ method, path }) => `${method} ${path}`).toSorted();

describe('an issue costs at most six calls', () => {
  test('four over REST', async () => {
    await start('rest');

    expect(named(await callsOf(() => gather()))).toEqual(
      [
        'GET /rest/api/3/issue/PAY-3',
        'GET /rest/api/3/user/assignable/search',
        'GET /repositories/acme/pay-api/commits',
        'GET /repositories/acme/pay-api/pullrequests',
      ].toSorted(),
    );
  });

  test('five through MCP, which tells its large parts', async () => {
    await start('mcp');

    expect(named(await callsOf(() => gather()))).toEqual(
      [
        'POST /mcp',
        'GET /rest/api/3/issue/PAY-3',
        'GET /rest/api/3/user/assignable/search',
        'GET /repositories/acme/pay-api/commits',
        'GET /repositories/acme/pay-api/pullrequests',
      ].toSorted(),
    );
  });

  test('six through an MCP server that lies, with every repository of the team', async () => {
    await start('mcp', ['acme/pay-api', 'acme/pay-web', 'acme/more', 'acme/and-more']);
    await sandbox.post('/_faults', { vendor: 'jira', kind: 'mcp_lie', lie: 'other_status', times: 9 });

    const calls = named(await callsOf(() => gather()));

    expect(calls).toHaveLength(6);
    expect(calls.filter((call) => call === 'GET /rest/api/3/issue/PAY-3')).toHaveLength(2);
  });

  test('all on their way before the first is answered', async () => {
    await start('rest');
    for (const vendor of ['jira', 'bitbucket']) {
      await sandbox.post('/_faults', { vendor, kind: 'delay', ms: 3_000, times: 9 });
    }

    const calls = await callsOf(() => gather());

    const times = calls.map(({ at }) => Date.parse(at));
    expect(calls).toHaveLength(4);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(3_000);
  }, 30_000);
});

describe('a second cycle on the same issue within a minute', () => {
  test.each(['rest', 'mcp'] as const)('(%s) asks only for what may have changed', async (way) => {
    await start(way);
    const first = await gather();

    let second: Context | null = null;
    const calls = named(await callsOf(async () => void (second = await gather())));

    expect(calls).toEqual(
      [
        'GET /rest/api/3/issue/PAY-3',
        'GET /repositories/acme/pay-api/commits',
        'GET /repositories/acme/pay-api/pullrequests',
      ].toSorted(),
    );
    const same = ({ facts, items }: Context) => ({ facts, items: items.map(({ id, hash }) => [id, hash]) });
    expect(same(second as unknown as Context)).toEqual(same(first));
    expect((second as unknown as Context).reads).toMatchObject([
      { reused: ['description', 'comments', 'changes'] },
    ]);
  });
});

test('the issue of the demo team comes with its pull request', async () => {
  await start('rest');

  const context = await gather();

  expect(context.items.find(({ kind }) => kind === 'pull_request')).toMatchObject({
    id: 'pr-acme/pay-api-1',
    data: { title: 'PAY-3 Idempotency keys for captures', joinedBy: ['branch', 'title', 'commit'] },
  });
});
