/** The simulated Jira's own MCP server, spoken to by hand: what the protocol asks of a streamable HTTP server, and the faults. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Answer, startSandbox, type TestSandbox } from './running-sandbox.js';

const AUTHORIZED = { authorization: 'Bearer t' };

let sandbox: TestSandbox;
let session: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  session = await openSession();
});

afterEach(() => sandbox.close());

async function openSession(): Promise<string> {
  const answer = await rpc('initialize', { protocolVersion: '2025-06-18', capabilities: {} }, {});
  expect(answer.body.result).toMatchObject({
    protocolVersion: '2025-06-18',
    serverInfo: { name: 'pm-agent-sandbox' },
  });
  return String(answer.headers.get('mcp-session-id'));
}

function rpc(
  method: string,
  params: object = {},
  headers: Record<string, string> = { 'mcp-session-id': session },
): Promise<Answer> {
  const message = { jsonrpc: '2.0', id: 1, method, params };
  return sandbox.call('POST', '/jira/mcp', message, { ...AUTHORIZED, ...headers });
}

async function read(issue: string): Promise<{ isError: boolean; text: string }> {
  const { body } = await rpc('tools/call', { name: 'read_issue', arguments: { issue } });
  return { isError: body.result.isError, text: body.result.content[0].text };
}

async function fault(body: object): Promise<void> {
  expect((await sandbox.post('/_faults', { vendor: 'jira', times: 1_000, ...body })).status).toBe(200);
}

describe('a session', () => {
  test('is needed for everything but the first call, and ends when it is told to', async () => {
    expect((await rpc('tools/list', {}, {})).status).toBe(404);
    expect((await rpc('ping')).body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });

    const ended = await sandbox.call('DELETE', '/jira/mcp', undefined, {
      ...AUTHORIZED,
      'mcp-session-id': session,
    });

    expect(ended.status).toBe(204);
    expect((await rpc('ping')).status).toBe(404);
  });

  test('takes notifications without an answer, and has no stream of its own', async () => {
    const notified = await sandbox.call(
      'POST',
      '/jira/mcp',
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { ...AUTHORIZED, 'mcp-session-id': session },
    );

    expect(notified.status).toBe(202);
    expect((await sandbox.get('/jira/mcp')).status).toBe(405);
  });

  test('is refused without a credential', async () => {
    expect((await sandbox.call('POST', '/jira/mcp', { method: 'initialize' }, {})).status).toBe(401);
  });

  test('answers what it does not know as the protocol says', async () => {
    expect((await rpc('resources/list')).body.error.code).toBe(-32_601);
    expect((await rpc('tools/call', { name: 'no_such' })).body.error.code).toBe(-32_602);
    const broken = await sandbox.call('POST', '/jira/mcp', '{', {
      ...AUTHORIZED,
      'content-type': 'application/json',
    });
    expect(broken.status).toBe(400);
  });
});

describe('its tools', () => {
  test('read an issue exactly as REST v3 answers it', async () => {
    const { text, isError } = await read('PAY-1');
    const overRest = await sandbox.get('/jira/rest/api/3/issue/PAY-1?expand=changelog');

    expect(isError).toBe(false);
    expect(JSON.parse(text)).toEqual(overRest.body);
    expect(await read('PAY-404')).toMatchObject({ isError: true });
  });

  test('write a comment: what a client that may only read must not do', async () => {
    await rpc('tools/call', { name: 'add_comment', arguments: { issue: 'PAY-1', text: 'hello' } });

    const { body } = await sandbox.get('/jira/rest/api/2/issue/PAY-1/comment?orderBy=-created');
    expect(body.comments[0].body).toBe('hello');
  });
});

describe('its faults', () => {
  test.each([
    ['error_text', { isError: true, text: expect.stringContaining('not available') }],
    ['plain_error', { isError: false, text: expect.stringMatching(/^Error: /) }],
    ['html', { isError: false, text: expect.stringContaining('<html>') }],
    ['huge', { isError: false, text: expect.stringContaining('xxxxx') }],
    ['other_issue', { isError: false, text: expect.stringContaining('"key":"PAY-1"') }],
    ['other_status', { isError: false, text: expect.stringContaining('"name":"Done"') }],
    ['other_description', { isError: false, text: expect.stringContaining('Everything is agreed.') }],
    ['stale', { isError: false, text: expect.stringContaining('2001-01-01') }],
  ])('lies: %s', async (lie, answer) => {
    await fault({ kind: 'mcp_lie', lie });

    expect(await read('PAY-3')).toEqual(answer);
  });

  test('lie as often as they are told to, and about nothing else than calls', async () => {
    await fault({ kind: 'mcp_lie', lie: 'html', times: 1 });

    await rpc('tools/list');
    expect((await read('PAY-3')).text).toContain('<html>');
    expect((await read('PAY-3')).text).toContain('PAY-3');
  });

  test('say the key that was asked for over another issue', async () => {
    await fault({ kind: 'mcp_lie', lie: 'other_key' });
    const honest = (await sandbox.get('/jira/rest/api/3/issue/PAY-3')).body;

    const told = JSON.parse((await read('PAY-3')).text);

    expect(told.key).toBe('PAY-3');
    expect(told.id).not.toBe(honest.id);
  });

  test('change a tool as a deployment would: the session is over, the next one sees it', async () => {
    const before = (await rpc('tools/list')).body.result.tools;

    await fault({ kind: 'mcp_tool' });

    expect((await rpc('tools/list')).status).toBe(404);
    session = await openSession();
    const after = (await rpc('tools/list')).body.result.tools;
    expect(after[0].name).toBe(before[0].name);
    expect(after[0].description).toContain('system prompt');
  });

  test('that are no known lies are refused', async () => {
    const { status, body } = await sandbox.post('/_faults', { vendor: 'jira', kind: 'mcp_lie', lie: 'x' });

    expect(status).toBe(400);
    expect(body.error.message).toContain('"lie" must be one of');
  });
});
