/**
 * F19: the databases are restored from a backup that is some time old. What happened since is found again, and what was
 * done since is found at the vendors: each change is answered once, whatever Temporal kept.
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { eventually } from '../support/eventually.js';
import { createParts, type PartName, type Parts } from '../support/parts.js';

const run = promisify(execFile);
const PROGRAM = resolve(fileURLToPath(new URL('../../bin/pm-agent.mjs', import.meta.url)));

const CONFIG = `
teams:
  - id: payments
    jira: { projects: [PAY] }
    bitbucket: { repositories: [acme/pay-api] }
    slack: { channel: C0PAY }
`;
const ANA = 'ana@acme.example';
/** What left right before the crash may be at work for 45 s; the sweep comes every ten. */
const REFILL_MS = 150_000;

let parts: Parts;
afterEach(() => parts.dispose());

async function startAll(): Promise<void> {
  parts = await createParts({ SWEEP_EVERY: '10s' });
  writeFileSync(join(parts.dataDir, 'pm-agent.yaml'), CONFIG);
  for (const part of ['temporal', 'sandbox', 'api', 'worker'] as const) {
    await parts.start(part);
  }
}

/** One command of the command line, as an operator types it. */
async function pmAgent(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [PROGRAM, ...args], { cwd: parts.dataDir, env: parts.env });
  return stdout;
}

async function backup(): Promise<string> {
  const { folder } = JSON.parse(await pmAgent('backup', '--json')) as { folder: string };
  return folder;
}

/** kill -9 of everything that is ours; the vendors live on. */
async function killAll(): Promise<void> {
  for (const part of ['api', 'worker', 'temporal'] as const satisfies readonly PartName[]) {
    await parts.kill(part);
  }
}

function wipeTemporal(): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(join(parts.dataDir, `temporal.db${suffix}`), { force: true });
  }
}

async function startAgain(): Promise<void> {
  for (const part of ['temporal', 'api', 'worker'] as const) {
    await parts.start(part);
  }
}

async function json<T = any>(url: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(`${init.method ?? 'GET'} ${url}: ${answer.status} ${text}`);
  }
  return JSON.parse(text) as T;
}

function post<T = any>(path: string, body: unknown, authorization: string): Promise<T> {
  return json(`${parts.sandbox}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify(body),
  });
}

const basic = (who: string) => `Basic ${Buffer.from(`${who}:any`).toString('base64')}`;

async function commentOn(key: string, text: string): Promise<void> {
  await post(`/jira/rest/api/2/issue/${key}/comment`, { body: text }, basic(ANA));
}

const QUESTION = '@PM Agent what is the status of this?';

async function askOnPullRequest(id: number): Promise<void> {
  const path = `/bitbucket/2.0/repositories/acme/pay-api/pullrequests/${id}/comments`;
  await post(path, { content: { raw: QUESTION } }, basic('ana'));
}

/** Answers the message's ts. */
async function say(text: string, threadTs?: string): Promise<string> {
  const body = { channel: 'C0PAY', text, ...(threadTs === undefined ? {} : { thread_ts: threadTs }) };
  return (await post<{ ts: string }>('/slack/chat.postMessage', body, 'Bearer xoxp-U0ANA')).ts;
}

/** How often the agent wrote where, as the vendors took it. */
async function answers(): Promise<Readonly<Record<string, number>>> {
  const { items } = await json<{ items: any[] }>(`${parts.sandbox}/_received`);
  const counts: Record<string, number> = {};
  for (const { method, path, body, status } of items) {
    const place = method === 'POST' && status < 300 ? placeOf(path, body) : null;
    if (place !== null) {
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return counts;
}

function placeOf(path: string, body: any): string | null {
  if (/issue\/[^/]+\/comment$/.test(path) && body.properties !== undefined) {
    return /issue\/([^/]+)/.exec(path)?.[1] ?? null;
  }
  if (/pullrequests\/\d+\/comments$/.test(path) && String(body.content?.raw).includes('ref pm-agent:')) {
    return `pull request ${/pullrequests\/(\d+)/.exec(path)?.[1]}`;
  }
  if (path === '/chat.postMessage' && body.metadata !== undefined && body.blocks === undefined) {
    return `thread ${body.thread_ts}`;
  }
  if (/issue\/[^/]+\/transitions$/.test(path)) {
    return `move of ${/issue\/([^/]+)/.exec(path)?.[1]}`;
  }
  return null;
}

interface EventView {
  readonly id: string;
  readonly subject: string;
  readonly eventType: string;
  readonly status: string;
  readonly origin: string;
  readonly cycleId: string;
}

async function events(query = ''): Promise<readonly EventView[]> {
  return (await json<{ items: EventView[] }>(`${parts.api}/api/events?limit=500${query}`)).items;
}

/** Waits until the sweep found so many changes, and each of them came to its end. */
function refilled(count: number): Promise<void> {
  return eventually(
    async () => {
      expect(await events('&origin=reconcile')).toHaveLength(count);
      expect(await events('&status=received')).toEqual([]);
      expect(await events('&status=started')).toEqual([]);
    },
    REFILL_MS,
    250,
  );
}

/** Reading this issue takes longer than anybody waits for it. */
async function hangReadsOf(key: string): Promise<void> {
  await json(`${parts.sandbox}/_faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      vendor: 'jira',
      match: `GET .*issue/${key}`,
      kind: 'delay',
      ms: 60_000,
      times: 5,
    }),
  });
}

/** Without an API nobody says whether it polls. */
async function startWorkerAlone(): Promise<void> {
  await parts.start('worker', { waits: false });
}

/** What Temporal shows of the activity that is under way. */
async function lastFailureOf(cycleId: string): Promise<string> {
  const connection = await Connection.connect({ address: parts.temporalAddress });
  try {
    const { raw } = await new Client({ connection }).workflow.getHandle(cycleId).describe();
    return raw.pendingActivities?.[0]?.lastFailure?.message ?? '';
  } finally {
    await connection.close();
  }
}

async function audit(kind: string): Promise<readonly any[]> {
  const { items } = await json<{ items: any[] }>(`${parts.api}/api/audit?limit=500`);
  return items.filter((item) => item.kind === kind);
}

/** What happens before the backup and, on other issues, after it. Answers the thread. */
async function answerBefore(): Promise<string> {
  await commentOn('PAY-1', QUESTION);
  await askOnPullRequest(1);
  const thread = await say('<@U0PMAGENT> what is the status of PAY-4?');
  await eventually(async () => {
    expect(await answers()).toEqual({ 'PAY-1': 1, 'pull request 1': 1, [`thread ${thread}`]: 1 });
  }, 60_000);
  await parts.settled();
  return thread;
}

async function answerInTheGap(thread: string): Promise<Readonly<Record<string, number>>> {
  await commentOn('PAY-2', QUESTION);
  await commentOn('PAY-5', QUESTION);
  await askOnPullRequest(2);
  await say('<@U0PMAGENT> and what about PAY-5?', thread);
  const expected = {
    'PAY-1': 1,
    'PAY-2': 1,
    'PAY-5': 1,
    'pull request 1': 1,
    'pull request 2': 1,
    [`thread ${thread}`]: 2,
  };
  await eventually(async () => expect(await answers()).toEqual(expected), 60_000);
  await parts.settled();
  return expected;
}

test.each([
  ['kept its store', () => undefined],
  ['lost its store too', wipeTemporal],
])(
  'F19: a backup from before some answers, and Temporal %s: the gap is refilled, each change stays answered once',
  async (_what, loseMore) => {
    await startAll();
    const thread = await answerBefore();
    const folder = await backup();
    const expected = await answerInTheGap(thread);
    await killAll();
    loseMore();

    const told = await pmAgent('restore', folder);
    await startAgain();
    await refilled(4);

    expect(told).toContain('searches the vendors');
    expect(await answers()).toEqual(expected);
    expect(await parts.broken()).toEqual([]);
    expect(await audit('restored')).toMatchObject([
      { data: { copyHead: { seq: expect.any(Number) }, lostHead: { seq: expect.any(Number) } } },
    ]);
    // And it goes on as ever.
    await commentOn('PAY-3', QUESTION);
    await eventually(async () => expect(await answers()).toEqual({ ...expected, 'PAY-3': 1 }), 30_000);
  },
  400_000,
);

interface ApprovalView {
  readonly id: string;
  readonly cycleId: string;
  readonly hash: string;
  readonly target: string;
}

async function pending(): Promise<readonly ApprovalView[]> {
  return (await json<{ items: ApprovalView[] }>(`${parts.api}/api/approvals?status=pending`)).items;
}

/** A new issue without a word: the agent wants to ask for more, and the policy wants a person to look first. */
async function reportBug(summary: string): Promise<ApprovalView> {
  const fields = { project: { key: 'PAY' }, summary, issuetype: { name: 'Bug' } };
  const { key } = await post<{ key: string }>('/jira/rest/api/2/issue', { fields }, basic(ANA));
  return asked(key);
}

/** The one request that waits for this issue. */
function asked(key: string): Promise<ApprovalView> {
  return eventually(async () => {
    const waiting = (await pending()).filter(({ target }) => target === `jira:${key}`);
    expect(waiting).toHaveLength(1);
    return waiting[0] as ApprovalView;
  }, REFILL_MS);
}

const keyOf = ({ target }: ApprovalView) => target.replace('jira:', '');

async function approve({ id, hash }: ApprovalView): Promise<void> {
  await json(`${parts.api}/api/approvals/${id}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ decision: 'approve', hash }),
  });
}

async function answeredOnce(key: string, withinMs = REFILL_MS): Promise<void> {
  await eventually(async () => expect((await answers())[key]).toBe(1), withinMs, 100);
  await parts.settled(REFILL_MS);
  expect((await answers())[key]).toBe(1);
}

async function cycle(id: string): Promise<any> {
  return json(`${parts.api}/api/cycles/${id}`);
}

test('F19: a request for approval that waited when the backup was taken waits still, and is carried out once', async () => {
  await startAll();
  const before = await reportBug('Refund twice');
  const folder = await backup();
  await commentOn('PAY-2', QUESTION);
  await eventually(async () => expect((await answers())['PAY-2']).toBe(1), 60_000);
  await killAll();

  await pmAgent('restore', folder);
  await startAgain();
  const after = await asked(keyOf(before));
  await approve(after);

  expect(after.id).toBe(before.id);
  await answeredOnce(keyOf(before));
  await answeredOnce('PAY-2');
  expect(await parts.broken()).toEqual([]);
}, 400_000);

test('F19: a request that was approved and carried out since is told by Temporal, and asked nobody again', async () => {
  await startAll();
  const request = await reportBug('Refund twice');
  const folder = await backup();
  await approve(request);
  await answeredOnce(keyOf(request), 60_000);
  await killAll();

  await pmAgent('restore', folder);
  await startAgain();
  await parts.settled(REFILL_MS);

  expect(await cycle(request.cycleId)).toMatchObject({
    status: 'completed',
    outcome: 'acted',
    actions: [{ status: 'executed' }],
  });
  expect(await pending()).toEqual([]);
  expect(await audit('effect.refilled')).toHaveLength(1);
  expect((await answers())[keyOf(request)]).toBe(1);
  expect(await parts.broken()).toEqual([]);
}, 400_000);

test('F19: the same where Temporal lost its store: a person is asked again, and nothing is done twice', async () => {
  await startAll();
  const request = await reportBug('Refund twice');
  const folder = await backup();
  await approve(request);
  await answeredOnce(keyOf(request), 60_000);
  await killAll();
  wipeTemporal();

  await pmAgent('restore', folder);
  await startAgain();
  const again = await eventually(async () => {
    const one = await asked(keyOf(request));
    expect(one.id).not.toBe(request.id);
    return one;
  }, REFILL_MS);
  await approve(again);
  await parts.settled(REFILL_MS);

  expect((await answers())[keyOf(request)]).toBe(1);
  expect(await cycle(again.cycleId)).toMatchObject({ outcome: 'acted', actions: [{ status: 'executed' }] });
  expect(await parts.broken()).toEqual([]);
}, 400_000);

test('F19: a request that was opened since waits in Temporal for nobody: it is withdrawn and asked anew', async () => {
  await startAll();
  await answerBefore();
  const folder = await backup();
  const lost = await reportBug('Refund twice');
  await killAll();

  await pmAgent('restore', folder);
  await startAgain();
  const again = await asked(keyOf(lost));
  await approve(again);

  expect(again.id).not.toBe(lost.id);
  await answeredOnce(keyOf(lost));
  expect(await cycle(lost.cycleId)).toMatchObject({ status: 'cancelled' });
  expect(await parts.broken()).toEqual([]);
}, 400_000);

test('F19: a cycle that runs on in Temporal and that the backup does not know stands back', async () => {
  await startAll();
  await answerBefore();
  const folder = await backup();
  await hangReadsOf('PAY-6');
  await commentOn('PAY-6', QUESTION);
  const [lost] = await eventually(async () => {
    const started = await events('&status=started&subject=jira:PAY-6');
    expect(started).toHaveLength(1);
    return started;
  }, 30_000);
  await eventually(async () => expect(await cycle(lost?.cycleId ?? '')).toMatchObject({ status: 'running' }));
  await killAll();
  await json(`${parts.sandbox}/_faults`, { method: 'DELETE' });

  await pmAgent('restore', folder);
  await parts.start('temporal');
  await startWorkerAlone();
  await eventually(
    async () => expect(await lastFailureOf(lost?.cycleId ?? '')).toContain('stands back'),
    90_000,
  );
  expect((await answers())['PAY-6']).toBeUndefined();
  await parts.start('api');
  await answeredOnce('PAY-6');

  expect(await cycle(lost?.cycleId ?? '')).toMatchObject({ status: 'cancelled', actions: [] });
  expect(await parts.broken()).toEqual([]);
}, 400_000);
