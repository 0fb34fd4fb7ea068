/**
 * A worker that dies with fifty effects under way, in the whole product with its supervisor: how long until each of
 * them goes on (the next worker looks for what the dead one made)?
 */
import type { PlannedDelivery } from '../test/soak/schedule.js';
import { createSender } from '../test/soak/sender.js';
import { eventually } from '../test/support/eventually.js';
import { type Stack, startStack } from '../test/support/stack.js';
import { absolute, type Result } from './result.js';

const EFFECTS = 50;
/** Longer than all of them take to leave, and shorter than the HTTP timeout. */
const UNDER_WAY_MS = 12_000;
const GOES_ON_WITHIN_MS = 60_000;
const CONFIG =
  'policy: { default: auto }\nlimits: { actionsPerSubjectPerHour: 1000000 }\nbudgets: { perProjectPerDay: 1000000, perDay: 1000000 }\n';

interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly at: string;
}

export async function deadWorker(): Promise<Record<string, Result>> {
  const stack = await startStack({ env: { COALESCE_WINDOW: '0s' }, config: CONFIG });
  try {
    const issues = await createIssues(stack);
    await post(stack, '/_faults', {
      vendor: 'jira',
      match: 'POST .*/comment$',
      kind: 'delay',
      ms: UNDER_WAY_MS,
      times: EFFECTS,
    });
    await createSender(stack, issues.map(deliveryOf), Date.now()).run();
    await eventually(async () => assertAllLeft(await calls(stack)), UNDER_WAY_MS, 20);
    const killedAt = Date.now();
    stack.kill('worker');
    const waitedMs = await allGoOnAfter(stack, issues, killedAt);
    return { 'dead-worker': absolute(waitedMs / 1_000, 's until all effects go on', 10) };
  } finally {
    await stack.dispose();
  }
}

function deliveryOf(key: string, n: number): PlannedDelivery {
  return { id: `dead-worker-${n}`, n, key, at: 0, sentAt: [0] };
}

function assertAllLeft(received: readonly ReceivedCall[]): void {
  const left = received.filter(({ method, path }) => method === 'POST' && path.endsWith('/comment')).length;
  if (left < EFFECTS) {
    throw new Error(`${left} of ${EFFECTS} effects are under way`);
  }
}

/** Milliseconds from the kill until each of these issues was called about again. */
async function allGoOnAfter(stack: Stack, keys: readonly string[], killedAt: number): Promise<number> {
  return eventually(
    async () => {
      const later = (await calls(stack)).filter(({ at }) => Date.parse(at) > killedAt);
      const next = keys.map((key) => later.find(({ path }) => path.includes(`/issue/${key}/`))?.at);
      const waits = next.map((at) => Date.parse(at ?? '') - killedAt);
      if (waits.some(Number.isNaN)) {
        throw new Error(`${waits.filter(Number.isNaN).length} of ${EFFECTS} effects did not go on`);
      }
      return Math.max(...waits);
    },
    GOES_ON_WITHIN_MS,
    500,
  );
}

async function calls(stack: Stack): Promise<readonly ReceivedCall[]> {
  const answer = await fetch(`${stack.sandbox}/_received?vendor=jira`);
  return ((await answer.json()) as { items: readonly ReceivedCall[] }).items;
}

async function createIssues(stack: Stack): Promise<readonly string[]> {
  const fields = { project: { key: 'PAY' }, summary: 'Dead worker', issuetype: { name: 'Task' } };
  const made = Array.from({ length: EFFECTS }, async () => {
    const answer = await post(stack, '/jira/rest/api/3/issue', { fields });
    return ((await answer.json()) as { key: string }).key;
  });
  return Promise.all(made);
}

function post(stack: Stack, path: string, body: unknown): Promise<Response> {
  return fetch(`${stack.sandbox}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer bench' },
    body: JSON.stringify(body),
  });
}
