/** The simulated vendors over a real store and on a real port, with the demo team; webhooks are kept instead of delivered. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { createAgentAccounts } from '../../src/sandbox/accounts.js';
import { createBitbucketState } from '../../src/sandbox/bitbucket/create-state.js';
import { readBody } from '../../src/sandbox/body.js';
import type { SandboxDeps } from '../../src/sandbox/deps.js';
import type { Emit } from '../../src/sandbox/emit.js';
import { createJiraState } from '../../src/sandbox/jira/create-state.js';
import { createLearnRouter } from '../../src/sandbox/learn.js';
import { createPageRouter } from '../../src/sandbox/page/router.js';
import { seedDemoTeam } from '../../src/sandbox/seed.js';
import { createSlackState } from '../../src/sandbox/slack/create-state.js';
import { openStore } from '../../src/sandbox/store.js';
import { createStoryRouter } from '../../src/sandbox/stories/router.js';

interface SentWebhook {
  readonly vendor: 'jira' | 'bitbucket' | 'slack';
  readonly event: string;
  readonly body: Record<string, unknown>;
}

export interface SandboxParts {
  readonly deps: SandboxDeps;
  readonly url: string;
  /** Webhooks so far, oldest first. */
  sent(): readonly SentWebhook[];
  /** Every document of the store, as text. */
  dump(): readonly unknown[];
  post(path: string, body: unknown): Promise<Response>;
  submit(
    path: string,
    fields: Record<string, string | undefined>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  close(): Promise<void>;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function startSandboxParts(): Promise<SandboxParts> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const store = openStore(join(folder, 'sandbox.db'));
  const sent: SentWebhook[] = [];
  const scope = {
    store,
    emit: keepingEmit(sent),
    accounts: createAgentAccounts('PM Agent'),
    clock: () => new Date(),
    url: 'http://127.0.0.1:8090',
  };
  const deps: SandboxDeps = {
    ...scope,
    agentName: 'PM Agent',
    log: silent,
    jira: createJiraState(scope),
    bitbucket: createBitbucketState(scope),
    slack: createSlackState(scope),
  };
  seedDemoTeam(scope);
  const http = await listen(deps);
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    deps,
    url,
    sent: () => [...sent],
    dump: () => store.database.prepare('SELECT vendor, kind, id, json FROM documents ORDER BY seq').all(),
    post: (path, body) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    submit: (path, fields, headers = { accept: 'text/html' }) =>
      fetch(url + path, {
        method: 'POST',
        headers,
        redirect: 'manual',
        body: new URLSearchParams(
          Object.entries(fields).map(([name, value]): [string, string] => [name, value ?? '']),
        ),
      }),
    close: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => {
        http.close(resolve);
      });
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listen(deps: SandboxDeps) {
  const app = express();
  app.use(readBody(), createPageRouter(deps), createStoryRouter(deps), createLearnRouter(deps));
  const http = createServer(app);
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return http;
}

function keepingEmit(sent: SentWebhook[]): Emit {
  const keep = (vendor: SentWebhook['vendor'], event: unknown, body: Record<string, unknown>) => {
    sent.push({ vendor, event: String(event), body });
    return String(sent.length);
  };
  return {
    jira: (body) => keep('jira', body.webhookEvent, body),
    bitbucket: (eventKey, body) => keep('bitbucket', eventKey, body),
    slackEvent: (event) => keep('slack', event.type, event),
    slackForm: (path, fields) => keep('slack', path, fields),
  };
}
