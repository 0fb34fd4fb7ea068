/** Connections that would stay for ever if only we waited for the other side. What they are answered stands in test/bad-inputs. */
import type { RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { type HttpServer, startHttpServer } from '../../src/api/http-server.js';
import { eventually } from '../support/eventually.js';

let server: HttpServer;
let client: Socket;
/** Our side of the connection, as the server holds it. */
let held: Socket | undefined;

afterEach(async () => {
  client.destroy();
  await server.close();
  held = undefined;
});

async function start(listener: RequestListener, idleMs?: number): Promise<void> {
  server = await startHttpServer(
    (request, response) => {
      held = request.socket;
      listener(request, response);
    },
    { host: '127.0.0.1', port: 0 },
    idleMs === undefined ? {} : { idleMs },
  );
  client = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  client.on('error', () => undefined);
}

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const BROKEN = 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n';

test('who sends no HTTP is answered and then let go, also where it never ends its side', async () => {
  await start(() => undefined);
  let text = '';
  client.on('data', (chunk) => (text += chunk.toString()));

  client.write(BROKEN);

  await eventually(async () => expect(text).toContain('HTTP/1.1 400 Bad Request'));
  await eventually(async () => expect(held?.destroyed).toBe(true));
  expect(client.writable).toBe(true);
});

test('who asks for much and reads nothing of it loses the connection', async () => {
  await start((_request, response) => response.end(Buffer.alloc(64 * 1024 * 1024)), 500);
  client.pause();
  client.write(GET);

  await eventually(async () => expect(held?.destroyed).toBe(true));
});
