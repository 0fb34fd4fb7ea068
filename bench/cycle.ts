/**
 * One idle cycle, from the 202 to `completed`, with a scripted instant model and no window; beside it a bare workflow
 * of three empty activities on the same server. Also how much memory the two processes hold while idle.
 */
import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { type Stack, startStack } from '../test/support/stack.js';
import { absolute, median, type Result } from './result.js';

const CYCLES = 50;
const WARM_UP = 10;

export async function cycle(): Promise<Record<string, Result>> {
  const stack = await startStack({
    config:
      'limits: { actionsPerSubjectPerHour: 1000000 }\nbudgets: { perProjectPerDay: 1000000, perDay: 1000000 }\n',
  });
  try {
    await settle(3_000);
    const memory = { worker: rssMb(stack.pidOf('worker')), api: rssMb(stack.pidOf('api')) };
    await scriptModel(stack);
    const times: number[] = [];
    for (let n = 0; n < WARM_UP + CYCLES; n += 1) {
      const took = await oneCycle(stack, n);
      if (n >= WARM_UP) {
        times.push(took);
      }
    }
    const bare = {
      baseline: median(await bareCycles(stack)),
      baselineName: 'bare workflow, three empty activities',
    };
    return {
      cycle: absolute(median(times), 'ms', 200, bare),
      'worker-idle-memory': absolute(memory.worker, 'MB', 220),
      'api-idle-memory': absolute(memory.api, 'MB', 120),
    };
  } finally {
    await stack.dispose();
  }
}

async function scriptModel(stack: Stack): Promise<void> {
  const reply = {
    summary: 'Answered.',
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions: [{ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'It is in progress.' } }],
    uncertainty: null,
  };
  await post(`${stack.sandbox}/_claude/script`, [{ reply }], {});
}

/** Milliseconds between the inbox row and the cycle's last write, by the product's own audit times. */
async function oneCycle(stack: Stack, n: number): Promise<number> {
  const body = JSON.stringify({
    timestamp: Date.now(),
    webhookEvent: 'comment_created',
    comment: {
      id: `${900_000 + n}`,
      author: { accountId: '712020:bench', displayName: 'Bench', accountType: 'atlassian' },
      body: 'How far is this?',
    },
    issue: { id: '10001', key: 'PAY-1', fields: { summary: 'x', project: { key: 'PAY' } } },
  });
  const secrets = JSON.parse(readFileSync(join(stack.dataDir, 'secrets.json'), 'utf8')) as { jira: string };
  const answer = await post(`${stack.api}/webhooks/jira`, body, {
    'x-atlassian-webhook-identifier': randomUUID(),
    'x-hub-signature': `sha256=${createHmac('sha256', secrets.jira).update(body).digest('hex')}`,
  });
  const { cycleId } = (await answer.json()) as { cycleId: string };
  for (let tries = 0; tries < 400; tries += 1) {
    await settle(25);
    const view = (await (await fetch(`${stack.api}/api/cycles/${cycleId}`)).json()) as {
      status: string;
      outcome: string;
      receivedAt: string;
      endedAt: string;
    };
    if (view.status === 'completed') {
      if (view.outcome !== 'acted') {
        throw new Error(`the cycle ended as ${view.outcome}`);
      }
      return Date.parse(view.endedAt) - Date.parse(view.receivedAt);
    }
  }
  throw new Error(`${cycleId} did not complete`);
}

async function bareCycles(stack: Stack): Promise<readonly number[]> {
  const taskQueue = `bare-${randomUUID()}`;
  const script = fileURLToPath(new URL('./baselines/bare-worker.ts', import.meta.url));
  const worker = spawn(process.execPath, ['--import', 'tsx', script, stack.temporalAddress, taskQueue], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => worker.once('exit', done));
  await new Promise((done) => worker.stdout.once('data', done));
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const client = new Client({ connection });
  const times: number[] = [];
  for (let n = 0; n < WARM_UP + CYCLES; n += 1) {
    const startedAt = performance.now();
    await client.workflow.execute('bareCycle', { taskQueue, workflowId: `bare-${randomUUID()}` });
    if (n >= WARM_UP) {
      times.push(performance.now() - startedAt);
    }
  }
  await connection.close();
  worker.kill('SIGTERM');
  await ended;
  return times;
}

function rssMb(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmRSS:\s+(\d+) kB/m);
  return Number(line?.[1]) / 1024;
}

async function post(url: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  if (!answer.ok) {
    throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  }
  return answer;
}

function settle(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
