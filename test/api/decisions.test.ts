/** Decisions over HTTP: what is refused, what is saved, and that saving comes before delivering. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DeliveredDecision } from '../../src/api/decision-delivery.js';
import type { Person } from '../../src/domain/approval.js';
import type { DecideInput } from '../../src/workflows/messages.js';
import { refusalsIn } from './support/approval-clicks.js';
import { ask } from './support/sending.js';
import { type StoredCycle, storeCycle } from './support/stored-cycle.js';
import { startTestApi, type TestApi } from './support/test-api.js';
import { makeToken } from './support/tokens.js';

const ana: Person = {
  id: 'lead-1',
  name: 'Ana',
  jira: null,
  bitbucket: null,
  slack: null,
  roles: ['lead'],
};

let api: TestApi;
let stored: StoredCycle;

beforeEach(async () => {
  api = await startTestApi();
  stored = await storeCycle(api);
});
afterEach(() => api.close());

function decide(body: unknown, headers: Record<string, string> = {}, id = stored.approvalId) {
  return ask(`${api.url}/api/approvals/${id}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const approve = () => ({ decision: 'approve', hash: stored.asked.hash });
const pending = () => api.inbox.pendingDecisions(10);

function applied(
  status: 'approved' | 'rejected' = 'approved',
): Extract<DeliveredDecision, { kind: 'applied' }> {
  return {
    kind: 'applied',
    state: {
      approvalId: stored.approvalId,
      actionId: stored.asked.actionId,
      hash: stored.asked.hash,
      status,
      decidedBy: { id: 'local', name: 'local operator', channel: 'api' },
      decidedAt: '2026-11-23T11:00:00.000Z',
      reason: null,
      note: null,
    },
  };
}

describe('a decision that is made after the deadline', () => {
  const away: DeliveredDecision = { kind: 'unreachable', cause: 'no worker' };
  const over = '2026-11-24T10:00:00.000Z';

  test('is refused at once where no worker runs: with what happened and what to do', async () => {
    stored = await storeCycle(api, {}, {}, over);
    const answer = await decide(approve());

    expect(answer).toMatchObject({
      status: 409,
      body: {
        error: {
          code: 'already_decided',
          message: `it expired at ${over}: nobody decided in time, and nothing is done. Do it by hand, or mention the agent there again`,
        },
      },
    });
    expect([pending(), api.delivered]).toEqual([[], []]);
  });

  test('is taken where the request is asked once more, and only then', async () => {
    stored = await storeCycle(api, {}, { onExpiry: 'ask_again' }, over);
    api.answers.push(away);

    expect(await decide(approve())).toMatchObject({ status: 202 });

    const { approvalId, asked, input } = stored;
    const state = { ...applied().state, status: 'pending', decidedBy: null, decidedAt: null } as const;
    await api.mirror.noteApproval({
      cycleId: input.cycleId,
      state,
      planned: asked,
      deadline: '2026-11-25T10:00:00.000Z',
      also: [],
      what: 'asked_again',
      by: null,
      data: {},
      key: `${approvalId}/1`,
    });
    expect(await decide({ ...approve(), decision: 'reject' })).toMatchObject({ status: 409 });
  });

  test('and before the request is asked once more waits until it is, and counts then', async () => {
    stored = await storeCycle(api, {}, { onExpiry: 'ask_again' }, over);
    const early = (): DeliveredDecision => ({
      kind: 'refused',
      status: 409,
      code: 'already_decided',
      message: `expired at ${over}: nobody decided in time`,
      state: { ...applied().state, status: 'pending', decidedBy: null, decidedAt: null },
    });
    api.answers.push(early(), early(), applied());

    const answer = await decide(approve());
    const [waiting] = api.inbox.pendingDecisions(10);
    const then = [await api.decisions.apply(waiting!), await api.decisions.apply(waiting!)];

    expect(answer).toMatchObject({ status: 202, body: { status: 'recorded', madeAt: waiting?.createdAt } });
    expect(then).toEqual(['later', 'applied']);
    expect(refusalsIn(api)).toEqual([]);
  });

  test('and that somebody was faster with does not wait', async () => {
    stored = await storeCycle(api, {}, { onExpiry: 'ask_again' }, over);
    const { state } = applied();
    const message = 'already approved by local operator';
    api.answers.push({ kind: 'refused', status: 409, code: 'already_decided', message, state });

    expect(await decide(approve())).toMatchObject({ status: 409 });
    expect(pending()).toEqual([]);
  });

  test('and that was made in time, when it comes again, is the same one', async () => {
    let now = new Date('2026-11-24T09:59:59.000Z');
    await api.close();
    api = await startTestApi({ clock: () => now });
    stored = await storeCycle(api, {}, {}, over);
    api.answers.push(away, away);
    expect(await decide(approve())).toMatchObject({ status: 202 });

    now = new Date('2026-11-24T12:00:00.000Z');

    expect(await decide(approve())).toMatchObject({ status: 202 });
    expect(pending()).toHaveLength(1);
  });
});

describe('a decision that the workflow takes', () => {
  test('is answered 200 with the new state and leaves the outbox', async () => {
    api.answers.push(applied());
    const answer = await decide({ ...approve(), note: 'go' });

    expect(answer).toMatchObject({
      status: 200,
      body: {
        id: stored.approvalId,
        status: 'approved',
        decidedBy: 'local',
        decidedAt: '2026-11-23T11:00:00.000Z',
        payload: { toStatus: 'In Review' },
      },
    });
    expect(pending()).toEqual([]);
  });

  test('carries exactly what was decided, by whom', async () => {
    api.answers.push(applied('rejected'));
    await decide({ decision: 'reject', hash: stored.asked.hash, reason: 'too early', note: 'ask again' });

    expect(api.delivered).toHaveLength(1);
    expect(api.delivered[0]?.cycleId).toBe(stored.input.cycleId);
    expect(JSON.parse(api.delivered[0]?.input ?? '') as DecideInput).toEqual({
      approvalId: stored.approvalId,
      decision: 'reject',
      hash: stored.asked.hash,
      by: { id: 'local', name: 'local operator', channel: 'api' },
      reason: 'too early',
      note: 'ask again',
    });
  });

  test('may reject without a reason', async () => {
    api.answers.push(applied('rejected'));
    const answer = await decide({ decision: 'reject', hash: stored.asked.hash });

    expect(answer).toMatchObject({ status: 200, body: { status: 'rejected', reason: null } });
    expect(JSON.parse(api.delivered[0]?.input ?? '')).not.toHaveProperty('reason');
  });

  test('from the command line says so', async () => {
    api.answers.push(applied());
    await decide(approve(), { 'x-pm-agent-client': 'cli' });

    expect(JSON.parse(api.delivered[0]?.input ?? '').by.channel).toBe('cli');
  });
});

describe('a decision while no worker runs', () => {
  const away: DeliveredDecision = { kind: 'unreachable', cause: 'deadline' };

  test('is answered 202, saved, and shown', async () => {
    api.answers.push(away);
    const answer = await decide(approve());
    const { body } = await ask(`${api.url}/api/approvals/${stored.approvalId}`);

    expect(answer).toMatchObject({ status: 202, body: { status: 'recorded' } });
    expect(pending()).toHaveLength(1);
    expect(body).toMatchObject({
      status: 'pending',
      recorded: { decision: 'approve', by: 'local', at: pending()[0]?.createdAt },
    });
  });

  test('is the same decision when it is repeated', async () => {
    api.answers.push(away, applied());
    await decide(approve());
    const [first] = pending();
    const again = await decide(approve());

    expect(again.status).toBe(200);
    expect(api.delivered.map((decision) => decision.id)).toEqual([first?.id, first?.id]);
    expect(pending()).toEqual([]);
  });

  test('stands: another one is 409 with who and when', async () => {
    api.answers.push(away);
    await decide(approve());
    const other = await decide({ decision: 'reject', hash: stored.asked.hash, reason: 'no' });

    expect(other).toMatchObject({
      status: 409,
      body: { error: { code: 'already_decided', decidedBy: 'local', decidedAt: pending()[0]?.createdAt } },
    });
    expect(api.delivered).toHaveLength(1);
  });

  test('is saved before it is delivered', async () => {
    // Nothing was prepared, so that "Temporal" fails loudly in the middle of the request.
    const answer = await decide(approve());

    expect(answer.status).toBe(500);
    expect(pending()).toHaveLength(1);
  });
});

describe("while another person's edit has yet to be judged", () => {
  const edit = () => ({ ...approve(), payload: { issueKey: 'PAY-1', toStatus: 'Nowhere' } });
  const away: DeliveredDecision = { kind: 'unreachable', cause: 'it is still being judged' };
  const as = (name: string) => makeToken(api.config, { name, scope: 'decide' }).bearer;

  test.each([
    ['a plain approval', () => approve()],
    ['a rejection', () => ({ ...approve(), decision: 'reject' })],
    ['an edit of their own', () => ({ ...edit(), payload: { issueKey: 'PAY-1', toStatus: 'Done' } })],
  ])('%s is brought to the workflow and counts', async (_what, made) => {
    const [ana, bo] = [as('ana'), as('bo')];
    api.answers.push(away);
    expect((await decide(edit(), ana)).status).toBe(202);

    api.answers.push(applied());
    expect((await decide(made(), bo)).status).toBe(200);
    expect(api.delivered.map(({ input }) => JSON.parse(input).by.id)).toEqual(['ana', 'bo']);
  });

  test('nobody is told that the request is decided, and a second decision of the same person waits for none', async () => {
    const [ana, bo] = [as('ana'), as('bo')];
    api.answers.push(away, away);
    await decide(edit(), ana);
    const approval = api.reader.getApproval(stored.approvalId);

    expect(approval === null ? null : api.decisions.settledBy(approval)).toBeNull();
    expect(await decide(approve(), ana)).toMatchObject({
      status: 409,
      body: { error: { code: 'already_decided' } },
    });
    // A plain one is judged by nothing: it stands.
    expect((await decide(approve(), bo)).status).toBe(202);
    expect(await decide({ ...approve(), decision: 'reject' }, as('cem'))).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('bo already chose to approve') } },
    });
  });
});

describe('a decision that the workflow refuses', () => {
  const by = { id: 'lead-1', name: 'Ana', channel: 'slack' as const };

  test.each([
    [404, 'not_found'],
    [403, 'not_allowed'],
    [409, 'already_decided'],
  ] as const)('as %d %s is answered so and leaves the outbox', async (status, code) => {
    const { state } = applied();
    api.answers.push({ kind: 'refused', status, code, message: 'why', state: { ...state, decidedBy: by } });
    const answer = await decide(approve());

    expect(answer).toMatchObject({
      status,
      body: {
        error: { code, message: 'why', decidedBy: 'lead-1', decidedAt: '2026-11-23T11:00:00.000Z' },
      },
    });
    expect(pending()).toEqual([]);
  });

  test('for its hash is told the current one', async () => {
    const { state } = applied();
    const now = { ...state, hash: 'f'.repeat(64) };
    api.answers.push({ kind: 'refused', status: 409, code: 'hash_mismatch', message: '', state: now });

    expect((await decide(approve())).body.error).toMatchObject({
      code: 'hash_mismatch',
      hash: 'f'.repeat(64),
    });
  });
});

describe('a rule that names people', () => {
  test('does not let the local operator decide', async () => {
    await api.close();
    const { config } = api;
    api = await startTestApi({ config: { file: { ...config.file, people: [ana] } } });
    stored = await storeCycle(
      api,
      {},
      { approvers: { roles: ['lead'] }, deciders: ['lead-1'], rule: 'leads' },
    );
    const answer = await decide(approve());

    expect(answer).toMatchObject({
      status: 403,
      body: { error: { code: 'not_allowed', message: 'rule "leads" lets only Ana decide this' } },
    });
    expect(api.delivered).toEqual([]);
  });
});

describe('a body that is no decision', () => {
  const hash = () => stored.asked.hash;

  test.each([
    ['nothing', () => ({}), /^decision: /],
    ['no hash', () => ({ decision: 'approve' }), /^hash: /],
    ['a short hash', () => ({ decision: 'approve', hash: 'abc' }), /^hash: /],
    ['another word', () => ({ decision: 'maybe', hash: hash() }), /^decision: one of approve, reject, ask/],
    ['a blank reason', () => ({ decision: 'reject', hash: hash(), reason: '  ' }), /^reason: /],
    ['an unknown field', () => ({ ...approve(), by: 'lead-1' }), /^by: /],
    ['a question without words', () => ({ decision: 'ask', hash: hash() }), /^note: write the question/],
    [
      'a snooze to no time',
      () => ({ decision: 'snooze', hash: hash(), until: 'soon' }),
      /^until: write a time/,
    ],
    ['a snooze without a time', () => ({ decision: 'snooze', hash: hash() }), /^until: write a time/],
    ['an edit that is no object', () => ({ ...approve(), payload: 'Done' }), /^payload: /],
    [
      'an edit with a rejection',
      () => ({ decision: 'reject', hash: hash(), payload: { toStatus: 'Done' } }),
      /^payload: only with the decision approve/,
    ],
    ['a list', () => [], /^body: /],
  ])('(%s) is 400 and says what is wrong', async (_name, body, message) => {
    const answer = await decide(body());

    expect(answer.status).toBe(400);
    expect(answer.body.error.message).toMatch(message);
    expect(pending()).toEqual([]);
  });

  test('(broken JSON) is 400', async () => {
    expect((await decide('{"decision":')).status).toBe(400);
  });

  test('over 64 KiB is 413', async () => {
    expect((await decide({ ...approve(), note: 'x'.repeat(70_000) })).status).toBe(413);
  });

  test('from a foreign page is 401', async () => {
    expect((await decide(approve(), { origin: 'https://evil.example' })).status).toBe(401);
  });
});

describe('what several have to approve', () => {
  test('is approved by nobody whom pm-agent.yaml does not know, who hears how to be known; they may reject it', async () => {
    stored = await storeCycle(api, {}, { needed: 2 });

    expect(await decide(approve())).toMatchObject({
      status: 403,
      body: {
        error: {
          code: 'not_allowed',
          message: expect.stringMatching(
            /^2 different people have to approve, and "local" is none of `people` in pm-agent\.yaml.*token create --person/,
          ),
        },
      },
    });
    expect(pending()).toEqual([]);
    api.answers.push({ kind: 'unreachable', cause: 'no worker' });
    expect(await decide({ ...approve(), decision: 'reject' })).toMatchObject({ status: 202 });
  });
});

describe('a decision that settles nothing', () => {
  const waits = (overrides: object): DeliveredDecision => ({
    kind: 'applied',
    state: { ...(applied() as { state: object }).state, status: 'pending', ...overrides } as never,
  });

  test('is answered with how the request stands: approved by one of two', async () => {
    const by = { id: 'local', name: 'local operator', channel: 'api' } as const;
    api.answers.push(
      waits({ decidedBy: null, needed: 2, given: [{ by, at: '2026-11-23T11:00:00.000Z', note: 'ok' }] }),
    );

    expect(await decide(approve())).toMatchObject({
      status: 200,
      body: {
        status: 'pending',
        needed: 2,
        given: [{ by: 'local', name: 'local operator', at: '2026-11-23T11:00:00.000Z', note: 'ok' }],
      },
    });
  });

  test('goes to the workflow with what it needs: a question, a time, an edited payload', async () => {
    const bodies = [
      { decision: 'ask', hash: stored.asked.hash, note: 'Why?' },
      { decision: 'snooze', hash: stored.asked.hash, until: '2126-12-01T09:00:00+01:00' },
      { ...approve(), payload: { issueKey: 'PAY-1', toStatus: 'Blocked' } },
    ];
    for (const body of bodies) {
      api.answers.push({ kind: 'unreachable', cause: 'no worker' });
      expect(await decide(body)).toMatchObject({ status: 202 });
    }

    expect(pending().map(({ input }) => JSON.parse(input) as DecideInput)).toMatchObject([
      { decision: 'ask', note: 'Why?' },
      { decision: 'snooze', until: '2126-12-01T08:00:00.000Z' },
      { decision: 'approve', payload: { issueKey: 'PAY-1', toStatus: 'Blocked' } },
    ]);
  });

  test('is a question that is answered for five, those that wait for a worker included', async () => {
    const ask = (n: number) => decide({ decision: 'ask', hash: stored.asked.hash, note: `Question ${n}?` });
    for (const n of [1, 2, 3, 4, 5]) {
      api.answers.push({ kind: 'unreachable', cause: 'no worker' });
      expect(await ask(n)).toMatchObject({ status: 202 });
    }

    expect(await ask(6)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^note: 5 questions were asked on this request/) } },
    });
    expect(pending()).toHaveLength(5);
    api.answers.push({ kind: 'unreachable', cause: 'no worker' });
    expect(await ask(5)).toMatchObject({ status: 202 });
  });

  test('does not keep another from the outbox, and is not sent twice', async () => {
    for (const body of [
      { decision: 'ask', hash: stored.asked.hash, note: 'Why?' },
      { decision: 'ask', hash: stored.asked.hash, note: 'Why?' },
      approve(),
    ]) {
      api.answers.push({ kind: 'unreachable', cause: 'no worker' });
      expect((await decide(body)).status).toBe(202);
    }

    expect(pending()).toHaveLength(2);
  });
});

describe('what waits', () => {
  test('is refused to whoever asked for it, before anything is saved', async () => {
    stored = await storeCycle(api, {}, { notBy: ['local'] });

    expect(await decide(approve())).toMatchObject({
      status: 403,
      body: { error: { code: 'not_allowed', message: expect.stringMatching(/asked for it/) } },
    });
    expect(pending()).toEqual([]);
  });

  test('and was shown again since is listed as pending, with what changed, and decided by its new hash', async () => {
    const { asked, approvalId, input } = stored;
    const again = { ...asked, hash: 'd'.repeat(64), version: { status: 'Done' } };
    const base = (applied() as { state: object }).state;
    await api.mirror.noteApproval({
      cycleId: input.cycleId,
      planned: again,
      deadline: '2030-01-01T00:00:00.000Z',
      state: {
        ...base,
        hash: again.hash,
        status: 'reopened',
        decidedBy: null,
        decidedAt: null,
        drift: [{ member: 'status', was: 'To Do', is: 'Done' }],
      } as never,
      also: [],
      what: 'reopened',
      by: null,
      data: {},
      key: `${approvalId}/1`,
    });
    const listed = await ask(`${api.url}/api/approvals?status=pending`);

    expect(listed.body.items).toMatchObject([
      {
        id: approvalId,
        status: 'reopened',
        changed: 'the status is "Done", and was "To Do"',
        drift: [{ member: 'status', was: 'To Do', is: 'Done' }],
      },
    ]);
    expect((await decide(approve())).body.error).toMatchObject({ code: 'hash_mismatch', hash: again.hash });
    api.answers.push(applied());
    expect((await decide({ ...approve(), hash: again.hash })).status).toBe(200);
  });
});

test('a request tells what happens where nobody decides on it, and who is asked meanwhile', async () => {
  await api.close();
  const { config } = api;
  api = await startTestApi({ config: { file: { ...config.file, people: [ana] } } });
  const { approvalId } = await storeCycle(
    api,
    {},
    {
      deciders: ['lead-1', 'asker', 'gone'],
      notBy: ['asker'],
      waits: { remindAfterMs: 60_000 },
      escalation: [{ afterMs: 3_600_000, deciders: ['lead-1'] }],
      onExpiry: 'escalate',
    },
  );
  const plain = await storeCycle(api);
  const one = async (id: string) => (await ask(`${api.url}/api/approvals/${id}`)).body;

  expect(await one(approvalId)).toMatchObject({
    mayDecide: [
      { id: 'lead-1', name: 'Ana' },
      { id: 'gone', name: 'gone' },
    ],
    notBy: [{ id: 'asker', name: 'asker' }],
    onExpiry: 'escalate',
    remindAfterMs: 60_000,
    further: [{ afterMs: 3_600_000, people: [{ id: 'lead-1', name: 'Ana' }] }],
  });
  expect(await one(plain.approvalId)).toMatchObject({
    mayDecide: null,
    notBy: [],
    onExpiry: 'drop',
    remindAfterMs: null,
    further: [],
  });
});

test('an action and its request say whom they name, and keep the account in what is hashed', async () => {
  await api.close();
  const { config } = api;
  const withAccount = { ...ana, jira: '712020:ana' };
  api = await startTestApi({ config: { file: { ...config.file, people: [withAccount] } } });
  const payload = { issueKey: 'PAY-1', toStatus: 'Done', assignee: '712020:ana' };
  const { approvalId, asked, input } = await storeCycle(
    api,
    {},
    { action: { kind: 'jira.transition', payload } },
  );
  const what = 'Move PAY-1 to Done (assigned to Ana)';

  expect((await ask(`${api.url}/api/approvals/${approvalId}`)).body).toMatchObject({
    what,
    payload,
    hash: asked.hash,
    changed: null,
  });
  expect((await ask(`${api.url}/api/actions/${asked.actionId}`)).body).toMatchObject({ what, payload });
  expect((await ask(`${api.url}/api/cycles/${input.cycleId}`)).body.approvals[0].what).toBe(what);
});

describe('the list of what waits', () => {
  const idsOf = async (query: string): Promise<readonly string[]> => {
    const { body } = await ask(`${api.url}/api/approvals?status=pending${query}`);
    return body.items.map(({ id }: { id: string }) => id);
  };

  test('is read from the nearest deadline on, page by page', async () => {
    const later = await storeCycle(api, {}, {}, '2126-11-26T10:00:00.000Z');
    const soon = await storeCycle(api, {}, {}, '2126-11-23T10:00:00.000Z');
    const byDeadline = [soon, stored, later].map(({ approvalId }) => approvalId);

    const all = await idsOf('&sort=deadline');
    const first = await ask(`${api.url}/api/approvals?status=pending&sort=deadline&limit=2`);
    const rest = await idsOf(`&sort=deadline&limit=2&cursor=${first.body.nextCursor}`);

    expect(all).toEqual(byDeadline);
    expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(byDeadline.slice(0, 2));
    expect(rest).toEqual(byDeadline.slice(2));
  });

  test('and its cycle say which decision waits for a worker, and whose it is', async () => {
    api.answers.push({ kind: 'unreachable', cause: 'no worker' });
    await decide(approve());

    const recorded = expect.objectContaining({ decision: 'approve', by: 'local', name: 'local operator' });
    const { body: list } = await ask(`${api.url}/api/approvals?status=pending`);
    const { body: cycle } = await ask(`${api.url}/api/cycles/${stored.input.cycleId}`);

    expect(list.items[0]).toMatchObject({ recorded });
    expect(cycle.approvals[0]).toMatchObject({ recorded });
  });

  test('says of a suggestion that a yes sends nothing', async () => {
    const autonomy = { project: 'PAY', level: 'propose', verdict: 'ask' } as const;
    const suggested = await storeCycle(api, {}, { autonomy });

    const { body } = await ask(`${api.url}/api/approvals/${suggested.approvalId}`);

    expect(body.nothingSent).toBe(
      'jira.transition in PAY is at the level propose, so whoever agrees does it by hand',
    );
    await expect(ask(`${api.url}/api/approvals/${stored.approvalId}`)).resolves.toMatchObject({
      body: { nothingSent: null },
    });
  });
});
