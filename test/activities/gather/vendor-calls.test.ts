/** What gathering costs the vendors, counted by the simulated ones. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Context } from '../../../src/domain/context.js';
import type { CycleInput } from '../../../src/domain/cycle.js';
import type { PmEvent } from '../../../src/domain/event.js';
import { createBitbucket } from '../../../src/integrations/bitbucket/client.js';
import type { HttpClient } from '../../../src/integrations/http.js';
import type { IssueReader } from '../../../src/integrations/jira/issue-reader.js';
import { createMcpIssues, type McpIssues } from '../../../src/integrations/jira/mcp-issue.js';
import { createIssueReader } from '../../../src/integrations/jira/read-issue.js';
import { createJiraHttp, createJiraRest } from '../../../src/integrations/jira/rest.js';
import { createMcpServer } from '../../../src/integrations/mcp/client.js';
import { createToolPins } from '../../../src/integrations/mcp/tool-pins.js';
import { createSlack } from '../../../src/integrations/slack/client.js';
import { adf, startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { commentEvent, cycleInput } from '../../support/builders.js';
import { eventually } from '../../support/eventually.js';
import { slackMessage } from '../attention/events.js';
import { createWorld, type World } from '../support/world.js';

const KEY = 'PAY-3';
const MARKER = 'POST /rest/api/3/comment/list';
const ISSUE = 'GET /rest/api/3/issue/PAY-3';
const NEWEST = 'GET /rest/api/3/issue/PAY-3/comment';
const PEOPLE = 'GET /rest/api/3/user/assignable/search';
const MCP = 'POST /mcp';
const PULLS = 'GET /repositories/acme/pay-api/pullrequests';
const COMMITS = 'GET /repositories/acme/pay-api/commits';
const THREAD = 'POST /conversations.replies';

let sandbox: TestSandbox;
let folder: string;
let world: World;
let issues: IssueReader;
let thread: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'vendor-calls-'));
});

afterEach(async () => {
  await issues.close();
  await world.dispose();
  // An answer that is held back is still to come, and needs the sandbox's file.
  await eventually(async () => {
    const { body } = await sandbox.get('/_received');
    expect((body.items as Call[]).filter(({ path, status }) => path === '/mcp' && status === null)).toEqual(
      [],
    );
  });
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Way {
  /** `gone`: nobody listens where the server is said to be. */
  readonly mcp?: 'there' | 'gone';
  /** Issues carry their first comment only. */
  readonly cut?: boolean;
  readonly repositories?: readonly string[];
}

async function start({ mcp, cut = false, repositories = ['acme/pay-api'] }: Way): Promise<void> {
  const access = { baseUrl: `${sandbox.url}/jira`, email: null, token: 't' };
  const jira = createJiraRest(access);
  const handshake = mcp === undefined ? null : mcpIssues(mcp, access.baseUrl);
  const http = createJiraHttp(access);
  issues = createIssueReader({
    http: cut ? cuttingComments(http) : http,
    jira,
    mcp: handshake,
    clock: () => new Date(),
  });
  world = createWorld({
    deps: {
      jira,
      issues,
      bitbucket: createBitbucket({ baseUrl: `${sandbox.url}/bitbucket`, username: null, token: 't' }),
      slack: createSlack({ apiUrl: `${sandbox.url}/slack`, botToken: 't' }),
      teams: [
        {
          id: 'payments',
          jiraProjects: ['PAY'],
          jiraBoard: null,
          repositories,
          slackChannel: 'C0PAY',
          lead: null,
          rules: '',
        },
      ],
    },
  });
  const asked = await sandbox.post('/slack/chat.postMessage', { channel: 'C0PAY', text: 'What about it?' });
  thread = asked.body.ts;
  // Once in a process: who we are, and the connection to the MCP server.
  if (mcp === 'there') {
    await eventually(async () => {
      expect(await handshake?.read({ id: null, key: 'PAY-7' })).toMatchObject({ issue: { key: 'PAY-7' } });
    });
  }
  await gather({ event: question('PAY-7') });
  await gather({ event: comment('PAY-7') });
}

function mcpIssues(mcp: 'there' | 'gone', site: string): McpIssues {
  const url = mcp === 'there' ? `${sandbox.url}/jira/mcp` : 'http://127.0.0.1:1/mcp';
  const warn = () => undefined;
  return createMcpIssues({
    server: createMcpServer({ door: { kind: 'url', url, authorization: 'Bearer t' }, warn }),
    site,
    timeoutMs: 1_500,
    pins: createToolPins(join(folder, 'pins.json')),
    toolSha256: null,
    warn,
  });
}

/** What the simulated Jira never does: an issue that carries only some of its comments. */
function cuttingComments(http: HttpClient): HttpClient {
  const cut = z.unknown().transform((body): unknown => {
    const issue = structuredClone(body) as { fields?: { comment?: { comments: unknown[]; total: number } } };
    const carried = issue.fields?.comment;
    if (carried !== undefined) {
      carried.comments = carried.comments.slice(0, 1);
      carried.total += 1;
    }
    return issue;
  });
  return {
    send: (request, schema) =>
      http.send(request, /\/issue\/[^/]+$/.test(request.path) ? cut.pipe(schema) : schema),
  };
}

const VERA = { id: '712020:visitor', name: 'Vera', isBot: false };

function comment(key = KEY, id = '20001') {
  const issue = { id: null, key, summary: null };
  return commentEvent({
    subject: `jira:${key}`,
    issue,
    actor: VERA,
    comment: { id, text: 'What about this?' },
  });
}

function changed(): PmEvent {
  const { comment: _none, ...about } = comment();
  const field = { field: 'priority', from: 'Low', to: 'High' };
  return { ...about, type: 'issue_updated', changes: [field] };
}

function question(key = KEY) {
  return slackMessage({ text: `What about ${key}?`, threadTs: thread, ts: thread });
}

async function gather(input: Partial<CycleInput>): Promise<Context> {
  const { contextHash } = await world.call('gatherContext', cycleInput(input));
  return JSON.parse(String(world.reader.getBlob(contextHash))) as Context;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly at: string;
  /** Null until it is answered. */
  readonly status: number | null;
}

/** Every call that reached a vendor meanwhile, the MCP server among them. Nothing is left out. */
async function callsOf(work: () => Promise<unknown>): Promise<readonly Call[]> {
  const { body: before } = await sandbox.get('/_received');
  await work();
  const { body: after } = await sandbox.get('/_received');
  return (after.items as Call[]).slice((before.items as Call[]).length);
}

const named = (calls: readonly Call[]) => calls.map(({ method, path }) => `${method} ${path}`).toSorted();

interface Case {
  readonly way: Way;
  readonly fault?: object;
  readonly input: () => Partial<CycleInput>;
  readonly calls: readonly string[];
  readonly source?: 'jira:mcp';
}

const earlier = () => ['20002', '20003'].map((id) => ({ eventId: id, event: comment(KEY, id) }));
const AROUND = [PEOPLE, PULLS, COMMITS];

const CASES: Readonly<Record<string, Case>> = {
  'a change, over REST': { way: {}, input: () => ({ event: changed() }), calls: [ISSUE, ...AROUND] },
  'a comment, over REST': {
    way: {},
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, ...AROUND],
  },
  'three comments at once': {
    way: {},
    input: () => ({ event: comment(), alsoAnswers: earlier() }),
    calls: [MARKER, ISSUE, ...AROUND],
  },
  'a comment on an issue that carries only some': {
    way: { cut: true },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, NEWEST, ...AROUND],
  },
  'a comment, through MCP': {
    way: { mcp: 'there' },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, MCP, ...AROUND],
    source: 'jira:mcp',
  },
  'a comment, through MCP, on an issue that carries only some': {
    way: { mcp: 'there', cut: true },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, NEWEST, ...AROUND],
  },
  'a comment, with an MCP server that is down': {
    way: { mcp: 'gone', cut: true },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, NEWEST, ...AROUND],
  },
  'a comment, with an MCP server that lies': {
    way: { mcp: 'there' },
    fault: { kind: 'mcp_lie', lie: 'other_status' },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, MCP, ...AROUND],
  },
  'a comment, with an MCP server that fails': {
    way: { mcp: 'there' },
    fault: { kind: 'status', status: 500, match: '^POST /mcp$' },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, MCP, ...AROUND],
  },
  'a comment, with an MCP server that is slow': {
    way: { mcp: 'there' },
    fault: { kind: 'delay', ms: 3_000, match: '^POST /mcp$' },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, MCP, ...AROUND],
  },
  'a question in Slack, through MCP': {
    way: { mcp: 'there' },
    input: () => ({ event: question() }),
    calls: [THREAD, ISSUE, MCP, ...AROUND],
    source: 'jira:mcp',
  },
  'a comment in a team of several repositories': {
    way: { mcp: 'there', repositories: ['acme/pay-api', 'acme/pay-web', 'acme/more', 'acme/and-more'] },
    input: () => ({ event: comment() }),
    calls: [MARKER, ISSUE, MCP, PEOPLE, PULLS, PULLS.replace('pay-api', 'pay-web')],
    source: 'jira:mcp',
  },
};

describe('an issue costs at most six calls', () => {
  test.each(Object.entries(CASES))('%s', async (_what, { way, fault, input, calls, source }) => {
    await start(way);
    if (fault !== undefined) {
      await sandbox.post('/_faults', { vendor: 'jira', times: 9, ...fault });
    }

    let context: Context | null = null;
    const made = named(await callsOf(async () => void (context = await gather(input()))));

    expect(made).toEqual(calls.toSorted());
    expect(made.length).toBeLessThanOrEqual(6);
    expect((context as unknown as Context).reads).toMatchObject([{ source: source ?? 'jira:rest' }]);
  });

  test('all on their way before the first is answered, once it is known who speaks', async () => {
    await start({});
    for (const vendor of ['jira', 'bitbucket']) {
      await sandbox.post('/_faults', { vendor, kind: 'delay', ms: 3_000, times: 9 });
    }

    const [first, ...calls] = await callsOf(() => gather({ event: comment() }));

    const times = calls.map(({ at }) => Date.parse(at));
    expect(first?.path).toBe('/rest/api/3/comment/list');
    expect(calls).toHaveLength(4);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(3_000);
  }, 30_000);
});

describe('a second cycle on the same issue within a minute', () => {
  test.each<[string, Way]>([
    ['rest', {}],
    ['mcp', { mcp: 'there' }],
  ])('(%s) asks only for what may have changed', async (_way, way) => {
    await start(way);
    const first = await gather({ event: comment() });

    let second: Context | null = null;
    const calls = named(await callsOf(async () => void (second = await gather({ event: comment() }))));

    expect(calls).toEqual([MARKER, ISSUE, PULLS, COMMITS].toSorted());
    const same = ({ facts, items }: Context) => ({ facts, items: items.map(({ id, hash }) => [id, hash]) });
    expect(same(second as unknown as Context)).toEqual(same(first));
    expect((second as unknown as Context).reads).toMatchObject([
      { reused: ['description', 'comments', 'changes'] },
    ]);
  });

  test.each<[string, Way, string]>([
    ['over REST, with more comments than it carries', { cut: true }, NEWEST],
    ['through MCP', { mcp: 'there' }, MCP],
    ['with more comments than it carries and an MCP server', { mcp: 'there', cut: true }, NEWEST],
  ])('costs no more where it changed meanwhile, %s', async (_way, way, further) => {
    await start(way);
    await gather({ event: comment() });
    await sandbox.post(`/jira/rest/api/3/issue/${KEY}/comment`, { body: adf('new') });

    const calls = named(await callsOf(() => gather({ event: comment() })));

    expect(calls).toEqual([MARKER, ISSUE, ISSUE, further, PULLS, COMMITS].toSorted());
  });
});

test('the issue of the demo team comes with its pull request', async () => {
  await start({});

  const context = await gather({ event: changed() });

  expect(context.items.find(({ kind }) => kind === 'pull_request')).toMatchObject({
    id: 'pr-acme/pay-api-1',
    data: { title: 'PAY-3 Idempotency keys for captures', joinedBy: ['branch', 'title', 'commit'] },
  });
});
