/** The client over real processes and real sockets: it ends what it starts, and never waits longer than it was told. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAddressGuard } from '../../../src/integrations/address-guard.js';
import { createMcpServer } from '../../../src/integrations/mcp/client.js';
import { type McpDoor, McpFailure, type McpServer } from '../../../src/integrations/mcp/mcp-server.js';
import { startSandbox, type TestSandbox } from '../../sandbox/running-sandbox.js';
import { eventually } from '../../support/eventually.js';

const SERVER = resolve(fileURLToPath(new URL('../../support/mcp-stdio-server.mjs', import.meta.url)));

let folder: string;
let warnings: { readonly facts: Readonly<Record<string, unknown>>; readonly message: string }[];
let server: McpServer | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-'));
  warnings = [];
  server = null;
});

afterEach(async () => {
  await server?.close();
  const running = pids().filter((pid) => existsSync(`/proc/${pid}`));
  rmSync(folder, { recursive: true, force: true });
  expect(running).toEqual([]);
});

function pids(): readonly string[] {
  const file = join(folder, 'pids');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function start(door: McpDoor, toolsEveryMs = 60_000): McpServer {
  server = createMcpServer({
    door,
    toolsEveryMs,
    warn: (facts, message) => warnings.push({ facts, message }),
    firstPauseMs: 50,
  });
  return server;
}

function command(mode: string, env: Readonly<Record<string, string>> = {}): McpServer {
  return start({
    kind: 'command',
    program: process.execPath,
    args: [SERVER],
    env: { MODE: mode, PID_FILE: join(folder, 'pids'), ...env },
  });
}

const soon = (ms = 10_000): AbortSignal => AbortSignal.timeout(ms);

async function failureOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(McpFailure);
  return (error as Error).message;
}

describe('a command', () => {
  test('is asked for its tools, and a tool is called', async () => {
    const asked = command('honest');

    expect(await asked.listTools(soon())).toMatchObject([{ name: 'echo' }]);
    expect(await asked.callTool('echo', { a: 1 }, soon())).toEqual({
      isError: false,
      text: '{"name":"echo","args":{"a":1}}',
    });
    expect(await asked.callTool('echo', { do: 'fail' }, soon())).toEqual({
      isError: true,
      text: 'it did not work',
    });
    expect(pids()).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test('is asked for its tools to the last page', async () => {
    const tools = await command('many-pages').listTools(soon());

    expect(tools.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 24 }, (_none, page) => `other-${page}`),
      'echo',
    ]);
  });

  test.each([
    ['endless-pages', 'its list of tools has more than 100 pages'],
    ['round-and-round', 'its list of tools leads back to a page that it gave already'],
    ['long-pages', 'its list of tools is longer than 4194304 characters'],
  ])('whose list of tools does not end (%s) is not used, and warned of once', async (mode, why) => {
    const asked = command(mode);

    expect(await failureOf(asked.listTools(soon()))).toBe(why);
    expect(await failureOf(asked.listTools(soon()))).toBe(why);

    expect(pids()).toHaveLength(1);
    expect(warnings).toMatchObject([{ facts: { why }, message: expect.stringContaining('over REST') }]);
  });

  test('inherits nothing of our environment but what it was given and what every program needs', async () => {
    process.env.SOME_SECRET_OF_OURS = 'x';
    const { text } = await command('honest', { JIRA_URL: 'http://127.0.0.1:1' }).callTool(
      'echo',
      { do: 'env' },
      soon(),
    );
    delete process.env.SOME_SECRET_OF_OURS;

    const given = ['JIRA_URL', 'MODE', 'PID_FILE'];
    const everyProgram = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER'];
    const names = JSON.parse(text) as readonly string[];
    expect(names).toEqual(expect.arrayContaining(given));
    expect(names.filter((name) => ![...given, ...everyProgram].includes(name))).toEqual([]);
  });

  test('that is slow to start keeps nobody longer than told, and answers those who come later', async () => {
    const asked = command('slow-start');

    expect(await failureOf(asked.listTools(soon(200)))).toBe('it is still starting');
    expect(await asked.listTools(soon())).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test('that died is started again after a pause, and warned of once', async () => {
    const asked = command('honest');
    await asked.listTools(soon());

    expect(await failureOf(asked.callTool('echo', { do: 'die' }, soon()))).toMatch(/^it cannot be asked: /);
    await eventually(async () => {
      expect(await asked.listTools(soon())).toHaveLength(1);
    });

    expect(pids()).toHaveLength(2);
    expect(warnings).toHaveLength(1);
  });

  test('that cannot run is left alone for growing pauses, and the warning says what it wrote', async () => {
    const asked = command('broken');

    await eventually(async () => {
      expect(await failureOf(asked.listTools(soon()))).toMatch(
        /^it is left alone for another \d+ s: it cannot be reached: .*no configuration found/,
      );
    });
    await new Promise((done) => setTimeout(done, 1_500));

    // 50, 100, 200, 400, 800 ms between: each start takes its time as well.
    expect(pids().length).toBeLessThanOrEqual(6);
    expect(warnings).toHaveLength(1);
  });

  test('that is not there says so', async () => {
    const asked = start({ kind: 'command', program: join(folder, 'no-such'), args: [], env: {} });

    await eventually(async () => {
      expect(await failureOf(asked.listTools(soon()))).toContain('ENOENT');
    });
  });

  test('that hangs is given up in time, left alone, and started anew after three times', async () => {
    const asked = command('hang');
    await asked.listTools(soon());

    for (let times = 0; times < 3; times++) {
      await eventually(async () => {
        expect(await failureOf(asked.callTool('echo', {}, soon(100)))).toBe('it gave no answer in time');
      });
      expect(await failureOf(asked.callTool('echo', {}, soon(100)))).toMatch(
        /^it is left alone for another \d+ s: it gave no answer in time$/,
      );
    }

    await eventually(async () => {
      expect(pids()).toHaveLength(2);
    });
    expect(warnings).toHaveLength(1);
  });

  test('that writes without end is cut off', async () => {
    const asked = command('honest');

    expect(await failureOf(asked.callTool('echo', { do: 'flood' }, soon()))).toMatch(/^it cannot be asked/);
  });

  test('that is still starting is ended with the connection', async () => {
    const asked = command('slow-start');
    await eventually(async () => {
      expect(pids()).toHaveLength(1);
    });

    await asked.close();

    expect(await failureOf(asked.listTools(soon()))).toBe('the connection to it was closed');
  });
});

describe('a URL', () => {
  let sandbox: TestSandbox;

  beforeEach(async () => {
    sandbox = await startSandbox();
  });

  afterEach(() => sandbox.close());

  const door = (authorization: string | null = 'Bearer t'): McpDoor => ({
    kind: 'url',
    url: `${sandbox.url}/jira/mcp`,
    authorization,
  });

  test('is asked with its authorization, and told at the end', async () => {
    const asked = start(door());
    expect((await asked.listTools(soon())).map(({ name }) => name)).toEqual(['read_issue', 'add_comment']);

    await asked.close();

    const { body } = await sandbox.get('/_received?vendor=jira');
    const calls = body.items as { method: string; headers: Record<string, string>; body: any }[];
    expect(calls.map((call) => call.body?.method ?? call.method)).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/list',
      'DELETE',
    ]);
    expect(calls.every(({ headers }) => headers['authorization'] === 'Bearer t')).toBe(true);
  });

  async function asked(): Promise<readonly string[]> {
    const { body } = await sandbox.get('/_received?vendor=jira');
    return (body.items as { method: string; body: any }[]).map((call) => call.body?.method ?? call.method);
  }

  test('lists its tools besides the calls, so that none costs two', async () => {
    const server = start(door(), 50);

    await eventually(async () => {
      expect((await asked()).filter((method) => method === 'tools/list').length).toBeGreaterThan(2);
    });
    await server.close();
    const before = (await asked()).length;
    await new Promise((done) => setTimeout(done, 200));

    expect(await asked()).toHaveLength(before);
  });

  test('whose tools cannot be listed any more is asked nothing', async () => {
    const server = start(door(), 50);
    expect(await server.listTools(soon())).toHaveLength(2);
    await sandbox.post('/_faults', {
      vendor: 'jira',
      match: '^POST /mcp$',
      kind: 'status',
      status: 503,
      times: 1,
    });

    await eventually(async () => {
      expect(await failureOf(server.listTools(soon()))).toMatch(/^it (cannot be asked|is left alone)/);
    });
    await eventually(async () => {
      expect(await server.listTools(soon())).toHaveLength(2);
    });
  });

  test('that is slow is hung up on; no further call tells it that nobody waits', async () => {
    const server = start(door());
    await server.listTools(soon());
    await sandbox.post('/_faults', { vendor: 'jira', match: '^POST /mcp$', kind: 'delay', ms: 1_000 });

    expect(await failureOf(server.callTool('read_issue', { issue: 'PAY-1' }, soon(200)))).toBe(
      'it gave no answer in time',
    );
    await new Promise((done) => setTimeout(done, 1_200));

    expect(await asked()).toEqual(['initialize', 'notifications/initialized', 'tools/list', 'tools/call']);
  });

  test('that failed is not told goodbye', async () => {
    const server = start(door());
    await server.listTools(soon());
    await sandbox.post('/_faults', {
      vendor: 'jira',
      match: '^POST /mcp$',
      kind: 'status',
      status: 500,
      times: 1,
    });

    await failureOf(server.callTool('read_issue', { issue: 'PAY-1' }, soon()));
    await eventually(async () => {
      expect(await server.listTools(soon())).toHaveLength(2);
    });

    expect(await asked()).not.toContain('DELETE');
  });

  test('that refuses a credential says so', async () => {
    const asked = start(door(null));

    await eventually(async () => {
      expect(await failureOf(asked.listTools(soon()))).toContain('it cannot be reached');
    });
    expect(warnings).toHaveLength(1);
  });

  test('whose session is gone is asked again at once: a deployment is no outage', async () => {
    const asked = start(door());
    await asked.listTools(soon());

    await sandbox.post('/_faults', { vendor: 'jira', kind: 'mcp_tool', times: 100 });
    const { isError } = await asked.callTool('read_issue', { issue: 'PAY-1' }, soon());

    expect(isError).toBe(false);
    expect(warnings).toEqual([]);
  });

  test('that is down, then up again, is found again', async () => {
    await sandbox.post('/_faults', {
      vendor: 'jira',
      match: '^POST /mcp$',
      kind: 'status',
      status: 503,
      times: 2,
    });
    const asked = start(door());

    await eventually(async () => {
      expect(await asked.listTools(soon())).toHaveLength(2);
    });
    expect(warnings).toHaveLength(1);
  });

  test('refuses a tool that is not there without a pause', async () => {
    const asked = start(door());

    expect(await failureOf(asked.callTool('no_such', {}, soon()))).toMatch(
      /^it refused the call: .*Unknown tool/,
    );
    expect(await asked.listTools(soon())).toHaveLength(2);
  });
});

describe('a URL whose name leads inside the network', () => {
  let inside: TestSandbox;

  beforeEach(async () => {
    inside = await startSandbox();
  });

  afterEach(() => inside.close());

  function behind(): McpServer {
    const { port } = new URL(inside.url);
    // A name, not an address: who wrote an address meant it.
    const url = `http://mcp.localhost:${port}/jira/mcp`;
    const guard = createAddressGuard({
      service: 'jira',
      setting: 'JIRA_MCP_URL',
      baseUrl: url,
      privateHosts: [],
      resolve: async () => ['127.0.0.1'],
    });
    const door = { kind: 'url', url, authorization: 'Bearer secret' } as const;
    server = createMcpServer({
      door,
      guard,
      firstPauseMs: 50,
      warn: (facts, message) => warnings.push({ facts, message }),
    });
    return server;
  }

  test('is asked nothing, and the reason names the setting and what to do', async () => {
    const asked = behind();

    await eventually(async () => {
      expect(await failureOf(asked.listTools(soon()))).toContain(
        'JIRA_MCP_URL: mcp.localhost leads to 127.0.0.1, an address inside the network, and nothing was sent; name the host in VENDOR_PRIVATE_HOSTS where that is meant',
      );
    });
    expect((await inside.get('/_received')).body.items).toEqual([]);
    expect(warnings).toMatchObject([{ facts: { server: expect.stringContaining('mcp.localhost') } }]);
  });
});

describe('a URL that leads elsewhere', () => {
  let elsewhere: Server;
  let door: Server;
  let received: string[];

  beforeEach(async () => {
    received = [];
    elsewhere = createServer((request, response) => {
      received.push(String(request.headers.authorization));
      response.end('{}');
    });
    await new Promise<void>((done) => elsewhere.listen(0, '127.0.0.1', done));
    const { port } = elsewhere.address() as AddressInfo;
    door = createServer((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${port}/mcp` }).end();
    });
    await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
  });

  afterEach(() => {
    elsewhere.close();
    door.close();
  });

  test('is not followed: the token stays here', async () => {
    const { port } = door.address() as AddressInfo;
    const asked = start({
      kind: 'url',
      url: `http://127.0.0.1:${port}/mcp`,
      authorization: 'Bearer s3cret',
    });

    await eventually(async () => {
      expect(await failureOf(asked.listTools(soon()))).toContain('it cannot be reached');
    });
    expect(received).toEqual([]);
  });
});
