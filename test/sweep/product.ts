/**
 * The product in one process, over a sandbox, on the tests' own Temporal server: sandbox, API and worker are started and
 * stopped apart, and a sweep runs when the test says so.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { NativeConnection, Worker } from '@temporalio/worker';
import Database from 'better-sqlite3';
import { createLiveActivities } from '../../src/activities/live.js';
import { type RunningApi, runApi } from '../../src/api/main.js';
import type { Config } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import type { SweepResult } from '../../src/domain/sweep.js';
import { type RunningSandbox, runSandbox } from '../../src/sandbox/main.js';
import { createDependencies } from '../../src/worker/dependencies.js';
import { RECONCILE_SWEEP } from '../../src/workflows/messages.js';
import type { reconcileSweep } from '../../src/workflows/reconcile-sweep.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { brokenPromises } from '../support/invariants.js';
import { quietLog } from '../support/quiet-log.js';
import type { TemporalHarness } from '../support/temporal.js';

export interface EventView {
  readonly id: string;
  readonly origin: 'webhook' | 'reconcile';
  readonly source: string;
  readonly eventType: string;
  readonly status: string;
  readonly subject: string;
  readonly changeKey: string | null;
  readonly cycleId: string | null;
  readonly coalescedInto: string | null;
}

type Vendor = 'jira' | 'bitbucket' | 'slack';

export interface Product {
  readonly config: Config;
  startApi(): Promise<void>;
  stopApi(): Promise<void>;
  /** One `reconcileSweep`, to its end. */
  sweep(): Promise<SweepResult>;
  /** Calls the sandbox as this person (Jira e-mail, Bitbucket nickname, Slack user id), or as the agent. */
  call(method: string, path: string, body?: unknown, as?: string): Promise<any>;
  /** This vendor's webhooks, the next thousand of them, do not arrive until they are released. */
  lose(vendor: Vendor): Promise<void>;
  release(): Promise<number>;
  /** Webhooks by where they are now. */
  webhooks(): Promise<Readonly<Record<string, number>>>;
  /** Finds that the inbox has not taken over yet. */
  pendingFinds(): number;
  /** The inbox as the API shows it, oldest first, without what was ignored. */
  events(query?: string): Promise<readonly EventView[]>;
  /** Waits until so many events are in the inbox, or more, and every one has its cycle (some wait for a person). */
  settled(atLeast: number): Promise<readonly EventView[]>;
  /** What does not hold (invariants.ts), once every cycle has ended; empty when all holds. */
  broken(): Promise<readonly string[]>;
  close(): Promise<void>;
}

const SECRETS = { jira: 'jira-secret', bitbucket: 'bitbucket-secret', slack: 'slack-secret' };
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export async function startProduct(temporal: TemporalHarness, file = ''): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  const [port = 0] = await freePorts(1);
  const sandbox = await runSandbox({
    file: join(folder, 'sandbox.db'),
    port: 0,
    webhookTarget: `http://127.0.0.1:${port}`,
    secrets: SECRETS,
    agentName: 'PM Agent',
    log: silent,
  });
  const config = configOf(folder, port, sandbox, file);
  const worker = await startWorker(temporal, config);
  let api: RunningApi | null = await runApi(config, quietLog);
  const call = caller(sandbox.url);
  const events = (query = ''): Promise<readonly EventView[]> => eventsOf(`http://127.0.0.1:${port}`, query);
  const stopApi = async (): Promise<void> => {
    await api?.close();
    api = null;
  };
  return {
    config,
    startApi: async () => {
      api = await runApi(config, quietLog);
    },
    stopApi,
    sweep: () =>
      temporal.client.workflow.execute<typeof reconcileSweep>(RECONCILE_SWEEP, {
        taskQueue: config.temporal.taskQueue,
        workflowId: `sweep-${randomUUID()}`,
        args: [null],
      }),
    call,
    lose: async (vendor) => {
      await call('POST', '/_faults', { vendor, kind: 'lose_webhook', times: 1_000 });
    },
    release: async () => {
      await call('DELETE', '/_faults');
      return (await call('POST', '/_webhooks/release')).released;
    },
    webhooks: async () => countBy((await call('GET', '/_state')).webhooks, (one: any) => one.state),
    pendingFinds: () => pendingFinds(config),
    events,
    settled: (atLeast) =>
      eventually(async () => {
        const all = await events();
        expect(all.length).toBeGreaterThanOrEqual(atLeast);
        expect(all.filter(({ status }) => status !== 'processed' && status !== 'started')).toEqual([]);
        return all;
      }, 30_000),
    broken: () =>
      brokenPromises({
        dataDir: folder,
        api: `http://127.0.0.1:${port}`,
        sandbox: sandbox.url,
        output: '',
        acknowledged: [],
        secrets: Object.values(SECRETS),
      }),
    close: async () => {
      await stopApi();
      await worker.close();
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string, port: number, sandbox: RunningSandbox, file: string): Config {
  const address = process.env.TEST_TEMPORAL_ADDRESS ?? '';
  const config = loadConfig(
    {
      DATA_DIR: folder,
      PORT: String(port),
      SANDBOX_URL: sandbox.url,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_TASK_QUEUE: `test-${randomUUID()}`,
      JIRA_WEBHOOK_SECRET: SECRETS.jira,
      BITBUCKET_WEBHOOK_SECRET: SECRETS.bitbucket,
      SLACK_SIGNING_SECRET: SECRETS.slack,
      COALESCE_WINDOW: '0s',
      ...(file === '' ? {} : { PM_AGENT_CONFIG: file }),
    },
    { cwd: folder },
  );
  return { ...config, temporal: { ...config.temporal, address, connectionOptions: { address } } };
}

async function startWorker(temporal: TemporalHarness, config: Config): Promise<{ close(): Promise<void> }> {
  const dependencies = createDependencies(config, quietLog);
  const connection = await NativeConnection.connect({ address: config.temporal.address });
  const worker = await Worker.create({
    connection,
    taskQueue: config.temporal.taskQueue,
    workflowBundle: temporal.bundle,
    activities: createLiveActivities(dependencies.deps),
    stickyQueueScheduleToStartTimeout: '1s',
  });
  const running = worker.run();
  return {
    close: async () => {
      worker.shutdown();
      await running;
      await dependencies.close();
      await connection.close();
    },
  };
}

function caller(url: string): Product['call'] {
  return async (method, path, body, as) => {
    const answer = await fetch(url + path, {
      method,
      headers: {
        authorization: authorizationOf(path, as),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status >= 400) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return text === '' ? null : JSON.parse(text);
  };
}

function authorizationOf(path: string, as: string | undefined): string {
  if (path.startsWith('/slack')) {
    return `Bearer ${as === undefined ? 'xoxb-agent' : `xoxp-${as}`}`;
  }
  return as === undefined ? 'Bearer agent' : `Basic ${Buffer.from(`${as}:any`).toString('base64')}`;
}

function pendingFinds({ inboxFile, mirrorFile }: Config): number {
  const inbox = new Database(inboxFile, { readonly: true });
  const mirror = new Database(mirrorFile, { readonly: true });
  try {
    const taken = inbox.prepare<[], number>('SELECT taken FROM sweep_intake').pluck().get() ?? 0;
    const count = mirror.prepare<[number], number>('SELECT count(*) FROM sweep_finds WHERE seq > ?').pluck();
    return count.get(taken) ?? 0;
  } finally {
    inbox.close();
    mirror.close();
  }
}

async function eventsOf(api: string, query: string): Promise<readonly EventView[]> {
  const answer = await fetch(`${api}/api/events?limit=500${query}`);
  const { items } = (await answer.json()) as { items: readonly EventView[] };
  return items.filter(({ status }) => status !== 'ignored').toReversed();
}

/** How many there are of each name. */
export function countBy<T>(all: readonly T[], nameOf: (one: T) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const one of all) {
    counts[nameOf(one)] = (counts[nameOf(one)] ?? 0) + 1;
  }
  return counts;
}
