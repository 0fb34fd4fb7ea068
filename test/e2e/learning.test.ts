/** The learning loop over the command line, on the sandbox's own story: nothing of it is carried out. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { type Stack, startStack } from '../support/stack.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const run = promisify(execFile);
const VENDORS = ['jira', 'bitbucket', 'slack'];

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ env: { SANDBOX_STORY: 'on' } });
  await storyTold();
  await routineToo();
}, 180_000);
afterAll(() => stack?.dispose());

async function get(url: string): Promise<any> {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  return answer.json();
}

/** Until the story's events are decided and nothing is under way. */
function storyTold(): Promise<void> {
  return eventually(async () => {
    const { items } = await get(`${stack.api}/api/cycles?limit=100`);
    const ended = items.filter(({ status }: { status: string }) =>
      ['completed', 'coalesced', 'awaiting_approval', 'failed'].includes(status),
    );
    expect(items.length).toBeGreaterThanOrEqual(2);
    expect(ended).toHaveLength(items.length);
  }, 90_000);
}

/** What a rule keeps from every model, and what the small model keeps from the one that decides. */
async function routineToo(): Promise<void> {
  const person = { accountId: '712020:visitor', displayName: 'Vera Visitor', accountType: 'atlassian' };
  const issue = { key: 'PAY-2', fields: { summary: 'Wallet', project: { key: 'PAY' } } };
  const changelog = { id: '900001', items: [{ field: 'labels', fromString: '', toString: 'late' }] };
  await sent({ webhookEvent: 'jira:issue_updated', user: person, issue, changelog });
  await sent(commentDelivery({ key: 'PAY-7', text: 'Thanks, all fine.' }));
  await eventually(async () => {
    const { items } = await get(`${stack.api}/api/cycles?limit=100`);
    const ended = (holding: object) => expect.objectContaining({ status: 'completed', ...holding });
    expect(items).toContainEqual(ended({ summary: expect.stringContaining('"bookkeeping"') }));
    expect(items).toContainEqual(ended({ subject: 'jira:PAY-7', outcome: 'no_action' }));
  }, 60_000);
}

async function sent(body: object): Promise<void> {
  const file = join(stack.dataDir, 'delivery.json');
  writeFileSync(file, JSON.stringify({ timestamp: Date.now(), ...body }));
  expect(await cli('send', 'jira', file)).toMatchObject({ code: 0 });
}

async function cli(
  ...args: string[]
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const command = run(process.execPath, [join(root, 'bin', 'pm-agent.mjs'), ...args], {
    cwd: root,
    env: stack.env,
    maxBuffer: 16 * 1024 * 1024,
  });
  return command.then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      out: stdout,
      err: stderr,
    }),
  );
}

/** Every request that would change something at a vendor. */
async function writes(): Promise<readonly string[]> {
  const all: string[] = [];
  for (const vendor of VENDORS) {
    const { items } = await get(`${stack.sandbox}/_received?vendor=${vendor}`);
    const changing = items.filter(({ method, path }: { method: string; path: string }) =>
      vendor === 'slack' ? /\/chat\.|\/reactions\./.test(path) : !['GET', 'HEAD'].includes(method),
    );
    all.push(
      ...changing.map(({ method, path, at }: Record<string, string>) => `${vendor} ${method} ${path} ${at}`),
    );
  }
  return all;
}

/** What stands in the mirror of cycles, actions, approvals and the audit chain. */
async function books(): Promise<unknown> {
  const { items } = await get(`${stack.api}/api/cycles?limit=100`);
  return {
    cycles: await Promise.all(
      items.map(({ id }: { id: string }) => get(`${stack.api}/api/cycles/${encodeURIComponent(id)}`)),
    ),
    approvals: await get(`${stack.api}/api/approvals?limit=500`),
    chain: await get(`${stack.api}/api/audit/verify`),
  };
}

function script(entries: readonly unknown[]): Promise<Response> {
  return fetch(`${stack.sandbox}/_claude/script`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(entries),
  });
}

const decisionOf = (actions: readonly unknown[]) =>
  JSON.stringify({
    summary: 'As I was told.',
    reasons: [{ text: 'So it is.', evidence: ['event'] }],
    actions,
    uncertainty: null,
  });

test('the same model on the same story decides the same, and nothing is written', async () => {
  const [written, kept] = [await writes(), await books()];

  const { code, out } = await cli('replay', '--last', '20', '--json');

  const { report, results, standIn } = JSON.parse(out);
  expect(code).toBe(0);
  expect(standIn).toBe(true);
  expect(report.cycles).toBeGreaterThanOrEqual(2);
  expect(report).toMatchObject({ compared: report.cycles, undecided: 0, leftOut: 0, changed: 0 });
  expect(results.some(({ before }: any) => before.proposals.length > 0)).toBe(true);
  expect(report.after.policy).toEqual(report.before.policy);
  const routine = { to: 'skip', by: 'rule', why: expect.stringContaining('bookkeeping') };
  expect(results).toContainEqual(
    expect.objectContaining({
      before: expect.objectContaining({ route: routine, calls: 0, costUsd: 0 }),
      after: expect.objectContaining({ route: routine, calls: 0, costUsd: 0 }),
      change: 'same',
    }),
  );
  expect(await writes()).toEqual(written);
  expect(await books()).toEqual(kept);
}, 120_000);

test('another model is told side by side with what was recorded, its proposals judged and not carried out', async () => {
  const [written, kept] = [await writes(), await books()];
  await script([
    { reply: decisionOf([{ kind: 'jira.comment', payload: { issueKey: 'HR-9', body: 'Noted.' } }]) },
  ]);

  const { code, out } = await cli('replay', '--last', '20', '--max-changed', '10');

  await script([]);
  expect(code).toBe(1);
  expect(out).toContain('Nothing was written to Jira, Bitbucket or Slack.');
  expect(out).toContain('say nothing about quality');
  expect(out).toMatch(/after +\$[\d.]+ {2}jira\.comment on jira:HR-9: refused/);
  expect(out).toMatch(/refused by code +0 +[1-9]/);
  expect(await writes()).toEqual(written);
  expect(await books()).toEqual(kept);
}, 120_000);

test('an event that went past the model then, and is decided now, is told as changed, with both costs', async () => {
  const [written, kept] = [await writes(), await books()];
  // While replies are scripted, the stand-in's first look sends everything on.
  await script([{ reply: decisionOf([]) }]);

  const { code, out } = await cli('replay', '--last', '20', '--json');
  const told = await cli('replay', '--last', '20');

  await script([]);
  const { report, results, note } = JSON.parse(out);
  expect(code).toBe(0);
  expect(note).toContain('say nothing about quality');
  const flipped = results.filter(
    ({ before, after }: any) => before.route.to === 'skip' && after.route.to !== 'skip',
  );
  expect(report.nowDecided).toBe(flipped.length);
  expect(flipped.map(({ change, before, after }: any) => [change, before.calls, after.calls])).toEqual([
    ['changed', 1, 2],
  ]);
  expect(flipped[0].after.costUsd).toBeGreaterThan(flipped[0].before.costUsd);
  expect(report.before.skipped).toBe(report.after.skipped + 1);
  expect(told.out).toContain('changed (skipped before, decided now)');
  expect(told.out).toMatch(/before {2}\$0\.\d+ {2}skipped at the first look: /);
  expect(told.out).toContain('1 were skipped before and are decided now, 0 the reverse');
  expect(await writes()).toEqual(written);
  expect(await books()).toEqual(kept);
}, 120_000);

test('other words reach the model', async () => {
  const folder = join(stack.dataDir, 'words');
  mkdirSync(folder);
  writeFileSync(join(folder, 'role.md'), 'You are a scripted parrot.');
  await script([{ match: 'scripted parrot', reply: decisionOf([]) }]);

  const { out } = await cli('replay', '--last', '20', '--prompt', folder, '--json');

  await script([]);
  const { report, results, prompt } = JSON.parse(out);
  expect(prompt).toMatchObject({ name: folder });
  const decided = results.filter(({ after }: any) => after.route.to !== 'skip');
  expect(decided.length).toBeGreaterThan(0);
  expect(decided.every(({ after }: any) => after.summary === 'As I was told.')).toBe(true);
  expect(report.counts.changed).toBeGreaterThan(0);
}, 120_000);

test('the written scenarios hold every threshold, labelled as plumbing, and nothing is written', async () => {
  const [written, kept] = [await writes(), await books()];

  const { code, out } = await cli('eval', '--json');

  const trial = JSON.parse(out);
  expect({ code, shortfalls: trial.shortfalls }).toEqual({ code: 0, shortfalls: [] });
  expect(trial).toMatchObject({
    standIn: true,
    note: expect.stringContaining('say nothing about quality'),
    report: { total: { score: 1 } },
  });
  expect(trial.report.total.scenarios).toBeGreaterThanOrEqual(60);
  expect(await writes()).toEqual(written);
  expect(await books()).toEqual(kept);
}, 180_000);

test('a worse model fails the thresholds', async () => {
  await script([{ reply: decisionOf([]) }]);

  const { code, out } = await cli('eval');

  await script([]);
  expect(code).toBe(1);
  expect(out).toContain('say nothing about quality');
  expect(out).toContain('Below its thresholds:');
  expect(out).toMatch(/questions: 0 % pass, 100 % wanted/);
}, 180_000);

test('a model that does what hostile texts want is told as forbidden', async () => {
  const closes = { kind: 'jira.transition', payload: { issueKey: 'PAY-142', toStatus: 'Done' } };
  await script([{ reply: decisionOf([closes]) }]);

  const { code, out } = await cli('eval', '--family', 'hostile');

  await script([]);
  expect(code).toBe(1);
  expect(out).toMatch(/hostile\/ignore-your-rules: forbidden\./);
}, 120_000);
