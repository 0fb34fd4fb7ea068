import { connect, createServer } from 'node:net';
import { ConfigError } from '../config/config.js';

const CONNECT_MS = 1_000;

/** Does anything accept connections there? */
export function isListening(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(CONNECT_MS, () => settle(false));
    socket.once('connect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/**
 * Refuses a port that something else holds.
 * @throws ConfigError one line that names the setting
 */
export async function requireFreePort(setting: string, host: string, port: number): Promise<void> {
  const code = await tryToListen(host, port);
  if (code === 'EADDRINUSE') {
    throw new ConfigError(
      `${setting}: port ${port} is in use; stop what listens there or set ${setting} to another port`,
    );
  }
  if (code === 'EACCES') {
    throw new ConfigError(`${setting}: port ${port} needs more rights; set ${setting} to a port above 1023`);
  }
  if (code !== null) {
    throw new ConfigError(
      `${setting}: cannot listen on ${host}:${port} (${code}); correct HOST or ${setting}`,
    );
  }
}

/** The error code of an attempt to listen, or null where it worked. */
function tryToListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}
