/** Runs the sandbox as a process of its own; the caller brings everything that comes from the environment. */
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { SandboxLog } from './log.js';
import { createSandbox, type Sandbox } from './server.js';
import type { WebhookSecrets } from './signatures.js';

export interface RunSandboxOptions {
  /** SQLite file; made where missing, with its folder. */
  readonly file: string;
  /** 0: any free one. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Where others reach it, where that is not host and port (a container); default from host and port. */
  readonly publicUrl?: string;
  /** Where webhooks go: `http://127.0.0.1:8000`. */
  readonly webhookTarget: string;
  /** Null: that vendor's webhooks are sent unsigned. */
  readonly secrets: WebhookSecrets;
  readonly agentName: string;
  readonly log: SandboxLog;
  readonly clock?: () => Date;
}

export interface RunningSandbox {
  /** `http://127.0.0.1:8090` */
  readonly url: string;
  /** Resolves when nothing of it runs any more; what waits for delivery goes out at the next start. */
  close(): Promise<void>;
}

/** Resolves when it answers. Rejects with one line naming SANDBOX_PORT or the file where it cannot. */
export async function runSandbox(options: RunSandboxOptions): Promise<RunningSandbox> {
  const { host = '127.0.0.1', port, file, log } = options;
  const server = createServer();
  await listen(server, host, port);
  const own = `http://${publicHost(host)}:${(server.address() as AddressInfo).port}`;
  const url = options.publicUrl?.replace(/\/+$/, '') ?? own;
  const sandbox = open({ ...options, url }, server);
  server.on('request', sandbox.app);
  log.info({ url, file }, 'the sandbox plays Jira, Bitbucket, Slack and Claude');
  return { url, close: () => stop(server, sandbox) };
}

function open(options: RunSandboxOptions & { url: string }, server: Server): Sandbox {
  try {
    mkdirSync(dirname(options.file), { recursive: true });
    return createSandbox({ ...options, webhookTarget: options.webhookTarget.replace(/\/+$/, '') });
  } catch (error) {
    server.close();
    throw new Error(`The sandbox cannot use its file ${options.file} (DATA_DIR): ${reason(error)}.`, {
      cause: error,
    });
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const message = `The sandbox cannot listen on ${host}:${port}: ${reason(error)}. Set SANDBOX_PORT to a free port.`;
      reject(new Error(message, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

async function stop(server: Server, sandbox: Sandbox): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
  await sandbox.close();
}

/** Every address is one that a local caller reaches as loopback. */
function publicHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
