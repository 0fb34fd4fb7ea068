import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, expect, test } from '@jest/globals';
import { isListening, requireFreePort } from '../../src/start/ports.js';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function takenPort(): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

test('requireFreePort refuses a port in use, naming the setting', async () => {
  const port = await takenPort();
  await expect(requireFreePort('PORT', '127.0.0.1', port)).rejects.toThrow(
    `PORT: port ${port} is in use; stop what listens there or set PORT to another port`,
  );
});

test('requireFreePort refuses a host that is not of this machine', async () => {
  await expect(requireFreePort('PORT', '203.0.113.7', 18_999)).rejects.toThrow(
    /^PORT: cannot listen on 203\.0\.113\.7:18999/,
  );
});

test('requireFreePort leaves a free port free', async () => {
  const port = await takenPort();
  await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
  await requireFreePort('PORT', '127.0.0.1', port);
  expect(await isListening('127.0.0.1', port)).toBe(false);
});

test('isListening tells a server from nothing', async () => {
  expect(await isListening('127.0.0.1', await takenPort())).toBe(true);
});
