/** Whom the line of a delivery names: the address that its limits count against, over real sockets. */
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { commentCreated } from '../support/bodies.js';
import { jiraHeaders, post } from '../support/sending.js';
import { startTestApi, type TestApi } from '../support/test-api.js';

const CLIENT = '203.0.113.7';

interface Line {
  readonly result: string;
  readonly remote: string;
}

async function whileServed(
  trustedProxies: readonly string[],
  body: (api: TestApi, lines: readonly Line[]) => Promise<void>,
): Promise<void> {
  const lines: Line[] = [];
  const keep = (fields: Line, message: string) => void (message === 'webhook' && lines.push(fields));
  const log = { debug: keep, info: keep, warn: keep, error: keep };
  const api = await startTestApi({ config: { trustedProxies }, log: log as never });
  try {
    await body(api, lines);
  } finally {
    await api.close();
  }
}

function deliver({ url }: TestApi, headers: Record<string, string>) {
  const raw = JSON.stringify(commentCreated());
  return post(`${url}/webhooks/jira`, raw, { ...jiraHeaders(raw), 'x-forwarded-for': CLIENT, ...headers });
}

test('behind a trusted proxy it is the client that the proxy names, taken or turned away', () =>
  whileServed(['127.0.0.1'], async (api, lines) => {
    await deliver(api, {});
    await deliver(api, { 'x-hub-signature': 'none' });
    await deliver(api, { 'content-type': 'text/plain' });

    expect(lines).toMatchObject([
      { result: 'accepted', remote: CLIENT },
      { result: 'refused', remote: CLIENT },
      { result: 'refused', remote: CLIENT },
    ]);
  }));

test('what nobody vouches for is not believed: it is the address of the connection', () =>
  whileServed(['10.0.0.0/8'], async (api, lines) => {
    await deliver(api, {});
    await deliver(api, { 'x-hub-signature': 'none' });

    expect(lines.map(({ remote }) => remote)).toEqual(['127.0.0.1', '127.0.0.1']);
  }));

test('of a sender that left before its answer it is still known', () =>
  whileServed([], async (api, lines) => {
    const socket = connect(api.port, '127.0.0.1');
    const signature = `sha256=${'0'.repeat(64)}`;
    socket.write(
      `POST /webhooks/jira HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: ${signature}\r\nContent-Length: 100\r\n\r\n{`,
    );
    setTimeout(() => socket.destroy(), 50);

    await eventually(async () => expect(lines).toMatchObject([{ result: 'refused', remote: '127.0.0.1' }]));
  }));
