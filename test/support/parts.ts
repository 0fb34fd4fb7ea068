/**
 * The product's processes one by one, without the supervisor that starts them again: for tests that stop exactly one of
 * them and look at what the others do meanwhile. Same folder, ports and secrets for as long as the parts live.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../../src/config/load.js';
import { NODE_FLAGS } from '../../src/start/parts.js';
import { temporalArguments } from '../../src/start/temporal-server.js';
import { eventually, Hopeless } from './eventually.js';
import { freePorts } from './free-ports.js';
import { brokenPromises } from './invariants.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const PROGRAM = join(root, 'bin', 'pm-agent.mjs');
const FAILPOINTS = join(root, 'test', 'support', 'failpoints.mjs');

/** Shorter than a test may take, so that it is told what did not come up. */
const UP_WITHIN_MS = 60_000;

export type PartName = 'temporal' | 'sandbox' | 'api' | 'worker';

export interface Acknowledged {
  readonly status: number;
  readonly body: { readonly status?: string; readonly eventId: string; readonly cycleId?: string };
}

export interface Parts {
  readonly api: string;
  readonly sandbox: string;
  readonly temporalAddress: string;
  readonly dataDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Starts a part and waits until it answers, unless `waits` is false. `failpoint`: where it dies, once (failpoints.mjs). */
  start(
    part: PartName,
    options?: { readonly failpoint?: string; readonly env?: NodeJS.ProcessEnv; readonly waits?: boolean },
  ): Promise<void>;
  /** The whole product, one part after the other; what runs goes on. */
  startAll(): Promise<void>;
  /** SIGKILL, and waits for the end. */
  kill(part: PartName): Promise<void>;
  /** SIGTERM, and waits for the end. */
  stop(part: PartName): Promise<number | null>;
  /** Waits until a part has ended by itself. Answers its exit code; null where a signal ended it. */
  died(part: PartName): Promise<number | null>;
  pidOf(part: PartName): number;
  /** Everything that was printed so far. */
  output(): string;
  /** One signed Jira delivery; rejects where the connection breaks. What was acknowledged is remembered for the check. */
  deliver(body: object, delivery: string, headers?: Readonly<Record<string, string>>): Promise<Acknowledged>;
  /** The same delivery as a request, for answers that are no acknowledgement. */
  signed(body: object, delivery: string, headers?: Readonly<Record<string, string>>): RequestInit;
  /** Waits until no row of the inbox is open any more. */
  settled(withinMs?: number): Promise<void>;
  /** What does not hold (invariants.ts) once all has settled, or cannot; empty when all holds. */
  broken(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

export async function createParts(settings: NodeJS.ProcessEnv = {}): Promise<Parts> {
  const [port, sandboxPort, temporalPort, uiPort] = await freePorts(4);
  const dataDir = mkdtempSync(join(tmpdir(), 'pm-agent-parts-'));
  const inherited = Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'LANG'].map((name) => [name, process.env[name]]),
  );
  const env: NodeJS.ProcessEnv = {
    ...inherited,
    DATA_DIR: dataDir,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    TEMPORAL_DEV_PORT: String(temporalPort),
    TEMPORAL_UI_PORT: String(uiPort),
    COALESCE_WINDOW: '0s',
    SANDBOX_STORY: 'off',
    LOG_FORMAT: 'json',
    ...settings,
  };
  const addresses = {
    api: `http://127.0.0.1:${port}`,
    sandbox: `http://127.0.0.1:${sandboxPort}`,
    temporalAddress: `127.0.0.1:${temporalPort}`,
  };
  const children = new Map<PartName, ChildProcess>();
  const printed: string[] = [];
  const acknowledged: { readonly eventId: string }[] = [];

  function launch(part: PartName, extra: NodeJS.ProcessEnv): ChildProcess {
    const [command, args] =
      part === 'temporal'
        ? temporalCommand(env)
        : [process.execPath, [...(NODE_FLAGS[part] ?? []), PROGRAM, part]];
    const child = spawn(command, args, {
      cwd: dataDir,
      env: { ...env, ...extra },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
    }
    return child;
  }

  function childOf(part: PartName): ChildProcess {
    const child = children.get(part);
    if (child === undefined) {
      throw new Error(`${part} was not started`);
    }
    return child;
  }

  async function end(part: PartName, signal: NodeJS.Signals): Promise<number | null> {
    const child = childOf(part);
    children.delete(part);
    child.kill(signal);
    await exited(child);
    return child.exitCode;
  }

  const secrets = () => JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { jira: string };

  const settled: Parts['settled'] = (withinMs = 60_000) =>
    eventually(
      async () => {
        for (const status of ['received', 'started']) {
          const answer = await fetch(`${addresses.api}/api/events?status=${status}&limit=1`);
          const { items } = (await answer.json()) as { items: unknown[] };
          if (items.length > 0) {
            throw new Error(`some rows are still ${status}: ${JSON.stringify(items)}`);
          }
        }
      },
      withinMs,
      100,
    );

  const signed: Parts['signed'] = (body, delivery, headers = {}) => {
    const raw = JSON.stringify(body);
    return {
      method: 'POST',
      body: raw,
      headers: {
        'content-type': 'application/json',
        'x-atlassian-webhook-identifier': delivery,
        'x-hub-signature': `sha256=${createHmac('sha256', secrets().jira).update(raw).digest('hex')}`,
        ...headers,
      },
      signal: AbortSignal.timeout(20_000),
    };
  };

  const start: Parts['start'] = async (part, options = {}) => {
    if (isRunning(children.get(part))) {
      throw new Error(`${part} runs already: a second one would outlive the test`);
    }
    const failing = options.failpoint === undefined ? {} : failpointEnv(part, options.failpoint, dataDir);
    const child = launch(part, { ...failing, ...options.env });
    children.set(part, child);
    if (options.waits !== false) {
      await eventually(() => assertUp(part, child, addresses), UP_WITHIN_MS, 50).catch((cause: unknown) => {
        throw new Error(`${part} did not come up; last printed:\n${printed.slice(-20).join('')}`, { cause });
      });
    }
  };

  return {
    ...addresses,
    dataDir,
    env,
    start,
    startAll: async () => {
      for (const part of ['temporal', 'sandbox', 'api', 'worker'] as const) {
        if (!isRunning(children.get(part))) {
          await start(part);
        }
      }
    },
    kill: async (part) => {
      await end(part, 'SIGKILL');
    },
    stop: (part) => end(part, 'SIGTERM'),
    died: async (part) => {
      const child = childOf(part);
      await exited(child);
      children.delete(part);
      return child.exitCode;
    },
    pidOf: (part) => childOf(part).pid ?? 0,
    output: () => printed.join(''),
    signed,
    async deliver(body, delivery, headers = {}) {
      const answer = await fetch(`${addresses.api}/webhooks/jira`, signed(body, delivery, headers));
      const acked = { status: answer.status, body: (await answer.json()) as Acknowledged['body'] };
      if (answer.ok) {
        acknowledged.push({ eventId: acked.body.eventId });
      }
      return acked;
    },
    settled,
    async broken() {
      // What is still open then is told as broken.
      await settled().catch(() => undefined);
      return brokenPromises({
        dataDir,
        api: addresses.api,
        sandbox: children.has('sandbox') ? addresses.sandbox : null,
        output: printed.join(''),
        acknowledged,
        secrets: Object.values(secrets()),
      });
    },
    async dispose() {
      for (const part of Array.from(children.keys())) {
        await end(part, 'SIGKILL');
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function temporalCommand(env: NodeJS.ProcessEnv): [string, string[]] {
  const cli = process.env.TEMPORAL_CLI_PATH ?? join(homedir(), '.cache', 'pm-agent', 'temporal');
  return [cli, temporalArguments(loadConfig(env))];
}

function failpointEnv(part: PartName, failpoint: string, dataDir: string): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import ${FAILPOINTS}`,
    FAILPOINT: failpoint,
    FAILPOINT_ROLE: part,
    FAILPOINT_DONE: join(dataDir, `failpoint-${failpoint}`),
  };
}

function isRunning(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null;
}

function exited(child: ChildProcess): Promise<void> {
  return isRunning(child) ? new Promise((done) => child.once('exit', () => done())) : Promise.resolve();
}

async function assertUp(
  part: PartName,
  child: ChildProcess,
  addresses: { readonly api: string; readonly sandbox: string; readonly temporalAddress: string },
): Promise<void> {
  if (!isRunning(child)) {
    throw new Hopeless(`${part} ended with ${child.exitCode ?? child.signalCode}`);
  }
  switch (part) {
    case 'temporal':
      return canConnect(addresses.temporalAddress);
    case 'sandbox':
      return assertOk(`${addresses.sandbox}/_faults`);
    case 'api':
      return assertOk(`${addresses.api}/health`);
    case 'worker':
      return assertPolls(addresses.api);
  }
}

async function assertOk(url: string): Promise<void> {
  const answer = await fetch(url);
  if (!answer.ok) {
    throw new Error(`${url}: ${answer.status}`);
  }
}

/** The API says whether a worker polls; a worker may be started before it. */
async function assertPolls(api: string): Promise<void> {
  const answer = await fetch(`${api}/ready`);
  const { checks } = (await answer.json()) as { checks: Readonly<Record<string, string>> };
  if (checks['worker'] !== 'ok') {
    throw new Error(`no worker polls: ${JSON.stringify(checks)}`);
  }
}

function canConnect(address: string): Promise<void> {
  const [host = '', port = ''] = address.split(':');
  return new Promise((done, fail) => {
    const socket = connect(Number(port), host);
    socket.once('connect', () => {
      socket.destroy();
      done();
    });
    socket.once('error', fail);
  });
}
