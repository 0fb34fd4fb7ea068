/** The stand-in alone, on a real port over a real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createClaudeRouter } from '../../src/sandbox/claude/router.js';
import { openStore } from '../../src/sandbox/store.js';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface ClaudeServer {
  readonly url: string;
  /** What the sandbox takes for now. */
  now: Date;
  /** Ends the process's part and starts another one over the same file. */
  restart(): Promise<void>;
  script(entries: unknown): Promise<Response>;
  /** Posts to the Messages API with a key. */
  ask(body: unknown, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export async function startClaude(): Promise<ClaudeServer> {
  const folder = mkdtempSync(join(tmpdir(), 'claude-'));
  let running = await listen(join(folder, 'sandbox.db'), () => server.now);
  const server: ClaudeServer = {
    get url() {
      return running.url;
    },
    now: new Date('2026-11-20T10:00:00Z'),
    restart: async () => {
      await running.close();
      running = await listen(join(folder, 'sandbox.db'), () => server.now);
    },
    script: (entries) => post(`${running.url}/_claude/script`, entries, {}),
    ask: (body, headers = { authorization: 'Bearer any' }) =>
      post(`${running.url}/anthropic/v1/messages`, body, headers),
    close: async () => {
      await running.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

async function listen(file: string, clock: () => Date) {
  const store = openStore(file);
  const app = express();
  app.use(express.json({ limit: '5mb' }), createClaudeRouter({ store, clock, log: silent }));
  const http = createServer(app);
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => {
        http.close(resolve);
      });
      store.close();
    },
  };
}

function post(url: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}
