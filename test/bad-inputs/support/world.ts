/** Where a bad input arrives: the API on a real socket, and beside it an address that nobody must ever call. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ConfigOverrides } from '../../api/support/config.js';
import { startTestApi, type TestApi } from '../../api/support/test-api.js';

export interface WorldOptions {
  readonly config?: ConfigOverrides;
  readonly clock?: () => Date;
  /** Bytes that all bodies together may hold; the product’s own are too many for a test. */
  readonly bodiesLimit?: number;
}

export interface World {
  readonly api: TestApi;
  /** A server of ours for payloads to name. */
  readonly trap: string;
  /** The paths that were asked of it. */
  readonly trapped: readonly string[];
  /** What else a case starts ends with the world. */
  atEnd(end: () => Promise<unknown>): void;
  close(): Promise<void>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const trapped: string[] = [];
  const ends: (() => Promise<unknown>)[] = [];
  const server = createServer((request, response) => {
    trapped.push(request.url ?? '');
    response.end();
  });
  const trap = await listen(server);
  const api = await startTestApi(options);
  return {
    api,
    trap,
    trapped,
    atEnd: (end) => ends.unshift(end),
    async close() {
      for (const end of ends) {
        await end();
      }
      await api.close();
      await new Promise((done) => server.close(done));
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

/** Worlds that the cases of a row share: one for each way of starting it and each door, so that no case meets another's rows. */
export class Worlds {
  private readonly started = new Map<string, Promise<World>>();
  private readonly names = new Map<WorldOptions, number>();

  get(options: WorldOptions, door: string): Promise<World> {
    const name = this.names.get(options) ?? this.names.size;
    this.names.set(options, name);
    const key = `${name} ${door}`;
    const world = this.started.get(key) ?? startWorld(options);
    this.started.set(key, world);
    return world;
  }

  async close(): Promise<void> {
    for (const world of this.started.values()) {
      await (await world).close();
    }
    this.started.clear();
  }
}
