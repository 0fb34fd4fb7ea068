/** The whole sandbox as it runs, over a file of its own, and a receiver that keeps the webhooks that reach it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningSandbox, runSandbox } from '../../src/sandbox/main.js';
import type { WebhookSecrets } from '../../src/sandbox/signatures.js';
import { eventually as untilHolds } from '../support/eventually.js';

const LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 10;

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface ReceivedWebhook {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The raw body. */
  readonly raw: string;
  readonly body: any;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

type HookAnswer = number | null | 'never';

export interface TestSandbox {
  readonly url: string;
  readonly file: string;
  /** Where the webhooks go. */
  readonly receiver: string;
  readonly hooks: ReceivedWebhook[];
  /** Answers the next webhooks with these statuses, then 202; null: the connection is cut; `never`: it stays open. */
  readonly hookAnswers: HookAnswer[];
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** The body of the first webhook of this event, waiting for it where it is not there yet. */
  hook(event: string): Promise<ReceivedWebhook>;
  /** Ends it and starts another over the same file. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const SECRETS: WebhookSecrets = { jira: 'jira-secret', bitbucket: 'bb-secret', slack: 'slack-secret' };
export const AUTHORIZED = { authorization: 'Bearer anything' };

/** `now` sets the sandbox's clock. */
export async function startSandbox(
  options: { secrets?: WebhookSecrets; now?: () => Date } = {},
): Promise<TestSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const file = join(folder, 'sandbox.db');
  const hooks: ReceivedWebhook[] = [];
  const hookAnswers: HookAnswer[] = [];
  const receiver = await startReceiver(hooks, hookAnswers);
  const receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const start = (): Promise<RunningSandbox> =>
    runSandbox({
      file,
      port: 0,
      webhookTarget: receiverUrl,
      secrets: options.secrets ?? SECRETS,
      agentName: 'PM Agent',
      log: silent,
      ...(options.now === undefined ? {} : { clock: options.now }),
    });
  let running = await start();
  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = AUTHORIZED) =>
    send(running.url, method, path, body, headers);
  return {
    get url() {
      return running.url;
    },
    file,
    receiver: receiverUrl,
    hooks,
    hookAnswers,
    call,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    put: (path, body) => call('PUT', path, body),
    delete: (path) => call('DELETE', path),
    hook: (event) => eventually(() => hooks.find((hook) => eventOf(hook) === event), `a webhook ${event}`),
    restart: async () => {
      await running.close();
      running = await start();
    },
    close: async () => {
      await running.close();
      receiver.closeAllConnections();
      receiver.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function send(
  url: string,
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parse(text) };
}

function startReceiver(hooks: ReceivedWebhook[], answers: HookAnswer[]): Promise<Server> {
  const server = createServer((request, response) => {
    let raw = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (raw += part));
    request.on('end', () => {
      hooks.push({ path: request.url ?? '', headers: request.headers, raw, body: parse(raw) });
      const status = answers.length > 0 ? answers.shift() : 202;
      if (status === null) request.socket.destroy();
      else if (status !== 'never') response.writeHead(status ?? 202).end('{}');
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The vendor's own name of the event. */
export function eventOf(hook: ReceivedWebhook): string {
  const key = hook.headers['x-event-key'];
  if (typeof key === 'string') return key;
  return hook.body.webhookEvent ?? hook.body.event?.type ?? hook.path;
}

/** Looks every 10 ms until there is something. */
export async function eventually<T>(look: () => T | undefined | null, what: string): Promise<T> {
  return untilHolds(
    async () => {
      const found = look();
      if (found !== undefined && found !== null) return found;
      throw new Error(`There was never ${what}.`);
    },
    LIMIT_MS,
    LOOK_EVERY_MS,
  );
}

/** A paragraph as ADF. */
export function adf(...texts: string[]) {
  return {
    type: 'doc',
    version: 1,
    content: texts.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
  };
}
