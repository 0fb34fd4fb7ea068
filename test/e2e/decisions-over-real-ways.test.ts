/**
 * Decisions at the same moment over the ways that people really have: a token at the HTTP API, the command line as a process,
 * a signed click in Slack, and signals in Temporal, while the worker is killed. Driven only from outside.
 */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import fc from 'fast-check';
import { eventually } from '../support/eventually.js';
import { type Stack, startStack } from '../support/stack.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const run = promisify(execFile);

/** One person for each way, so that whoever is named tells which way won. */
const CONFIG = `
people:
  - { id: lead-api, name: Ada Api, roles: [lead] }
  - { id: lead-cli, name: Cleo Cli, roles: [lead] }
  - { id: lead-slack, name: Ana Lindqvist, slack: U0ANA, roles: [lead] }
  - { id: lead-temporal, name: Tom Temporal, roles: [lead] }
teams:
  - { id: payments, members: [lead-slack], jira: { projects: [PAY] }, slack: { channel: C0PAY } }
policy:
  default: ask
  rules:
    - { name: a lead decides, when: { action: jira.comment }, verdict: ask, approvers: { roles: [lead] } }
`;
const BO = '712020:b0c40000-0000-4000-8000-000000000002';
const ISSUES = ['PAY-1', 'PAY-2', 'PAY-3', 'PAY-4', 'PAY-5', 'PAY-6', 'PAY-7'];
const ROUNDS = 4;
/** When the worker is killed, in milliseconds after the first decision of a round may come. */
const KILLED_AFTER_MS = [0, 40, 200, 600] as const;

type Way = 'api' | 'cli' | 'slack' | 'temporal';
type Verdict = 'approve' | 'reject';

interface Waiting {
  readonly key: string;
  readonly approvalId: string;
  readonly cycleId: string;
  readonly hash: string;
}

/** What one way does about one request. A click in Slack approves: its rejection is a form, which no two people fill in at once. */
interface Attempt {
  readonly way: Way;
  readonly verdict: Verdict;
  readonly afterMs: number;
}

let stack: Stack;
let client: Client;
let connection: Connection;
const tokens: Record<string, string> = {};

beforeAll(async () => {
  stack = await startStack({ config: CONFIG });
  connection = await Connection.connect({ address: stack.temporalAddress });
  client = new Client({ connection });
  for (const person of ['lead-api', 'lead-cli']) {
    const made = JSON.parse(
      await cli(
        tokens['lead-api'],
        'token',
        'create',
        '--name',
        person,
        '--person',
        person,

        '--json',
      ),
    );
    tokens[person] = made.secret;
  }
}, 180_000);
afterAll(async () => {
  await connection?.close();
  await stack?.dispose();
});

async function cli(token: string | undefined, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'bin', 'pm-agent.mjs'), ...args], {
    cwd: root,
    env: { ...stack.env, ...(token === undefined ? {} : { PM_AGENT_TOKEN: token }) },
  });
  return stdout;
}

async function get(url: string): Promise<any> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${tokens['lead-api']}` } });
  expect(answer.status).toBe(200);
  return answer.json();
}

async function page(form: string, fields: Record<string, string>): Promise<void> {
  const answer = await fetch(`${stack.sandbox}/_page/${form}`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}

/** Somebody asks how each issue stands; answers when each request has its card. */
async function askAll(): Promise<readonly Waiting[]> {
  await Promise.all(
    ISSUES.map((issue) => page('jira', { issue, by: BO, text: '@PM Agent what is the status of this?' })),
  );
  return eventually(async () => {
    const { items } = await get(`${stack.api}/api/approvals?status=pending&limit=50`);
    const waiting = items.map((one: any) => ({
      key: one.target.slice('jira:'.length),
      approvalId: one.id,
      cycleId: one.cycleId,
      hash: one.hash,
    }));
    expect(waiting.map(({ key }: Waiting) => key).toSorted()).toEqual(ISSUES);
    await Promise.all(waiting.map((one: Waiting) => cardOf(one)));
    return waiting;
  }, 60_000);
}

/** What the sandbox shows of its card. */
async function cardOf({ approvalId }: Waiting): Promise<{ channel: string; ts: string; blocks: any[] }> {
  const { cards } = await get(`${stack.api}/api/approvals/${approvalId}`);
  expect(cards).toMatchObject([{ state: 'posted' }]);
  const { slack } = await get(`${stack.sandbox}/_state`);
  const card = slack.message.find((one: any) => one.channel === cards[0].channel && one.ts === cards[0].ts);
  expect(card).toBeDefined();
  return card;
}

/** Whoever comes second is refused, and whoever comes while the worker is away waits for it: what counted, the views tell. */
const WAYS: { readonly [W in Way]: (waiting: Waiting, verdict: Verdict) => Promise<unknown> } = {
  api: async ({ approvalId, hash }, decision) => {
    const answer = await fetch(`${stack.api}/api/approvals/${approvalId}/decision`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens['lead-api']}` },
      body: JSON.stringify({ decision, hash, ...(decision === 'reject' ? { reason: 'no' } : {}) }),
    });
    expect([200, 202, 409]).toContain(answer.status);
  },
  cli: async ({ approvalId }, verdict) => {
    const words = verdict === 'reject' ? ['--reason', 'no'] : [];
    const error = await cli(tokens['lead-cli'], verdict, approvalId, ...words).then(
      () => null,
      (cause: { stderr: string }) => cause.stderr,
    );
    expect(error ?? 'already').toMatch(/already/);
  },
  slack: async (waiting) => {
    const { channel, ts } = await cardOf(waiting);
    // A card that was rewritten meanwhile has no button any more.
    await page('slack-click', { channel, ts, by: 'U0ANA', actionId: 'pm_agent_approve' }).catch(
      () => undefined,
    );
  },
  temporal: ({ cycleId, key }, verdict) =>
    key === 'PAY-1'
      ? signalByProgram(cycleId, verdict)
      : client.workflow
          .getHandle(cycleId)
          .signal(verdict, { by: 'lead-temporal' })
          .catch(() => undefined),
};

/** `temporal workflow signal`, as the README tells it. A cycle that has ended takes none. */
async function signalByProgram(cycleId: string, verdict: Verdict): Promise<void> {
  const temporal = String(process.env.TEMPORAL_CLI_PATH ?? process.env.TEST_TEMPORAL_CLI);
  const to = ['--address', stack.temporalAddress, '--workflow-id', cycleId, '--name', verdict];
  await run(temporal, ['workflow', 'signal', ...to, '--input', '{"by":"lead-temporal"}']).catch(
    () => undefined,
  );
}

const attemptsOf = (way: Way) =>
  fc.record({
    way: fc.constant(way),
    verdict:
      way === 'slack' ? fc.constant<Verdict>('approve') : fc.constantFrom<Verdict>('approve', 'reject'),
    // The command line takes a second to start.
    afterMs: way === 'cli' ? fc.constant(0) : fc.constantFrom(0, 50, 700, 1_400),
  });
const rounds = fc.sample(
  fc.tuple(attemptsOf('api'), attemptsOf('cli'), attemptsOf('slack'), attemptsOf('temporal')),
  { numRuns: ISSUES.length * ROUNDS, seed: 20_261_130 },
);

/** All ways at once; in the last round one way, each in its turn, comes first, and the others when it is settled. */
async function decide(one: Waiting, index: number, round: number): Promise<void> {
  const attempts: readonly Attempt[] = rounds[round * ISSUES.length + index] ?? [];
  const first = round === ROUNDS - 1 ? attempts[index % attempts.length] : undefined;
  if (first !== undefined) {
    await WAYS[first.way](one, first.verdict);
    await settled(one);
  }
  await Promise.all(
    attempts
      .filter((attempt) => attempt !== first)
      .map(async ({ way, verdict, afterMs }) => {
        await sleep(afterMs);
        await WAYS[way](one, verdict);
      }),
  );
}

function settled({ approvalId }: Waiting): Promise<void> {
  return eventually(async () => {
    expect(await get(`${stack.api}/api/approvals/${approvalId}`)).not.toMatchObject({ status: 'pending' });
  }, 60_000);
}

async function decideAll(waiting: readonly Waiting[], round: number): Promise<void> {
  const killed = sleep(KILLED_AFTER_MS[round % KILLED_AFTER_MS.length]).then(() => stack.kill('worker'));
  await Promise.all([killed, ...waiting.map((one, index) => decide(one, index, round))]);
}

/** What Temporal's own history says was settled, each time. */
async function settledInHistory(cycleId: string): Promise<readonly any[]> {
  const history = await client.workflow.getHandle(cycleId).fetchHistory();
  return (history.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
    scheduled?.activityType?.name === 'settleApproval'
      ? [JSON.parse(Buffer.from(scheduled.input?.payloads?.[0]?.data ?? []).toString()).state]
      : [],
  );
}

const SETTLED = new Set([
  'approval.approved',
  'approval.rejected',
  'approval.expired',
  'approval.superseded',
]);
const WORD_OF: Readonly<Record<string, string>> = { approved: 'Approved', rejected: 'Rejected' };
const OUTCOME_OF: Readonly<Record<string, string>> = { approved: 'acted', rejected: 'rejected' };

/** One outcome, told alike by Temporal, the mirror's audit log, the API and the card in Slack. Answers how and by which way. */
async function outcomeOf(waiting: Waiting): Promise<{ readonly status: string; readonly channel: string }> {
  const { approvalId, cycleId, hash } = waiting;
  const cycle = await eventually(async () => {
    const now = await get(`${stack.api}/api/cycles/${cycleId}`);
    expect(now.status).toBe('completed');
    return now;
  }, 90_000);
  const approval = await get(`${stack.api}/api/approvals/${approvalId}`);
  const { status, channel, decidedBy, decidedByName } = approval;
  const { items } = await get(`${stack.api}/api/cycles/${cycleId}/audit`);
  const audited = items.filter(({ kind }: any) => SETTLED.has(kind));
  const [settled, ...more] = await settledInHistory(cycleId);

  expect(more).toEqual([]);
  expect(settled).toMatchObject({ status, hash, decidedBy: { id: decidedBy, channel } });
  expect(audited.map(({ kind }: any) => kind)).toEqual([`approval.${status}`]);
  expect(cycle.outcome).toBe(OUTCOME_OF[status]);
  expect(await client.workflow.getHandle(cycleId).result()).toMatchObject({ outcome: cycle.outcome });
  expect(cycle.actions).toMatchObject([{ hash, status: status === 'approved' ? 'executed' : 'rejected' }]);
  await eventually(async () => {
    const { blocks } = await cardOf(waiting);
    const told = JSON.stringify(blocks);
    expect(blocks.some(({ type }: any) => type === 'actions')).toBe(false);
    expect(told).toContain(WORD_OF[status]);
    expect(told).toContain(channel === 'temporal' ? 'lead-temporal' : decidedByName);
  }, 60_000);
  return { status, channel };
}

/** Comments that Jira took, by issue. */
async function comments(): Promise<ReadonlyMap<string, number>> {
  const { items } = await get(`${stack.sandbox}/_received?vendor=jira&limit=500`);
  const keys = items.flatMap(({ method, path, status }: any) =>
    method === 'POST' && path.endsWith('/comment') && status < 300
      ? [/issue\/([A-Z]+-\d+)/.exec(path)?.[1] ?? '']
      : [],
  );
  return new Map(ISSUES.map((key) => [key, keys.filter((one: string) => one === key).length]));
}

test(`${ISSUES.length * ROUNDS} requests decided over all ways at once while the worker is killed: one outcome each, four views that agree, no effect without its approval`, async () => {
  const approved = new Map(ISSUES.map((key) => [key, 0]));
  const ways = new Set<string>();
  const ends = new Set<string>();

  for (let round = 0; round < ROUNDS; round += 1) {
    const waiting = await askAll();
    await decideAll(waiting, round);
    for (const one of waiting) {
      const { status, channel } = await outcomeOf(one);
      ways.add(channel);
      ends.add(status);
      approved.set(one.key, (approved.get(one.key) ?? 0) + (status === 'approved' ? 1 : 0));
    }
  }

  expect(await comments()).toEqual(approved);
  expect([...ends].toSorted()).toEqual(['approved', 'rejected']);
  expect([...ways].toSorted()).toEqual(['api', 'cli', 'slack', 'temporal']);
  expect(await get(`${stack.api}/api/audit/verify`)).toMatchObject({ ok: true });
}, 600_000);
