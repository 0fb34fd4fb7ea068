import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ports from which Linux takes one for each outgoing connection (`ip_local_port_range`, from 32,768 on): a port
 * stays free until a server is started on it, seconds later and beside other tests.
 */
const FIRST = 10_000;
const LAST = 32_767;
const TRIES = 100;

/** Ports on which nobody listens, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>();
  for (let tries = 0; found.size < count; tries += 1) {
    const port = randomInt(FIRST, LAST + 1);
    if (tries > TRIES) {
      throw new Error(`no ${count} free ports between ${FIRST} and ${LAST}`);
    }
    if (await isFree(port)) {
      found.add(port);
    }
  }
  return [...found];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}
