/**
 * F36: 200 Slack deliveries a second, a third of them retries, as the sender sees their answers. First the API alone, in
 * turns with bare Express and grouped FULL commits; then the whole product, whose worker has more to answer than it can.
 * The sender is this process, which does nothing else; the servers are processes of their own.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStack } from '../test/support/stack.js';
import { type Load, load } from './load.js';
import { absolute, median, type Result } from './result.js';
import { SECRET, startApi, startBare } from './servers.js';
import { createStorm } from './slack-storm.js';

/** Milliseconds, a sixth of what Slack waits. */
const LIMIT_MS = 500;
const STORM = { path: '/webhooks/slack', connections: 16, rate: 200 };
const ROUNDS = 3;
const SECONDS = 20;
const WARM_SECONDS = 3;

export async function retryStorm(): Promise<Record<string, Result>> {
  const { product, bare } = await alone();
  return {
    'retry-storm-p99': absolute(median(product), 'ms', LIMIT_MS, {
      baseline: median(bare),
      baselineName: 'bare Express, grouped FULL commits',
    }),
    'retry-storm-busy-p99': absolute(await besideABusyWorker(), 'ms', LIMIT_MS),
  };
}

/** The 99th percentiles of both, round by round. */
async function alone(): Promise<{ readonly product: readonly number[]; readonly bare: readonly number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-retry-storm-'));
  const [bare, product] = [await startBare(folder), await startApi(folder)];
  const p99s: { readonly product: number[]; readonly bare: number[] } = { product: [], bare: [] };
  try {
    for (const { url } of [bare, product]) {
      await storm(url, SECRET, WARM_SECONDS);
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      p99s.bare.push((await storm(bare.url, SECRET, SECONDS / ROUNDS)).p99);
      p99s.product.push((await storm(product.url, SECRET, SECONDS / ROUNDS)).p99);
    }
    return p99s;
  } finally {
    await Promise.all([bare.end(), product.end()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function besideABusyWorker(): Promise<number> {
  const stack = await startStack({
    config:
      'limits: { actionsPerSubjectPerHour: 1000000 }\nbudgets: { perProjectPerDay: 1000000, perDay: 1000000 }\n',
  });
  try {
    const { slack } = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as {
      slack: string;
    };
    await storm(stack.api, slack, WARM_SECONDS);
    const { p99, perSecond } = await storm(stack.api, slack, SECONDS);
    console.log(`${perSecond} deliveries a second were acknowledged beside a busy worker`);
    return p99;
  } finally {
    await stack.dispose();
  }
}

function storm(url: string, secret: string, seconds: number): Promise<Load> {
  return load(url, { ...STORM, seconds, next: createStorm(secret) });
}
