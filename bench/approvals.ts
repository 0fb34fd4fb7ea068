/**
 * A thousand requests that wait at once, in the whole product: how long the list takes, how long from a decision to its
 * effect, and what the worker holds for waiting.
 */
import { Client, Connection } from '@temporalio/client';
import type { PlannedDelivery } from '../test/soak/schedule.js';
import { createSender } from '../test/soak/sender.js';
import { eventually } from '../test/support/eventually.js';
import { type Stack, startStack } from '../test/support/stack.js';
import { absolute, type Result } from './result.js';

const WAITING = 1_000;
/** Issues that are made, and deliveries that are sent, beside each other. */
const BATCH = 50;
const ALL_WAIT_WITHIN_MS = 600_000;
const LISTINGS = 200;
const DECISIONS = 50;
const CONFIG =
  'policy: { default: ask }\nbudgets: { perEvent: 1000000, perProjectPerDay: 1000000, perDay: 1000000 }\n';

interface Waiting {
  readonly id: string;
  readonly cycleId: string;
  readonly hash: string;
  /** `jira:PAY-17` */
  readonly target: string;
}

export async function approvals(): Promise<Record<string, Result>> {
  const stack = await startStack({ env: { COALESCE_WINDOW: '0s' }, config: CONFIG });
  try {
    await letWait(stack, DECISIONS, DECISIONS);
    const few = await measure(stack);
    await letWait(stack, WAITING, WAITING);
    const held = await heldBy(stack, await list(stack));
    const many = await measure(stack);
    const twin = (baseline: number) => ({ baseline, baselineName: 'the same with 50 that wait' });
    return {
      'approvals-list': absolute(many.listed, 'ms p95 to list 50 of 1,000', 100, twin(few.listed)),
      'approvals-effect': absolute(many.decided, 'ms p95 to the effect', 1_000, twin(few.decided)),
      'approvals-held': absolute(held, 'activities and tasks held by 50 that wait', 0),
    };
  } finally {
    await stack.dispose();
  }
}

/** Sends so many events more, and waits until `all` requests wait. */
async function letWait(stack: Stack, more: number, all: number): Promise<void> {
  const keys = await inBatches(more, () => createIssue(stack));
  const deliveries = keys.map(
    (key, n): PlannedDelivery => ({ id: `waits-${all}-${n}`, n, key, at: 0, sentAt: [0] }),
  );
  await createSender(stack, deliveries, Date.now()).run();
  await eventually(() => assertWaiting(stack, all), ALL_WAIT_WITHIN_MS, 2_000);
}

/** Decides over 50 of those that wait, one after the other. Milliseconds, 95th percentile. */
async function measure(stack: Stack): Promise<{ readonly listed: number; readonly decided: number }> {
  const listed = await timesOf(LISTINGS, () => list(stack));
  const decided: number[] = [];
  for (const one of await list(stack)) {
    decided.push(await decisionToEffect(stack, one));
  }
  return { listed: percentile(listed, 0.95), decided: percentile(decided, 0.95) };
}

async function assertWaiting(stack: Stack, all: number): Promise<void> {
  const text = await (await fetch(`${stack.api}/metrics`)).text();
  const pending = Number(/^pm_agent_approvals_pending (\d+)/m.exec(text)?.[1]);
  if (pending !== all) {
    throw new Error(`${pending} of ${all} requests wait`);
  }
}

async function list(stack: Stack): Promise<readonly Waiting[]> {
  const answer = await fetch(`${stack.api}/api/approvals?status=pending&limit=${DECISIONS}`);
  return ((await answer.json()) as { items: readonly Waiting[] }).items;
}

/** Until the vendor has got the call that is the effect. */
async function decisionToEffect(stack: Stack, { id, hash, target }: Waiting): Promise<number> {
  const path = `/issue/${target.replace('jira:', '')}/comment`;
  const startedAt = Date.now();
  const answer = await post(`${stack.api}/api/approvals/${id}/decision`, { decision: 'approve', hash });
  if (answer.status !== 200) {
    throw new Error(`the decision was answered ${answer.status}: ${await answer.text()}`);
  }
  return eventually(
    async () => {
      const received = await fetch(`${stack.sandbox}/_received?vendor=jira`);
      const { items } = (await received.json()) as {
        items: readonly { readonly method: string; readonly path: string; readonly at: string }[];
      };
      const effect = items.find((call) => call.method === 'POST' && call.path.endsWith(path));
      if (effect === undefined) {
        throw new Error(`nothing was written to ${target}`);
      }
      return Date.parse(effect.at) - startedAt;
    },
    60_000,
    20,
  );
}

/** Activities and workflow tasks that are pending at Temporal for cycles that only wait. */
async function heldBy(stack: Stack, waiting: readonly Waiting[]): Promise<number> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const { workflow } = new Client({ connection });
    const described = await Promise.all(waiting.map(({ cycleId }) => workflow.getHandle(cycleId).describe()));
    return described.reduce(
      (sum, { raw }) => sum + (raw.pendingActivities?.length ?? 0) + (raw.pendingWorkflowTask ? 1 : 0),
      0,
    );
  } finally {
    await connection.close();
  }
}

async function createIssue(stack: Stack): Promise<string> {
  const fields = { project: { key: 'PAY' }, summary: 'Waits for a person', issuetype: { name: 'Task' } };
  const answer = await post(`${stack.sandbox}/jira/rest/api/3/issue`, { fields });
  return ((await answer.json()) as { key: string }).key;
}

function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify(body),
  });
}

async function inBatches<T>(count: number, make: () => Promise<T>): Promise<readonly T[]> {
  const made: T[] = [];
  while (made.length < count) {
    made.push(...(await Promise.all(Array.from({ length: Math.min(BATCH, count - made.length) }, make))));
  }
  return made;
}

async function timesOf(count: number, work: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  while (times.length < count) {
    const startedAt = performance.now();
    await work();
    times.push(performance.now() - startedAt);
  }
  return times;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
