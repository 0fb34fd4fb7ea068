/** Buttons and forms of approval cards over real sockets: who decides, who is told what, and what is kept of it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveredDecision } from '../../src/api/decision-delivery.js';
import type { ApprovalState } from '../../src/domain/approval.js';
import type { ClickQueue } from '../../src/inbox/people/click-queue.js';
import {
  APPROVE_BUTTON,
  OPEN_BUTTON,
  REJECT_BUTTON,
  REJECT_FORM,
} from '../../src/integrations/slack/approval-button.js';
import { startSandbox, type TestSandbox } from '../sandbox/running-sandbox.js';
import { eventually } from '../support/eventually.js';
import * as clicks from './support/approval-clicks.js';
import { blockActions, payloadForm } from './support/bodies.js';
import { post, slackHeaders } from './support/sending.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const { LEADS, PEOPLE } = clicks;

let sandbox: TestSandbox;
let api: TestApi;
let stored: StoredCycle;
let queue: ClickQueue | null = null;

beforeEach(async () => {
  sandbox = await startSandbox();
  api = await startTestApi({ config: ({ file }) => ({ file: { ...file, people: PEOPLE } }) });
  stored = await storeCycle(api, {}, LEADS);
});
afterEach(async () => {
  await queue?.stop();
  queue = null;
  await api.close();
  await sandbox.close();
});

function startAnswering(writesToSlack = true): void {
  queue = clicks.startAnswering(api, writesToSlack ? sandbox : null);
}

const button = (parts: clicks.ButtonParts = {}) => clicks.button(stored, parts);
const form = (parts: clicks.FormParts = {}) => clicks.form(stored, parts);
const whispers = () => clicks.whispersIn(sandbox);
const refusals = () => clicks.refusalsIn(api);
const answered = () => clicks.allAnswered(api);

function press(payload: unknown) {
  const raw = payloadForm(payload);
  return post(`${api.url}/webhooks/slack/interactions`, raw, slackHeaders(raw, 'form'));
}

function whisper(): Promise<clicks.Whisper> {
  return eventually(async () => {
    const [first] = await whispers();
    expect(first).toBeDefined();
    return first!;
  });
}

function state(status: ApprovalState['status'], overrides: Partial<ApprovalState> = {}): ApprovalState {
  return {
    approvalId: stored.approvalId,
    actionId: stored.asked.actionId,
    hash: stored.asked.hash,
    status,
    decidedBy: { id: 'lead-1', name: 'Ana Lindqvist', channel: 'slack' },
    decidedAt: '2026-11-23T11:00:00.000Z',
    reason: null,
    note: null,
    ...overrides,
  };
}

const applied = (status: ApprovalState['status'] = 'approved'): DeliveredDecision => ({
  kind: 'applied',
  state: state(status),
});

const decided = () => api.delivered.map(({ input }) => JSON.parse(input));

describe('approving', () => {
  test('counts as the person whose account it is, and says nothing: the card will', async () => {
    startAnswering();
    api.answers.push(applied());
    const answer = await press(button());
    await answered();

    expect(answer).toMatchObject({ status: 200, body: { status: 'processed', eventId: expect.any(String) } });
    expect(decided()).toEqual([
      {
        approvalId: stored.approvalId,
        decision: 'approve',
        hash: stored.asked.hash,
        by: { id: 'lead-1', name: 'Ana Lindqvist', channel: 'slack' },
      },
    ]);
    expect(await whispers()).toEqual([]);
    expect(api.inbox.get(answer.body.eventId)).toMatchObject({
      eventType: 'approval_click',
      status: 'processed',
      cycleId: null,
    });
  });

  test('is acknowledged before anything is decided, whatever Temporal does', async () => {
    // "Temporal" was not told what to answer, so that whoever waits for it would fail.
    const answer = await press(button());

    expect(answer.status).toBe(200);
    expect(api.delivered).toEqual([]);
    startAnswering();
    await eventually(async () => expect(api.delivered.length).toBeGreaterThan(0));
  });

  test('survives a crash right after the 200', async () => {
    await press(button());
    api.answers.push(applied());

    startAnswering();
    await answered();

    expect(decided()).toMatchObject([{ decision: 'approve', by: { id: 'lead-1' } }]);
  });

  test('counts from when it was clicked, however long the process was down', async () => {
    const { body } = await press(button());
    const clickedAt = api.inbox.get(body.eventId)?.receivedAt;
    await new Promise((resolve) => setTimeout(resolve, 50));
    api.answers.push(applied());

    startAnswering();
    await answered();

    expect(api.delivered.map(({ createdAt }) => createdAt)).toEqual([clickedAt]);
  });

  test('while no worker runs is recorded, and the person is told', async () => {
    startAnswering();
    api.answers.push({ kind: 'unreachable', cause: 'deadline' });
    await press(button());

    expect(await whisper()).toMatchObject({ user: 'U0ANA', channel: 'C0PAY', text: /recorded/ });
    expect(api.inbox.pendingDecisions(10)).toHaveLength(1);
  });

  test('after the deadline is refused with what to do, and counts where it is asked once more', async () => {
    startAnswering();
    const over = '2026-11-24T10:00:00.000Z';
    stored = await storeCycle(api, {}, LEADS, over);
    await press(button());
    await answered();
    stored = await storeCycle(api, {}, { ...LEADS, onExpiry: 'ask_again' }, over);
    api.answers.push({ kind: 'unreachable', cause: 'deadline' });
    await press(button());
    await answered();

    expect((await whispers()).map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^Too late\. Expired – nobody decided in time, nothing was sent, <!date.*Do it by hand, or mention the agent there again\.$/,
      ),
      expect.stringMatching(
        /^Your decision is recorded\. The deadline is over .* your decision counts for that/,
      ),
    ]);
    expect(refusals()).toMatchObject([{ code: 'already_decided', by: 'lead-1' }]);
  });

  test('sent again by Slack is the same click', async () => {
    startAnswering();
    api.answers.push(applied());
    const payload = button();
    const first = await press(payload);
    const again = await press(payload);
    await answered();

    expect(again).toMatchObject({ status: 200, body: { status: 'duplicate', eventId: first.body.eventId } });
    expect(api.delivered).toHaveLength(1);
  });

  test('answered twice because of a crash in between stays silent', async () => {
    await api.mirror.settleApproval({
      cycleId: stored.input.cycleId,
      state: state('approved'),
      actionStatus: 'approved',
    });
    startAnswering();
    await press(button());
    await answered();

    expect(await whispers()).toEqual([]);
    expect(refusals()).toEqual([]);
  });

  test('also counts where nothing may be written to Slack', async () => {
    startAnswering(false);
    api.answers.push(applied());
    await press(button());
    await press(button({ user: 'U0EVA' }));
    await answered();

    expect(api.delivered).toHaveLength(1);
    expect(refusals()).toMatchObject([{ code: 'not_allowed' }]);
    expect((await sandbox.get('/_received?vendor=slack')).body.items).toEqual([]);
  });
});

describe('rejecting', () => {
  test('opens a form that asks why, and the form decides', async () => {
    startAnswering();
    const opened = await clicks.triggerOf(sandbox);
    await press(button({ action: REJECT_BUTTON, trigger: opened }));
    const view = await eventually(async () => {
      const { body } = await sandbox.get('/_state');
      expect(body.slack.view).toHaveLength(1);
      return body.slack.view[0].view;
    });
    expect(view.blocks[0].text.text).toBe('Move PAY-1 to In Review');
    expect(api.delivered).toEqual([]);

    api.answers.push(applied('rejected'));
    const answer = await press(form({ metadata: view.private_metadata, reason: '  wrong target ' }));
    await answered();

    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(decided()).toMatchObject([
      { decision: 'reject', reason: 'wrong target', by: { id: 'lead-1', channel: 'slack' } },
    ]);
    expect(await whispers()).toEqual([]);
  });

  test('too late for the form is told', async () => {
    startAnswering();
    await press(button({ action: REJECT_BUTTON }));

    expect((await whisper()).text).toContain('could not be opened in time');
    expect(refusals()).toEqual([]);
  });

  test('with a form whose decision is refused tells it in the channel of the card', async () => {
    startAnswering();
    api.answers.push({
      kind: 'refused',
      status: 409,
      code: 'already_decided',
      message: 'already approved by ops at 2026-11-23T11:00:00.000Z',
      state: state('approved'),
    });
    await press(form());

    expect(await whisper()).toMatchObject({ channel: 'C0PAY', text: /already approved by ops/ });
    expect(refusals()).toMatchObject([{ code: 'already_decided', what: 'reject', by: 'lead-1' }]);
  });
});

describe('a person who may not decide', () => {
  test('decides where the rule names nobody, if pm-agent.yaml knows them', async () => {
    startAnswering();
    stored = await storeCycle(api);
    api.answers.push(applied());
    await press(button({ user: 'U0BO' }));
    await press(button({ user: 'U0EVA' }));
    await answered();

    expect(decided()).toMatchObject([{ by: { id: 'dev-1', channel: 'slack' } }]);
    expect((await whispers()).map(({ user }) => user)).toEqual(['U0EVA']);
  });

  test('is told without the secret, the mention and the link that a rule was named after', async () => {
    const secret = api.config.webhookSecrets.slack[0] ?? '';
    stored = await storeCycle(api, {}, { ...LEADS, rule: `${secret} @here https://evil.example/x` });
    startAnswering();
    await press(button({ user: 'U0BO' }));

    const { text } = await whisper();
    expect(text).toContain('You are not allowed to decide this');
    expect(text).toContain('withheld');
    for (const part of [secret, '@here', 'https://evil']) {
      expect(text).not.toContain(part);
    }
  });

  test('is told once Slack is back', async () => {
    await sandbox.post('/_faults', {
      vendor: 'slack',
      match: 'postEphemeral',
      kind: 'status',
      status: 503,
      times: 1,
    });
    startAnswering();
    await press(button({ user: 'U0BO' }));
    await whisper();
    await answered();

    expect(await whispers()).toHaveLength(1);
    expect(refusals()).toHaveLength(1);
  });
});

describe('a request that was decided', () => {
  const settle = (status: 'approved' | 'rejected' | 'expired', decidedBy: ApprovalState['decidedBy']) =>
    api.mirror.settleApproval({
      cycleId: stored.input.cycleId,
      state: state(status, { decidedBy }),
      actionStatus: status,
    });

  test.each([
    ['approved', { id: 'ops', name: 'ops', channel: 'api' }, /Too late.*Approved\*? by ops over the API/s],
    [
      'rejected',
      { id: 'dev-1', name: 'Bo Chen', channel: 'slack' },
      /Too late.*Rejected\*? by Bo Chen in Slack/s,
    ],
    ['expired', null, /Too late\. Expired/],
  ] as const)('(%s by %j) tells the next one who and when', async (status, by, words) => {
    await settle(status, by);
    startAnswering();
    await press(button());

    const { text } = await whisper();
    expect(text).toMatch(words);
    expect(text).toContain('<!date^1795431600^');
    expect(api.delivered).toEqual([]);
    expect(refusals()).toMatchObject([{ code: 'already_decided', by: 'lead-1' }]);
  });

  test('in the same moment by another lets the first one win', async () => {
    startAnswering();
    api.answers.push(applied(), {
      kind: 'refused',
      status: 409,
      code: 'already_decided',
      message: 'already approved by somebody at 2026-11-23T11:00:00.000Z',
      state: state('approved'),
    });
    stored = await storeCycle(api);
    await Promise.all([press(button({ user: 'U0ANA' })), press(button({ user: 'U0BO' }))]);
    await answered();

    const winner = decided()[0].by.id === 'lead-1' ? 'U0ANA' : 'U0BO';
    expect(await whispers()).toMatchObject([
      {
        user: winner === 'U0ANA' ? 'U0BO' : 'U0ANA',
        text: expect.stringMatching(/already (approved by|chose to approve)/),
      },
    ]);
    expect(refusals()).toMatchObject([{ code: 'already_decided' }]);
  });

  test('and waits for a worker tells another person who was first', async () => {
    startAnswering();
    stored = await storeCycle(api);
    api.answers.push({ kind: 'unreachable', cause: 'deadline' });
    await press(button({ user: 'U0ANA' }));
    await answered();
    await press(form({ user: 'U0BO' }));
    await answered();

    const texts = (await whispers()).map(({ user, text }) => [user, text]);
    expect(texts[1]).toEqual(['U0BO', expect.stringContaining('Ana Lindqvist already chose to approve')]);
    expect(api.delivered).toHaveLength(1);
  });
});

describe('the address of interactions', () => {
  test('stores that a link was followed, and asks nothing of anybody', async () => {
    expect(await press(button({ action: OPEN_BUTTON }))).toMatchObject({
      status: 200,
      body: { status: 'ignored', reason: 'only leads to a page' },
    });
  });

  test.each([
    ['somebody else’s button', () => ({ ...blockActions })],
    [
      'somebody else’s form',
      () => ({ ...form(), view: { id: 'V9', callback_id: 'theirs', private_metadata: '' } }),
    ],
  ])('takes %s as an event for a cycle', async (_name, payload) => {
    expect((await press(payload())).status).toBe(202);
  });

  test.each([
    [
      'a button of nobody',
      () => ({ ...blockActions, user: {}, actions: [{ action_id: APPROVE_BUTTON, value: 'x' }] }),
    ],
    [
      'a form without its field',
      () => ({ ...form(), view: { callback_id: REJECT_FORM, state: { values: {} } } }),
    ],
  ])('holds %s back', async (_name, payload) => {
    expect(await press(payload())).toMatchObject({ status: 200, body: { status: 'quarantined' } });
  });
});

test('what is refused over the API is kept too, with who tried', async () => {
  const decide = (id: string, body: unknown) =>
    post(`${api.url}/api/approvals/${id}/decision`, JSON.stringify(body), {
      'content-type': 'application/json',
    });
  const { hash } = stored.asked;

  await decide(stored.approvalId, { decision: 'approve', hash });
  await decide(stored.approvalId, { decision: 'reject', hash: '0'.repeat(64) });
  await decide('nope', { decision: 'approve', hash });

  expect(refusals()).toMatchObject([
    { actor: 'api:local', what: 'approve', code: 'not_allowed', cycleId: stored.input.cycleId },
    { actor: 'api:local', what: 'reject', code: 'hash_mismatch' },
    {
      actor: 'api:local',
      what: 'approve',
      code: 'not_found',
      cycleId: null,
      approvalId: 'nope',
    },
  ]);
});

test('a decision that its workflow refuses later is kept under its own id, once', async () => {
  startAnswering();
  api.answers.push({ kind: 'unreachable', cause: 'deadline' });
  await press(button());
  await answered();
  const [waiting] = api.inbox.pendingDecisions(1);
  const refused = {
    kind: 'refused',
    status: 409,
    code: 'already_decided',
    message: 'too late',
    state: null,
  } as const;
  api.answers.push(refused, refused);

  expect(await api.decisions.apply(waiting!)).toBe('refused');
  expect(await api.decisions.apply(waiting!)).toBe('refused');

  expect(refusals()).toMatchObject([{ actor: 'slack:lead-1', code: 'already_decided', wasRecorded: true }]);
});
