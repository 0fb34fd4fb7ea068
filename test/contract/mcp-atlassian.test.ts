/**
 * A real mcp-atlassian process (`MCP_ATLASSIAN` names the program) against the simulated Jira, configured as an operator
 * would: the same issue as over REST. On loopback it takes Jira for a server and asks v2; its Cloud path is not seen here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import type { IssueReader, IssueReading } from '../../src/integrations/jira/issue-reader.js';
import { createMcpIssues } from '../../src/integrations/jira/mcp-issue.js';
import { MCP_ATLASSIAN } from '../../src/integrations/jira/mcp-tools/mcp-atlassian.js';
import { createIssueReader } from '../../src/integrations/jira/read-issue.js';
import { createJiraHttp, createJiraRest } from '../../src/integrations/jira/rest.js';
import { createMcpServer } from '../../src/integrations/mcp/client.js';
import type { McpServer } from '../../src/integrations/mcp/mcp-server.js';
import { createToolPins, toolHash } from '../../src/integrations/mcp/tool-pins.js';
import { adf, startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';

const PROGRAM = process.env.MCP_ATLASSIAN ?? '';

let sandbox: TestSandbox;
let folder: string;
let server: McpServer;
/** A reader that remembers nothing yet. */
let fresh: () => IssueReader;
let overRest: IssueReader;
/** Keys of every issue, one of each kind that the demo team has not among them. */
let keys: readonly string[];

beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'contract-'));
  keys = [...(await demoIssues()), ...(await furtherIssues())];
  const { jira } = loadConfig(
    { DATA_DIR: folder, JIRA_BASE_URL: `${sandbox.url}/jira`, JIRA_MCP_COMMAND: `"${PROGRAM}"` },
    { cwd: folder },
  );
  if (jira.mcp === null) {
    throw new Error('JIRA_MCP_COMMAND made no server');
  }
  const warn = (facts: unknown, message: string) => console.log(message, facts);
  server = createMcpServer({ door: jira.mcp.door, warn });
  const mcp = createMcpIssues({
    server,
    site: jira.baseUrl,
    // The budget of the product is about a warm server; this is about what it answers.
    timeoutMs: 60_000,
    pins: createToolPins(jira.mcp.pinsFile),
    toolSha256: null,
    warn,
  });
  const access = { baseUrl: jira.baseUrl, email: jira.email, token: jira.token };
  const shared = { http: createJiraHttp(access), jira: createJiraRest(access), clock: () => new Date() };
  fresh = () => createIssueReader({ ...shared, mcp });
  overRest = createIssueReader({ ...shared, mcp: null });
  await server.listTools(AbortSignal.timeout(120_000));
}, 150_000);

afterAll(async () => {
  await server.close();
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
  expect(processesOf(PROGRAM)).toEqual([]);
});

async function demoIssues(): Promise<readonly string[]> {
  const { body } = await sandbox.get('/jira/rest/api/2/search?jql=project%20in%20(PAY,WEB)&fields=summary');
  return body.issues.map(({ key }: { key: string }) => key);
}

async function furtherIssues(): Promise<readonly string[]> {
  const create = async (fields: object): Promise<string> => {
    const given = { fields: { project: { key: 'PAY' }, ...fields } };
    const { body, status } = await sandbox.post('/jira/rest/api/3/issue', given);
    expect([status, body]).toEqual([201, expect.anything()]);
    return body.key;
  };
  const parent = await create({
    summary: 'Übersicht: „Zahlungen“ & <b>mehr</b>',
    issuetype: { name: 'Story' },
    duedate: '2026-12-24',
    labels: ['a', 'b-c'],
    description: adf('one', 'two'),
  });
  const child = await create({
    summary: 'A part of it',
    issuetype: { name: 'Sub-task' },
    parent: { key: parent },
    priority: null,
  });
  return [parent, child];
}

/** Children of this process whose command line holds the text. */
function processesOf(text: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent) === process.pid && command.includes(text);
      } catch {
        return false;
      }
    });
}

const told = ({ issue, transitions }: IssueReading) => ({ issue, transitions });

test('it runs, and offers the one tool that it was told to, described as it was when it was accepted', async () => {
  expect(processesOf(PROGRAM)).toHaveLength(1);

  const tools = await server.listTools(AbortSignal.timeout(60_000));

  expect(tools.map(({ name }) => name)).toEqual(['jira_get_issue']);
  expect(tools.map((tool) => toolHash(MCP_ATLASSIAN.steady(tool)))).toEqual(MCP_ATLASSIAN.pins);
});

describe('every issue', () => {
  test('is the same through it as over REST', async () => {
    expect(keys.length).toBeGreaterThan(10);
    const through = fresh();
    for (const key of keys) {
      const name = { id: null, key };
      const reading = await through.readIssue(name);

      expect(told(reading)).toEqual(told(await overRest.readIssue(name)));
      expect(reading.read).toEqual({
        what: `issue ${key}`,
        source: 'jira:mcp',
        tool: 'mcp-atlassian jira_get_issue',
        reused: [],
        why: null,
      });
    }
  }, 120_000);

  test('says which parts it told, and which REST filled in', async () => {
    const { origins, issue } = await fresh().readIssue({ id: null, key: 'PAY-3' });

    const sources = Object.entries(origins).map(([field, { source }]) => [source, field] as const);
    const by = (source: string) =>
      sources.flatMap(([one, field]) => (one === source ? [field] : [])).toSorted();
    expect(issue.sprint).not.toBeNull();
    expect(by('jira:mcp')).toEqual([
      'dueDate',
      'id',
      'issueType',
      'key',
      'labels',
      'links',
      'parentKey',
      'priority',
      'projectKey',
      'sprint',
      'status',
      'subtasks',
      'summary',
    ]);
    expect(by('jira:rest')).toEqual([
      'assignee',
      'changes',
      'commentTotal',
      'comments',
      'created',
      'description',
      'estimate',
      'reporter',
      'statusCategory',
      'updated',
    ]);
  });
});

test('it reads over v2 and writes nothing', async () => {
  const { body } = await sandbox.get('/_received?vendor=jira');
  const its = (body.items as { method: string; path: string; headers: Record<string, string> }[]).filter(
    ({ headers }) => /python|atlassian/i.test(String(headers['user-agent'])),
  );

  expect(its.length).toBeGreaterThan(10);
  expect(its.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(its.every(({ path }) => path.startsWith('/rest/api/2/'))).toBe(true);
});

test('an issue that Jira does not know is not found, whatever the tool says of it', async () => {
  await expect(fresh().readIssue({ id: null, key: 'PAY-40404' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('an issue of which only the id is known is read over REST', async () => {
  const { body } = await sandbox.get('/jira/rest/api/3/issue/PAY-4');

  const { read } = await fresh().readIssue({ id: body.id, key: null });

  expect(read).toMatchObject({
    source: 'jira:rest',
    why: 'mcp-atlassian takes keys only, and only the id is known',
  });
});

describe('over streamable HTTP, which answers with event streams', () => {
  let program: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const [port] = await freePorts(1);
    url = `http://127.0.0.1:${port}/mcp`;
    program = spawn(PROGRAM, ['--transport', 'streamable-http', '--host', '127.0.0.1', '--port', `${port}`], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        JIRA_URL: `${sandbox.url}/jira`,
        JIRA_PERSONAL_TOKEN: 't',
        READ_ONLY_MODE: 'true',
        // It acts with its own credentials for everybody who reaches it: on loopback only.
        ALLOW_GLOBAL_CRED_FALLBACK: 'true',
      },
      stdio: 'ignore',
    });
  });

  afterAll(async () => {
    const ended = new Promise((done) => program.once('exit', done));
    program.kill();
    await ended;
  });

  test('it is the same tool among others, and tells the same', async () => {
    const access = { baseUrl: `${sandbox.url}/jira`, email: null, token: 't' };
    const shared = { http: createJiraHttp(access), jira: createJiraRest(access), clock: () => new Date() };
    const remote = createMcpServer({
      door: { kind: 'url', url, authorization: null },
      warn: () => undefined,
    });
    const mcp = createMcpIssues({
      server: remote,
      site: access.baseUrl,
      timeoutMs: 60_000,
      pins: createToolPins(join(folder, 'pins.json')),
      toolSha256: null,
      warn: () => undefined,
    });

    const tools = await eventually(() => remote.listTools(AbortSignal.timeout(60_000)), 100_000, 500);
    const reading = await createIssueReader({ ...shared, mcp }).readIssue({ id: null, key: 'PAY-3' });
    await remote.close();

    expect(tools.length).toBeGreaterThan(10);
    expect(reading.read).toMatchObject({ source: 'jira:mcp', why: null });
    expect(told(reading)).toEqual(
      told(await createIssueReader({ ...shared, mcp: null }).readIssue({ id: null, key: 'PAY-3' })),
    );
  }, 150_000);
});
