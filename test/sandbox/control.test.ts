import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runSandbox } from '../../src/sandbox/main.js';
import { AUTHORIZED, adf, SECRETS, startSandbox, type TestSandbox } from './running-sandbox.js';

let sandbox: TestSandbox;
const COMMENTS = '/jira/rest/api/3/issue/PAY-7/comment';
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

describe('the log of calls', () => {
  test('tells method, path below the base, query, headers as kept, body, status and time', async () => {
    await sandbox.post(`${COMMENTS}?expand=x`, { body: adf('Hello') });
    await sandbox.get('/slack/auth.test');
    const { body } = await sandbox.get('/_received?vendor=jira');

    expect(body.items).toEqual([
      {
        seq: expect.any(Number),
        vendor: 'jira',
        method: 'POST',
        path: '/rest/api/3/issue/PAY-7/comment',
        query: { expand: 'x' },
        headers: expect.objectContaining(AUTHORIZED),
        body: { body: adf('Hello') },
        status: 201,
        fault: null,
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      },
    ]);
  });

  test('holds all four vendors in order, and refuses an unknown one', async () => {
    await sandbox.get('/jira/rest/api/3/myself');
    await sandbox.get('/bitbucket/2.0/user');
    await sandbox.post('/slack/auth.test');
    await sandbox.post('/anthropic/v1/messages', {});
    const { body } = await sandbox.get('/_received');

    expect(body.items.map(({ vendor }: any) => vendor)).toEqual(['jira', 'bitbucket', 'slack', 'anthropic']);
    expect((await sandbox.get('/_received?vendor=fax')).status).toBe(400);
  });

  test('tells only what came after a number, also beyond a reset', async () => {
    const numbers = async (after: number) =>
      (await sandbox.get(`/_received?after=${after}`)).body.items.map(({ seq }: any) => seq);
    await sandbox.get('/jira/rest/api/3/myself');
    await sandbox.get('/jira/rest/api/3/myself');
    const [first, second] = await numbers(0);
    const later = await numbers(first);
    await sandbox.post('/_reset');
    await sandbox.get('/jira/rest/api/3/myself');

    expect(later).toEqual([second]);
    expect(await numbers(second)).toHaveLength(1);
  });

  test('tells calls that were refused too', async () => {
    await sandbox.call('GET', '/jira/rest/api/3/myself', undefined, {});

    expect((await sandbox.get('/_received?vendor=jira')).body.items[0].status).toBe(401);
  });
});

describe('the state', () => {
  test('is what the vendors keep, by kind', async () => {
    await sandbox.post(COMMENTS, { body: adf('Hello state') });
    const { body } = await sandbox.get('/_state');

    expect(body.jira.comment.at(-1)).toMatchObject({ body: { wiki: 'Hello state' } });
    expect(body.bitbucket.pullrequest).toHaveLength(3);
    expect(body.slack.channel.map(({ id }: any) => id)).toEqual(['C0PAY', 'C0WEB']);
  });

  test('survives a restart', async () => {
    const made = await sandbox.post(COMMENTS, { body: adf('Still here') });

    await sandbox.restart();

    const read = await sandbox.get(`${COMMENTS}/${made.body.id}`);
    expect(read.body.body).toEqual(adf('Still here'));
    expect((await sandbox.get('/_received?vendor=jira')).body.items).toHaveLength(2);
  });

  test('goes back to the seed on reset', async () => {
    await sandbox.post(COMMENTS, { body: adf('Gone soon') });
    await sandbox.post('/_faults', { vendor: 'slack', kind: 'cut_before', times: 9 });

    expect((await sandbox.post('/_reset')).status).toBe(200);

    const { body } = await sandbox.get('/_state');
    expect(JSON.stringify(body)).not.toContain('Gone soon');
    expect(body.faults).toEqual([]);
    expect(body.jira.issue).toHaveLength(13);
    expect((await sandbox.get('/_received')).body.items).toEqual([]);
    expect((await sandbox.get('/jira/rest/api/3/issue/PAY-3')).status).toBe(200);
  });
});

describe('the sandbox', () => {
  test('keeps what it acknowledged when it is killed', async () => {
    const { child, url } = await spawnSandbox(sandbox.file.replace('sandbox.db', 'killed.db'));
    const made = await fetch(url + COMMENTS, {
      method: 'POST',
      headers: { ...AUTHORIZED, 'content-type': 'application/json' },
      body: JSON.stringify({ body: adf('Survives') }),
    });
    const { id } = (await made.json()) as { id: string };
    child.kill('SIGKILL');
    await once(child, 'exit');

    const again = await spawnSandbox(sandbox.file.replace('sandbox.db', 'killed.db'));
    const read = await fetch(`${again.url}${COMMENTS}/${id}`, { headers: AUTHORIZED });
    again.child.kill('SIGKILL');
    await once(again.child, 'exit');

    expect(read.status).toBe(200);
  });

  test('takes no call from a page of elsewhere', async () => {
    const refused = await sandbox.call('POST', '/_reset', undefined, { origin: 'https://evil.example' });

    expect(refused.status).toBe(403);
  });

  describe('of the page and the control routes, reached as', () => {
    const askAs = (host: string, path: string, port = new URL(sandbox.url).port): Promise<number> =>
      new Promise((done, fail) => {
        request({ hostname: '127.0.0.1', port, path, headers: { host } }, (response) => {
          response.resume();
          done(response.statusCode ?? 0);
        })
          .on('error', fail)
          .end();
      });

    test.each(['localhost', 'localhost:8090', '127.0.0.1:1', '[::1]:8090'])(
      '%s, all answer',
      async (host) => {
        expect([await askAs(host, '/'), await askAs(host, '/_state')]).toEqual([200, 200]);
      },
    );

    test.each(['evil.example', 'evil.example:8090', 'localhost.evil.example', 'sandbox:8090'])(
      '%s, none answers',
      async (host) => {
        for (const path of ['/', '/_state', '/_story', '/_claude/script', '/_page/style.css']) {
          expect(await askAs(host, path)).toBe(403);
        }
      },
    );

    test('the name that it was given, all answer; a vendor is reached under any name', async () => {
      const probe = createServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      const { port } = probe.address() as { port: number };
      await new Promise((closed) => probe.close(closed));
      const other = await runSandbox({
        file: `${sandbox.file}.named`,
        port,
        publicUrl: 'http://sandbox:8090',
        webhookTarget: 'http://127.0.0.1:1',
        secrets: SECRETS,
        agentName: 'A',
        log: silent,
      });
      const asked = ['sandbox:8090 /_state', 'sandbox:8090 /', 'other:8090 /_state', 'jira.example /jira/x'];
      const statuses: number[] = [];
      for (const [host = '', path = ''] of asked.map((one) => one.split(' '))) {
        statuses.push(await askAs(host, path, String(port)));
      }
      await other.close();

      expect(statuses.slice(0, 3)).toEqual([200, 200, 403]);
      expect(statuses[3]).not.toBe(403);
    });
  });

  test('answers an unknown route with 404', async () => {
    expect((await sandbox.get('/_nonsense')).status).toBe(404);
  });

  test('says which setting is wrong where its port is taken or its file cannot be used', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const options = { webhookTarget: 'http://127.0.0.1:1', secrets: SECRETS, agentName: 'A', log: silent };

    await expect(runSandbox({ ...options, file: `${sandbox.file}2`, port })).rejects.toThrow(/SANDBOX_PORT/);
    await expect(runSandbox({ ...options, file: `${sandbox.file}/x/y.db`, port: 0 })).rejects.toThrow(
      /DATA_DIR/,
    );
    taken.close();
  });
});

/** A process of its own, as `pm-agent sandbox` makes one. */
async function spawnSandbox(file: string): Promise<{ child: ChildProcess; url: string }> {
  const script = `
    import { runSandbox } from ${JSON.stringify(new URL('../../src/sandbox/main.ts', import.meta.url).href)};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const { url } = await runSandbox({ file: ${JSON.stringify(file)}, port: 0, webhookTarget: 'http://127.0.0.1:1',
      secrets: { jira: null, bitbucket: null, slack: null }, agentName: 'PM Agent', log });
    process.stdout.write(url);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [data] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, url: data.toString() };
}
