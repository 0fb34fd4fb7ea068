/**
 * F19: the databases are restored from a backup that is some time old. What happened since is found again, and what was
 * done since is found at the vendors: each change is answered once, whatever Temporal kept.
 */
import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
  if (path === '/chat.postMessage' && body.metadata !== undefined && /"verbatim":true/.test(body.blocks)) {
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

/** The one request that waits for this issue; `besides` is one that is over. */
function asked(key: string, besides: string | null = null): Promise<ApprovalView> {
  return eventually(async () => {
    const waiting = (await pending()).filter(({ target }) => target === `jira:${key}`);
    expect(waiting).toHaveLength(1);
    expect(waiting[0]?.id).not.toBe(besides);
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

/** Everything at once that a restore can meet, on issues of their own. */
interface Scenario {
  readonly thread: string;
  /** What the agent wrote before the crash. */
  readonly written: Readonly<Record<string, number>>;
  /** Requests that waited when the backup was taken: one still did at the crash, one was approved and carried out since. */
  readonly waiting: ApprovalView;
  readonly decided: ApprovalView;
  /** A request that was opened since. */
  readonly opened: ApprovalView;
  /** The cycle that was under way, on a subject that the backup does not know. */
  readonly underWay: string;
  readonly told: string;
}

let scenario: Scenario;

/** Ends with the restored databases in place, Temporal running, and a worker that has no API yet. */
async function crashAndRestore(loseMore: () => void): Promise<void> {
  await startAll();
  const thread = await answerBefore();
  const waiting = await reportBug('Waits when the backup is taken');
  const decided = await reportBug('Is decided since');
  const folder = await backup();

  await answerInTheGap(thread);
  await approve(decided);
  const written = {
    'PAY-1': 1,
    'PAY-2': 1,
    'PAY-5': 1,
    'pull request 1': 1,
    'pull request 2': 1,
    [`thread ${thread}`]: 2,
    [keyOf(decided)]: 1,
  };
  await eventually(async () => expect(await answers()).toEqual(written), 60_000);
  const opened = await reportBug('Is opened since');
  const underWay = await hangCycleOn('PAY-6');
  await killAll();
  await json(`${parts.sandbox}/_faults`, { method: 'DELETE' });
  loseMore();

  const told = await pmAgent('restore', folder);
  await parts.start('temporal');
  await parts.start('worker', { waits: false });
  scenario = { thread, written, waiting, decided, opened, underWay, told };
}

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

async function answerInTheGap(thread: string): Promise<void> {
  await commentOn('PAY-2', QUESTION);
  await commentOn('PAY-5', QUESTION);
  await askOnPullRequest(2);
  await say('<@U0PMAGENT> and what about PAY-5?', thread);
}

/** Answers the cycle that reads this issue for ever. */
async function hangCycleOn(key: string): Promise<string> {
  await hangReadsOf(key);
  await commentOn(key, QUESTION);
  return eventually(async () => {
    const [row] = await events(`&status=started&subject=jira:${key}`);
    expect(await cycle(row?.cycleId ?? '')).toMatchObject({ status: 'running' });
    return row?.cycleId ?? '';
  }, 30_000);
}

async function cycle(id: string): Promise<any> {
  return json(`${parts.api}/api/cycles/${id}`);
}

/** The agent wrote there once, and no event is open any more that could change that. */
async function answeredOnce(key: string): Promise<void> {
  await eventually(async () => {
    expect((await answers())[key]).toBe(1);
    expect(await events(`&status=received&subject=jira:${key}`)).toEqual([]);
    expect(await events(`&status=started&subject=jira:${key}`)).toEqual([]);
  }, REFILL_MS);
}

/** Both ways: what was found again is what had happened since, and everything that the agent wrote stands as it was. */
async function gapIsRefilled(): Promise<void> {
  const { written, thread, opened } = scenario;
  const subjects = [
    'jira:PAY-2',
    'jira:PAY-5',
    'jira:PAY-6',
    `jira:${keyOf(opened)}`,
    'bitbucket:acme/pay-api#2',
    `slack:C0PAY/${thread}`,
  ].sort();
  await eventually(async () => {
    const found = await events('&origin=reconcile');
    expect(found.map(({ subject }) => subject).sort()).toEqual(subjects);
    const open = found.filter(({ status }) => status === 'received' || status === 'started');
    // A request waits for a person.
    expect(open.map(({ subject }) => subject)).toEqual([`jira:${keyOf(opened)}`]);
  }, REFILL_MS);
  expect(await answers()).toEqual({ ...written, 'PAY-6': 1 });
}

async function everythingHolds(): Promise<void> {
  await commentOn('PAY-3', QUESTION);
  await answeredOnce('PAY-3');
  await parts.settled(REFILL_MS);
  expect(await parts.broken()).toEqual([]);
  expect(await audit('restored')).toMatchObject([
    { data: { copyHead: { seq: expect.any(Number) }, lostHead: { seq: expect.any(Number) } } },
  ]);
}

describe('F19: a restore from an older backup, and Temporal kept its store', () => {
  beforeAll(() => crashAndRestore(() => undefined), 300_000);
  afterAll(() => parts.dispose());

  test('a cycle that runs on and that the backup does not know stands back, and is answered by another', async () => {
    const { underWay } = scenario;
    await eventually(async () => expect(await lastFailureOf(underWay)).toContain('stands back'), 90_000);
    expect((await answers())['PAY-6']).toBeUndefined();

    await parts.start('api');
    await answeredOnce('PAY-6');

    await eventually(async () => {
      expect(await cycle(underWay)).toMatchObject({ status: 'cancelled', actions: [] });
    }, 60_000);
  }, 400_000);

  test('the gap is refilled, and each change stays answered once', gapIsRefilled, 400_000);

  test('a request that waited when the backup was taken waits still, and is carried out once', async () => {
    const { waiting } = scenario;

    const after = await asked(keyOf(waiting));
    await approve(after);

    expect(after.id).toBe(waiting.id);
    await answeredOnce(keyOf(waiting));
  }, 400_000);

  test('a request that was approved and carried out since is told by Temporal, and nobody is asked again', async () => {
    const { decided } = scenario;

    await answeredOnce(keyOf(decided));

    expect(await cycle(decided.cycleId)).toMatchObject({
      status: 'completed',
      outcome: 'acted',
      actions: [{ status: 'executed' }],
    });
    expect((await pending()).filter(({ target }) => target === decided.target)).toEqual([]);
    expect((await audit('effect.refilled')).map(({ cycleId }) => cycleId)).toContain(decided.cycleId);
  }, 400_000);

  test('a request that was opened since waits in Temporal for nobody: it is withdrawn and asked anew', async () => {
    const { opened } = scenario;

    const again = await asked(keyOf(opened), opened.id);
    await approve(again);

    await answeredOnce(keyOf(opened));
    expect(await cycle(opened.cycleId)).toMatchObject({ status: 'cancelled' });
  }, 400_000);

  test('the promises hold, the chain says what was lost, and it goes on as ever', async () => {
    expect(scenario.told).toContain('searches the vendors');
    await everythingHolds();
  }, 400_000);
});

describe('F19: a restore from an older backup, and Temporal lost its store too', () => {
  beforeAll(async () => {
    await crashAndRestore(wipeTemporal);
    await parts.start('api');
  }, 400_000);
  afterAll(() => parts.dispose());

  test('the gap is refilled, and each change stays answered once', gapIsRefilled, 400_000);

  test.each(['waiting', 'decided', 'opened'] as const)(
    'a request that was %s is asked again, and whatever was done is not done twice',
    async (which) => {
      const before = scenario[which];

      const again = await asked(keyOf(before), before.id);
      await approve(again);

      await answeredOnce(keyOf(before));
      expect(await cycle(again.cycleId)).toMatchObject({
        outcome: 'acted',
        actions: [{ status: 'executed' }],
      });
    },
    400_000,
  );

  test('the promises hold, and it goes on as ever', everythingHolds, 400_000);
});
