/**
 * Acknowledgements: the API alone (Temporal absent, relay backing off) against bare Express with grouped FULL commits.
 * Both get the same signed bodies from the same generator, in turns, so that a drifting machine touches both.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { NODE_FLAGS } from '../src/start/parts.js';
import { freePorts } from '../test/support/stack.js';
import { absolute, against, median, type Result } from './result.js';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 16;
const SECRET = 'bench-secret';

export async function ack(): Promise<Record<string, Result>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ack-'));
  const bare = await startBare(folder);
  const product = await startApi(folder);
  try {
    const rounds: { readonly bare: Load; readonly product: Load }[] = [];
    await load(bare.url);
    await load(product.url);
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({ bare: await load(bare.url), product: await load(product.url) });
    }
    const value = median(rounds.map((round) => round.product.perSecond));
    const baseline = median(rounds.map((round) => round.bare.perSecond));
    const p99 = median(rounds.map((round) => round.product.p99));
    const bareP99 = median(rounds.map((round) => round.bare.p99));
    const baselineName = 'bare Express, grouped FULL commits';
    return {
      ack: against({ value, baseline, baselineName, unit: 'acks/s' }, { higherIsBetter: true, limit: 0.4 }),
      'ack-p99': absolute(p99, 'ms', 25, { baseline: bareP99, baselineName }),
    };
  } finally {
    await Promise.all([end(bare.process), end(product.process)]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Load {
  readonly perSecond: number;
  readonly p99: number;
}

/** One burst of distinct, signed comment events. Anything but 202 makes the figure worthless, so it throws. */
async function load(url: string): Promise<Load> {
  const result = await autocannon({
    url: `${url}/webhooks/jira`,
    connections: CONNECTIONS,
    duration: SECONDS,
    requests: [{ method: 'POST', setupRequest: (request) => ({ ...request, ...delivery() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}

let sent = 0;

function delivery() {
  sent += 1;
  const issue = {
    id: `${10_000 + (sent % 997)}`,
    key: `PAY-${1 + (sent % 997)}`,
    fields: { summary: 'Checkout fails' },
  };
  const body = JSON.stringify({
    timestamp: Date.now(),
    webhookEvent: 'comment_created',
    comment: {
      id: `${500_000 + sent}`,
      author: { accountId: '712020:ana', displayName: 'Ana Lindqvist', accountType: 'atlassian' },
      body: 'Could somebody look at this, please? It blocks the release of the new checkout for all shops in the north.',
      created: '2026-11-23T10:00:00.000+0000',
    },
    issue,
  });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'x-atlassian-webhook-identifier': randomUUID(),
      'x-hub-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
  };
}

interface Server {
  readonly url: string;
  readonly process: ChildProcess;
}

async function startBare(folder: string): Promise<Server> {
  const script = fileURLToPath(new URL('./baselines/express-grouped.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, join(folder, 'bare.db')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((done) =>
    child.stdout.once('data', (data: Buffer) => done(data.toString())),
  );
  return { url: `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`, process: child };
}

async function startApi(folder: string): Promise<Server> {
  const [port = 0, nobody = 0] = await freePorts(2);
  const cli = fileURLToPath(new URL('../bin/pm-agent.mjs', import.meta.url));
  const child = spawn(process.execPath, [...(NODE_FLAGS.api ?? []), cli, 'api'], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      TEMPORAL_ADDRESS: `127.0.0.1:${nobody}`,
      JIRA_WEBHOOK_SECRET: SECRET,
      LOG_FORMAT: 'json',
    },
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await fetch(`${url}/health`).catch(() => null))?.ok === true) {
      return { url, process: child };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the API did not start');
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.kill('SIGTERM');
  });
}
