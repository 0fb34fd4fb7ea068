/** Approvals in Slack on the whole product, driven only from outside: cards, clicks, kills, and every other way to decide. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { type Stack, startStack } from '../support/stack.js';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const run = promisify(execFile);

const CONFIG = `
people:
  - { id: lead-1, name: Ana Lindqvist, slack: U0ANA, roles: [lead] }
  - { id: dev-1, name: Bo Chen, slack: U0BO }
teams:
  - { id: payments, members: [lead-1, dev-1], jira: { projects: [PAY] }, slack: { channel: C0PAY } }
  - { id: web, members: [lead-1], jira: { projects: [WEB] }, slack: { channel: C0WEB } }
policy:
  default: ask
  rules:
    - { name: moving needs a lead, when: { action: jira.transition }, verdict: ask, approvers: { roles: [lead] } }
`;

interface Card {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly text: string;
  readonly blocks: any[] | null;
}

interface View {
  readonly id: string;
  readonly user: string;
  readonly view: any;
  readonly errors?: Readonly<Record<string, string>>;
}

interface Waiting {
  readonly cycleId: string;
  readonly approvalId: string;
  readonly hash: string;
  readonly key: string;
  readonly card: Card;
}

let stack: Stack;
let folder: string;
let token: string | null = null;
/** Of somebody who may not decide. */
let bo: string | null = null;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slack-e2e-'));
  const config = join(folder, 'pm-agent.yaml');
  writeFileSync(config, CONFIG);
  stack = await startStack({ env: { PM_AGENT_CONFIG: config } });
}, 120_000);
afterAll(async () => {
  await stack?.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function get<T = any>(url: string): Promise<T> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token ?? 'any'}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

const cli = (...args: string[]): Promise<string> => cliAs(token, ...args);

async function cliAs(secret: string | null, ...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(root, 'bin', 'pm-agent.mjs'), ...args], {
    cwd: root,
    env: { ...stack.env, ...(secret === null ? {} : { PM_AGENT_TOKEN: secret }) },
  });
  return stdout;
}

/** As anybody who reaches Temporal can. */
async function signal({ cycleId }: Waiting, input: string): Promise<void> {
  const temporal = String(process.env.TEMPORAL_CLI_PATH ?? process.env.TEST_TEMPORAL_CLI);
  const to = ['--address', stack.temporalAddress, '--workflow-id', cycleId];
  await run(temporal, ['workflow', 'signal', ...to, '--name', 'approve', '--input', input]);
}

async function page(form: string, fields: Record<string, string>): Promise<void> {
  const answer = await fetch(`${stack.sandbox}/_page/${form}`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}

async function slackState() {
  const { slack } = await get(`${stack.sandbox}/_state`);
  return {
    messages: slack.message as Card[],
    whispers: (slack.ephemeral ?? []) as { user: string; text: string }[],
    views: (slack.view ?? []) as View[],
  };
}

/** Somebody asks on an issue to move it on; answers when its card stands in Slack. */
async function askToMove(key: string): Promise<Waiting> {
  const { transitions } = await get(`${stack.sandbox}/jira/rest/api/2/issue/${key}/transitions`);
  const next = transitions.find((one: any) => one.to.statusCategory.key !== 'done').to.name;
  return askFor(key, `please move this to ${next}`);
}

/** Somebody asks on an issue how it stands. */
const askToComment = (key: string): Promise<Waiting> => askFor(key, 'what is the status of this?');

async function askFor(key: string, words: string): Promise<Waiting> {
  await page('jira', {
    issue: key,
    by: '712020:b0c40000-0000-4000-8000-000000000002',
    text: `@PM Agent ${words}`,
  });
  return eventually(async () => {
    const { items } = await get(`${stack.api}/api/approvals?status=pending`);
    const approval = items.find((one: any) => one.target === `jira:${key}`);
    expect(approval).toBeDefined();
    const { cards } = await get(`${stack.api}/api/approvals/${approval.id}`);
    expect(cards).toMatchObject([{ state: 'posted' }]);
    const card = await cardAt(cards[0].channel, cards[0].ts);
    const { cycleId, id: approvalId, hash } = approval;
    return { cycleId, approvalId, hash, key, card };
  }, 30_000);
}

async function cardAt(channel: string, ts: string): Promise<Card> {
  const card = (await slackState()).messages.find((one) => one.channel === channel && one.ts === ts);
  expect(card).toBeDefined();
  return card!;
}

type Button = 'approve' | 'edit' | 'reject' | 'ask' | 'snooze' | 'take_over';

function press({ card }: Waiting, by: string, button: `pm_agent_${Button}`): Promise<void> {
  const actionId = button;
  return page('slack-click', { channel: card.channel, ts: card.ts, by, actionId });
}

/** The form that somebody sees, once it is there. */
function formOf(user: string): Promise<View> {
  return eventually(async () => {
    const open = (await slackState()).views.filter((one) => one.user === user);
    expect(open).toHaveLength(1);
    return open[0]!;
  });
}

const fill = (view: View, fields: Record<string, string>): Promise<void> =>
  page('slack-view', { view: view.id, press: 'submit', ...fields });

/** The card of a request, when it tells this and has no buttons any more. */
function rewritten({ card }: Waiting, ...words: readonly (string | RegExp)[]): Promise<Card> {
  return eventually(async () => {
    const now = await cardAt(card.channel, card.ts);
    expect(now.blocks?.some(({ type }) => type === 'actions')).toBe(false);
    for (const word of words) {
      expect(JSON.stringify(now.blocks)).toMatch(word);
    }
    return now;
  }, 60_000);
}

async function moves(key: string): Promise<number> {
  const { items } = await get(`${stack.sandbox}/_received?vendor=jira`);
  return items.filter(
    (call: any) =>
      call.method === 'POST' && call.path.endsWith(`/issue/${key}/transitions`) && call.status < 300,
  ).length;
}

function outcomeOf({ cycleId }: Waiting, outcome: string): Promise<void> {
  return eventually(async () => {
    expect(await get(`${stack.api}/api/cycles/${cycleId}`)).toMatchObject({ status: 'completed', outcome });
  }, 60_000);
}

async function whisperTo(user: string, words: RegExp): Promise<void> {
  await eventually(async () => {
    const mine = (await slackState()).whispers.filter((one) => one.user === user);
    expect(mine.map(({ text }) => text).join('\n')).toMatch(words);
  }, 30_000);
}

describe('a card in the team’s channel', () => {
  test('is refused to whom the rule does not name, decided by whom it does, and rewritten; the effect comes once', async () => {
    const waiting = await askToMove('PAY-2');
    expect(waiting.card).toMatchObject({ channel: 'C0PAY', text: /^Approval wanted: Move PAY-2/ });

    await press(waiting, 'U0BO', 'pm_agent_approve');
    await press(waiting, 'U0EVA', 'pm_agent_approve');
    await whisperTo('U0BO', /not allowed.*only Ana Lindqvist/s);
    await whisperTo('U0EVA', /not allowed.*nobody in pm-agent\.yaml/s);
    expect(await moves('PAY-2')).toBe(0);

    await press(waiting, 'U0ANA', 'pm_agent_approve');
    await press(waiting, 'U0ANA', 'pm_agent_approve').catch(() => undefined);
    await outcomeOf(waiting, 'acted');

    await rewritten(waiting, /Approved: Move PAY-2/, /by Ana Lindqvist in Slack/, /Done/);
    expect(await moves('PAY-2')).toBe(1);
    const thread = (await slackState()).messages.filter(({ threadTs }) => threadTs === waiting.card.ts);
    expect(thread.map(({ text }) => text)).toEqual([
      expect.stringContaining('by Ana Lindqvist in Slack'),
      expect.stringMatching(/^\*Done\*/),
    ]);
    await eventually(async () => {
      const { items } = await get(`${stack.api}/api/cycles/${waiting.cycleId}/audit`);
      const refused = items.filter(({ kind }: any) => kind === 'decision.refused');
      expect(refused.map(({ actor }: any) => actor).sort()).toEqual(
        expect.arrayContaining(['slack:U0EVA', 'slack:dev-1']),
      );
      expect(items.map(({ kind }: any) => kind)).toContain('approval.card_posted');
    });
    expect(await get(`${stack.api}/api/audit/verify`)).toMatchObject({ ok: true });
    expect(await get(`${stack.api}/api/approvals/${waiting.approvalId}`)).toMatchObject({
      decidedBy: 'lead-1',
      channel: 'slack',
    });
  });

  test('is decided, refused and rewritten where the response_url of the click has expired', async () => {
    const expired = { vendor: 'slack', match: '^POST /actions/', kind: 'status', status: 404, times: 1_000 };
    const faults = `${stack.sandbox}/_faults`;
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([expired]),
    };
    expect((await fetch(faults, init)).status).toBe(200);
    const waiting = await askToMove('PAY-2');

    const movesBefore = await moves('PAY-2');
    const refusals = async () => (await slackState()).whispers.filter(({ user }) => user === 'U0BO').length;
    const before = await refusals();

    await press(waiting, 'U0BO', 'pm_agent_approve');
    await eventually(async () => expect(await refusals()).toBe(before + 1), 30_000);
    await press(waiting, 'U0ANA', 'pm_agent_approve');
    await outcomeOf(waiting, 'acted');

    await rewritten(waiting, /Approved: Move PAY-2/, /by Ana Lindqvist in Slack/, /Done/);
    expect(await moves('PAY-2')).toBe(movesBefore + 1);
    const { items } = await get(`${stack.sandbox}/_received?vendor=slack`);
    expect(items.filter(({ path }: any) => path.startsWith('/actions/'))).toEqual([]);
    expect((await fetch(faults, { method: 'DELETE' })).status).toBe(200);
  });

  test('is rejected by the form behind its button, with the reason', async () => {
    const waiting = await askToMove('PAY-3');
    await press(waiting, 'U0ANA', 'pm_agent_reject');
    await fill(await formOf('U0ANA'), { 'input:reason/reason_text': 'wrong target' });
    await outcomeOf(waiting, 'rejected');

    await rewritten(waiting, /Rejected: Move PAY-3/, /Reason: wrong target/);
    expect(await moves('PAY-3')).toBe(0);
  });
});

describe('the forms behind a card', () => {
  test('send back an edit that no schema takes, approve the one that is put right, and keep what was proposed', async () => {
    const waiting = await askToComment('WEB-5');
    const was = JSON.stringify(waiting.card.blocks);
    await press(waiting, 'U0ANA', 'pm_agent_edit');
    const form = await formOf('U0ANA');
    await fill(form, { 'input:body/edited': ' ' });
    const sentBack = await eventually(async () => {
      const view = await formOf('U0ANA');
      expect(view.errors).toEqual({ body: expect.stringContaining('is empty') });
      return view;
    });
    await fill(sentBack, { 'input:body/edited': 'Words of a *person*.' });
    await outcomeOf(waiting, 'acted');

    expect(was).not.toContain('Words of a');
    await rewritten(waiting, /by Ana Lindqvist in Slack/, /Words of a \*person\*/);
    const thread = (await slackState()).messages.filter(({ threadTs }) => threadTs === waiting.card.ts);
    expect(JSON.stringify(thread)).toMatch(/Changed before it was approved/);
    const { items } = await get(`${stack.api}/api/cycles/${waiting.cycleId}/audit`);
    const edited = items.find(({ kind }: any) => kind === 'approval.edited');
    expect(edited.data.hash).not.toBe(waiting.hash);
    const { actions } = await get(`${stack.api}/api/cycles/${waiting.cycleId}`);
    expect(actions).toMatchObject([
      { status: 'executed', hash: edited.data.hash, payload: { body: 'Words of a *person*.' } },
    ]);
  });

  test('offer the people of the issue, assign whom a person chose, and refuse that to whom the rule does not name', async () => {
    const waiting = await askFor('WEB-3', 'please assign this to Bo Chen');
    await press(waiting, 'U0EVA', 'pm_agent_edit');
    await whisperTo('U0EVA', /not allowed/);
    await press(waiting, 'U0ANA', 'pm_agent_edit');
    const form = await formOf('U0ANA');
    const { element } = form.view.blocks.find(({ type }: any) => type === 'input');
    const assignee = async () =>
      (await get(`${stack.sandbox}/jira/rest/api/2/issue/WEB-3?fields=assignee`)).fields.assignee?.accountId;
    const before = await assignee();
    const [other] = element.options.filter(
      ({ value, text }: any) => value !== before && /^(?!Bo |Nobody)/.test(text.text),
    );
    await fill(form, { 'input:accountId/edited': other.value });
    await outcomeOf(waiting, 'acted');

    expect(element.initial_option.text.text).toBe('Bo Chen');
    expect((await slackState()).views.filter(({ user }) => user === 'U0EVA')).toEqual([]);
    await rewritten(waiting, /by Ana Lindqvist in Slack/, new RegExp(`to ${other.text.text}`), /Done/);
    expect(await assignee()).toBe(other.value);
  });

  test('put a question, put it off, and take it over, with the card telling each', async () => {
    const waiting = await askToComment('WEB-5');
    const told = (words: RegExp) =>
      eventually(async () => {
        const { blocks } = await cardAt(waiting.card.channel, waiting.card.ts);
        expect(JSON.stringify(blocks)).toMatch(words);
      }, 30_000);

    await press(waiting, 'U0ANA', 'pm_agent_ask');
    await fill(await formOf('U0ANA'), { 'input:question/question_text': 'Who asked for this?' });
    await told(/Ana Lindqvist asks: Who asked for this\?/);
    await press(waiting, 'U0ANA', 'pm_agent_snooze');
    const until = new Date(Date.now() + 7_200_000).toISOString().slice(0, 16);
    await fill(await formOf('U0ANA'), { 'input:until/until_time': until });
    await told(new RegExp(`put off until <!date\\^${Date.parse(`${until}Z`) / 1_000}\\^`));
    await press(waiting, 'U0ANA', 'pm_agent_take_over');

    await rewritten(waiting, /No longer asked/, /by Ana Lindqvist in Slack/);
  });
});

describe('a decision by any other way rewrites the card:', () => {
  test('over the API', async () => {
    const waiting = await askToMove('WEB-2');
    expect(waiting.card.channel).toBe('C0WEB');
    const made = JSON.parse(await cli('token', 'create', '--name', 'ana', '--person', 'lead-1', '--json'));
    const url = `${stack.api}/api/approvals/${waiting.approvalId}/decision`;
    const decide = (headers: Record<string, string>) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ decision: 'approve', hash: waiting.hash }),
      });

    expect((await decide({})).status).toBe(401);
    token = made.secret;
    bo = JSON.parse(await cli('token', 'create', '--name', 'bo', '--person', 'dev-1', '--json')).secret;
    const wrong = await decide({ authorization: `Bearer ${bo}` });
    expect([wrong.status, JSON.stringify(await wrong.json())]).toEqual([
      403,
      expect.stringContaining('lets only Ana Lindqvist decide this'),
    ]);
    expect((await decide({ authorization: `Bearer ${token}` })).status).toBe(200);

    await rewritten(waiting, /Approved: Move WEB-2/, /by Ana Lindqvist over the API/, /Done/);
  });

  test('on the command line, and a click that comes later hears who and when', async () => {
    const waiting = await askToMove('PAY-4');
    const wrong = await cliAs(bo, 'reject', waiting.approvalId, '--reason', 'mine').catch((error) => error);
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('lets only Ana Lindqvist decide this'),
    ]);
    process.kill(stack.pidOf('worker'), 'SIGSTOP');
    await cli('reject', waiting.approvalId, '--reason', 'not yet');
    await press(waiting, 'U0ANA', 'pm_agent_approve');
    await whisperTo('U0ANA', /Ana Lindqvist already chose to reject at 2/);
    process.kill(stack.pidOf('worker'), 'SIGCONT');

    await rewritten(
      waiting,
      /Rejected: Move PAY-4/,
      /by Ana Lindqvist on the command line/,
      /Reason: not yet/,
    );
    expect(await moves('PAY-4')).toBe(0);
  });

  test('by a signal of the temporal CLI', async () => {
    const waiting = await askToMove('PAY-5');

    await signal(waiting, '{"by":"dev-1"}');
    await eventually(async () => {
      const { items } = await get(`${stack.api}/api/cycles/${waiting.cycleId}/audit`);
      const refused = items.find(({ kind }: any) => kind === 'decision.refused');
      expect(JSON.stringify(refused)).toMatch(/only lead-1 may decide this/);
    });
    expect(await moves('PAY-5')).toBe(0);
    await signal(waiting, '{"by":"lead-1"}');

    await rewritten(waiting, /Approved: Move PAY-5/, /a name is claimed and not proved/, /Done/);
  });
});

describe('nothing is lost', () => {
  test('of a click while the worker is down: it is told, and applied when the worker is back (F40)', async () => {
    const waiting = await askToMove('PAY-6');
    process.kill(stack.pidOf('worker'), 'SIGSTOP');

    await press(waiting, 'U0ANA', 'pm_agent_approve');
    await whisperTo('U0ANA', /recorded/);
    process.kill(stack.pidOf('worker'), 'SIGCONT');

    await outcomeOf(waiting, 'acted');
    await rewritten(waiting, /by Ana Lindqvist in Slack/);
    expect(await moves('PAY-6')).toBe(1);
  });

  test('of a click when the API is killed right after its 200', async () => {
    const waiting = await askToMove('PAY-7');
    process.kill(stack.pidOf('worker'), 'SIGSTOP');
    const before = await acknowledged();
    await press(waiting, 'U0ANA', 'pm_agent_approve');
    await eventually(
      async () => expect((await acknowledged()).filter((id) => !before.includes(id))).toHaveLength(1),
      15_000,
      1,
    );

    stack.kill('api');
    process.kill(stack.pidOf('worker'), 'SIGCONT');

    await eventually(async () => expect((await fetch(`${stack.api}/health`)).status).toBe(200), 30_000);
    await outcomeOf(waiting, 'acted');
    await rewritten(waiting, /Approved: Move PAY-7/, /Done/);
    expect(await moves('PAY-7')).toBe(1);
  });

  /** The newest clicks that were answered 200, as Slack sees it; its events have ids of another form. */
  async function acknowledged(): Promise<readonly string[]> {
    const { webhooks } = await get(`${stack.sandbox}/_state`);
    return webhooks
      .filter(({ vendor, state }: any) => vendor === 'slack' && state === 'delivered')
      .map(({ deliveryId }: any) => deliveryId)
      .filter((id: string) => id.includes('-'));
  }
});

describe('pm-agent.yaml, changed while all of it runs,', () => {
  const file = () => join(folder, 'pm-agent.yaml');
  const lines = (words: string) => stack.output().split(words).length - 1;

  test('holds for what is planned afterwards, and not for what was shown already', async () => {
    const shown = await askToMove('PAY-1');
    const before = lines('pm-agent.yaml changed:');
    writeFileSync(
      `${file()}.new`,
      CONFIG.replace('moving needs a lead', 'moving needs Bo').replace(
        'roles: [lead] } }',
        'people: [dev-1] } }',
      ),
    );
    renameSync(`${file()}.new`, file());
    await eventually(async () => expect(lines('pm-agent.yaml changed:')).toBe(before + 2));
    const planned = await askToMove('WEB-3');

    const [old, fresh] = await Promise.all(
      [shown, planned].map(({ approvalId }) => get(`${stack.api}/api/approvals/${approvalId}`)),
    );
    expect([old.rule, fresh.rule]).toEqual(['moving needs a lead', 'moving needs Bo']);
    await eventually(async () => {
      const { items } = await get(`${stack.api}/api/audit?limit=100`);
      expect(items.map(({ kind }: any) => kind)).toContain('configuration.changed');
    });
    await press(shown, 'U0ANA', 'pm_agent_approve');
    await press(planned, 'U0ANA', 'pm_agent_approve');
    await whisperTo('U0ANA', /not allowed.*only Bo Chen/s);
    await press(planned, 'U0BO', 'pm_agent_approve');
    await outcomeOf(shown, 'acted');
    await outcomeOf(planned, 'acted');
  });

  test('keeps what it said where it cannot be used, and says so until it is repaired', async () => {
    const good = readFileSync(file(), 'utf8');
    const configuration = async () => {
      const { status, checks } = await get(`${stack.api}/ready`);
      return [status, checks.configuration];
    };
    writeFileSync(file(), good.replace('default: ask', 'default: maybe'));
    await eventually(async () => expect(await configuration()).toEqual(['degraded', 'degraded']));
    const doctor = await cli('doctor').catch(({ stdout }) => String(stdout));
    const waiting = await askToMove('WEB-4');

    expect(doctor).toMatch(/policy\.default: "maybe" is not one of auto, ask, never/);
    expect(doctor).toMatch(/what runs goes on by what the file said before/);
    expect(await get(`${stack.api}/api/approvals/${waiting.approvalId}`)).toMatchObject({
      rule: 'moving needs Bo',
    });
    await press(waiting, 'U0BO', 'pm_agent_reject');
    writeFileSync(file(), good);
    await eventually(async () => expect(await configuration()).toEqual(['ok', 'ok']));
  });
});

test('a request that nobody decides expires, and its card says that nothing was sent', async () => {
  await stack.stop();
  stack = await startStack({ like: stack, env: { APPROVAL_TIMEOUT: '6s' } });
  const waiting = await askToMove('WEB-1');

  await rewritten(waiting, /Expired: Move WEB-1/, /nobody decided in time, nothing was sent/);
  await press(waiting, 'U0ANA', 'pm_agent_approve').catch(() => undefined);

  await outcomeOf(waiting, 'expired');
  expect(await moves('WEB-1')).toBe(0);
}, 120_000);
