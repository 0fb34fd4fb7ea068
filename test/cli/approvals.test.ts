import { afterEach, describe, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

function approval(id: string, actionId: string) {
  return {
    id,
    cycleId: 'cycle-1',
    actionId,
    kind: 'jira.transition',
    target: 'jira:PAY-5',
    payload: { issueKey: 'PAY-5', toStatus: 'Done' },
    hash: `0badcafe0123456789-${id}`,
    rule: 'closing (asks: hidden characters in comment-20001)',
    risk: 'G3',
    status: 'pending',
    deadline: '2026-11-24T09:00:00.000Z',
    decidedBy: null,
    decidedAt: null,
  };
}

const ONE = approval('ap1', 'cycle-1.a1');
const TWO = approval('ap2', 'cycle-1.a2');
let api: FakeServer;

afterEach(() => api.close());

async function apiWith(
  pending: readonly object[],
  decision: { status?: number; body: unknown } = { body: { ...ONE, status: 'approved' } },
  nextCursor: string | null = null,
  one: object = ONE,
): Promise<NodeJS.ProcessEnv> {
  api = await fakeServer({
    'GET /api/approvals': { body: { items: pending, nextCursor } },
    'GET /api/approvals/ap1': { body: one },
    'GET /api/actions/cycle-1.a1': { body: { cycleId: 'cycle-1' } },
    'GET /api/cycles/cycle-1': { body: { approvals: pending } },
    'POST /api/approvals/ap1/decision': decision,
  });
  return { PM_AGENT_URL: api.url };
}

function sentDecision(): { url: string; client: unknown; body: unknown } {
  const post = api.asked.find(({ method }) => method === 'POST');
  return {
    url: post?.url ?? '',
    client: post?.headers['x-pm-agent-client'],
    body: JSON.parse(post?.body.toString() ?? 'null'),
  };
}

test('approvals shows the whole payload that an approval would cover', async () => {
  const ran = await pmAgent(['approvals'], await apiWith([ONE]));
  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(/^ap1 +jira\.transition +jira:PAY-5 +G3 +pending/m);
  expect(ran.out).toContain('"toStatus": "Done"');
  expect(ran.out).toContain('by rule "closing (asks: hidden characters in comment-20001)"');
  expect(ran.out).toContain('npx pm-agent approve ap1 --hash 0badcafe0123\n');
  expect(api.asked[0]?.url).toBe('/api/approvals?status=pending&limit=50&sort=deadline');
});

test('approvals says in words what it would do, with the names of people', async () => {
  const what = 'Move PAY-5 to Done (assigned to Ana Lindqvist)';
  const changed = 'the assignee is "Bo", and was "Cleo"';

  const ran = await pmAgent(['approvals'], await apiWith([{ ...ONE, what, changed }]));

  expect(ran.out).toContain(`ap1  jira.transition on jira:PAY-5\n    ${what}\n`);
  expect(ran.out).toContain(`changed since you looked: ${changed}\n`);
});

test.each([
  [undefined, 'nothing is sent'],
  ['escalate', 'nothing is sent, and the team’s lead is told'],
  ['ask_again', 'it is asked once more, for as long again; then nothing is sent'],
])('approvals says what happens where nobody decides in time (%s)', async (onExpiry, then) => {
  const ran = await pmAgent(['approvals'], await apiWith([{ ...ONE, onExpiry }]));
  expect(ran.out).toContain(`    if nobody decides by 2026-11-24 09:00:00 UTC: ${then}\n`);
});

test('approvals says so when nothing waits', async () => {
  expect((await pmAgent(['approvals'], await apiWith([]))).out).toBe('Nothing waits for a decision.\n');
});

test('approve sends the hash of what it read, and says that it is the command line', async () => {
  const ran = await pmAgent(['approve', 'ap1', '--note', 'fine'], await apiWith([ONE]));
  expect(ran).toMatchObject({
    code: 0,
    out: expect.stringContaining('Approved: jira.transition on jira:PAY-5'),
  });
  expect(sentDecision()).toEqual({
    url: '/api/approvals/ap1/decision',
    client: 'cli',
    body: { decision: 'approve', hash: ONE.hash, note: 'fine' },
  });
});

test.each(['cycle-1', 'cycle-1.a1'])('approve finds the approval by %s', async (id) => {
  const ran = await pmAgent(['approve', id], await apiWith([ONE]));
  expect(ran.code).toBe(0);
  expect(sentDecision().body).toEqual({ decision: 'approve', hash: ONE.hash });
});

test('approve of what was read says what it was, and nothing else is approved', async () => {
  const read = { ...ONE, what: 'Move PAY-5 to Done' };
  const same = await pmAgent(['approve', 'ap1', '--hash', '0badcafe0123'], await apiWith([read]));
  expect(same.code).toBe(0);
  await api.close();

  const another = await pmAgent(['approve', 'ap1', '--hash', '0badcafe0124'], await apiWith([read]));

  expect(another).toMatchObject({
    code: 1,
    err: expect.stringContaining('ap1 is not what you read any more (its hash is 0badcafe0123 now)'),
  });
  expect(api.asked.filter(({ method }) => method === 'POST')).toEqual([]);
});

test.each([[[]], [['--payload', '{"issueKey":"PAY-5","toStatus":"Blocked"}']]])(
  'approve %j of what was shown again says what changed, and wants to hear what was read',
  async (more) => {
    const again = {
      ...ONE,
      status: 'reopened',
      what: 'Move PAY-5 to Done',
      changed: 'the status is "Blocked"',
    };
    api = await fakeServer({
      'GET /api/approvals/ap1': { body: again },
      'POST /api/approvals/ap1/decision': { body: { ...again, status: 'approved' } },
    });
    const env = { PM_AGENT_URL: api.url };

    const unread = await pmAgent(['approve', 'ap1', ...more], env);

    expect(unread.code).toBe(1);
    expect(unread.err).toContain('ap1 was shown again, since its target changed: the status is "Blocked"');
    expect(unread.err).toContain('\n  Move PAY-5 to Done\n');
    expect(unread.err).toContain('npx pm-agent approve ap1 --hash 0badcafe0123\n');
    expect(api.asked.filter(({ method }) => method === 'POST')).toEqual([]);

    const read = await pmAgent(['approve', 'ap1', '--hash', '0badcafe0123', ...more], env);
    expect(read.code).toBe(0);
    expect(sentDecision().body).toMatchObject({ hash: ONE.hash });
  },
);

test('approve asks which one where a cycle has several', async () => {
  const ran = await pmAgent(['approve', 'cycle-1'], await apiWith([ONE, TWO]));
  expect(ran).toMatchObject({
    code: 1,
    err: expect.stringMatching(/2 approvals wait in cycle-1; name one of ap1 .*ap2/),
  });
  expect(api.asked.filter(({ method }) => method === 'POST')).toEqual([]);
});

test('approve of something that does not wait exits 1', async () => {
  const ran = await pmAgent(['approve', 'cycle-9'], await apiWith([ONE]));
  expect(ran).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing that waits for a decision has the id cycle-9'),
  });
});

test('reject sends the reason', async () => {
  const ran = await pmAgent(['reject', 'ap1', '--reason', 'too early'], await apiWith([ONE]));
  expect(ran.code).toBe(0);
  expect(sentDecision().body).toEqual({ decision: 'reject', hash: ONE.hash, reason: 'too early' });
});

describe('a decision that waits for a worker', () => {
  const IN_TIME = '2026-11-24T08:59:59.000Z';
  const LATE = '2026-11-24T09:00:00.000Z';
  const DEADLINE = '2026-11-24 09:00:00 UTC';
  const ASK = ['ask', 'ap1', 'Why?'];

  const IN_FULL = `It was made before the deadline of ${DEADLINE}, so it counts also where that is over by then.`;

  test.each<[string[], string | undefined, string, string]>([
    [['approve', 'ap1'], 'drop', IN_TIME, IN_FULL],
    [['reject', 'ap1', '--reason', 'no'], 'escalate', IN_TIME, IN_FULL],
    [['approve', 'ap1'], 'ask_again', IN_TIME, IN_FULL],
    [
      ['take-over', 'ap1'],
      'ask_again',
      LATE,
      `after the deadline of ${DEADLINE}: when a worker runs the request is asked once more, and this counts for that.`,
    ],
    [ASK, undefined, IN_TIME, 'does not wait for it: after it this comes too late; nothing is sent.'],
    [ASK, 'escalate', IN_TIME, 'this comes too late; nothing is sent, and the team’s lead is told.'],
    [ASK, 'ask_again', IN_TIME, 'the request is asked once more then, and this counts for that.'],
  ])(
    '%j under a rule that says %s, made at %s, is told with what becomes of it',
    async (args, onExpiry, madeAt, then) => {
      api = await fakeServer({
        'GET /api/approvals/ap1': { body: { ...ONE, onExpiry } },
        'POST /api/approvals/ap1/decision': { status: 202, body: { status: 'recorded', madeAt } },
      });

      const { code, out } = await pmAgent(args, { PM_AGENT_URL: api.url });

      expect(code).toBe(0);
      expect(out).toMatch(/^Recorded/m);
      expect(out).toContain(then);
    },
  );
});

test('a decision that came too late exits 1 and says who was first, by name, and what they decided', async () => {
  const env = await apiWith([ONE], {
    status: 409,
    body: {
      error: {
        code: 'already_decided',
        message: 'already approved by Ana Lindqvist at 2026-11-23T09:00:00.000Z',
        decidedBy: 'lead-1',
        decidedAt: '2026-11-23T09:00:00.000Z',
      },
    },
  });
  expect(await pmAgent(['approve', 'ap1'], env)).toMatchObject({
    code: 1,
    err: 'pm-agent: already approved by Ana Lindqvist at 2026-11-23 09:00:00 UTC (409)\n',
  });
});

test.each([
  [['approve', 'ap1'], false],
  [['reject', 'ap1', '--reason', 'no'], true],
])('%j of a drill says so, and never that its action was approved', async (args, saysWhat) => {
  const body = { ...ONE, drill: 'the wrong issue' };

  const { code, out } = await pmAgent(args, await apiWith([ONE], { body }));

  expect(code).toBe(0);
  expect(out).toContain('That was a drill: the wrong issue. Nothing was sent.\n');
  expect(out.includes('jira.transition on jira:PAY-5')).toBe(saysWhat);
});

test('a refusal exits 1 with its reason', async () => {
  const env = await apiWith([ONE], {
    status: 403,
    body: { error: { message: 'only lead-1 may decide this' } },
  });
  expect(await pmAgent(['approve', 'ap1'], env)).toMatchObject({
    code: 1,
    err: 'pm-agent: only lead-1 may decide this (403)\n',
  });
});

test('--json prints the answer and keeps the exit code', async () => {
  const env = await apiWith([ONE], { status: 409, body: { error: { code: 'settled', message: 'settled' } } });
  const ran = await pmAgent(['approve', 'ap1', '--json'], env);
  expect(ran.code).toBe(1);
  expect(JSON.parse(ran.out)).toEqual({ error: { code: 'settled', message: 'settled' } });
});

test.each([
  [
    ['approve', 'ap1', '--payload', '{"issueKey":"PAY-5","toStatus":"Blocked"}'],
    { decision: 'approve', payload: { issueKey: 'PAY-5', toStatus: 'Blocked' } },
    'Approved with your edit: ',
  ],
  [['ask', 'ap1', 'Why now?'], { decision: 'ask', note: 'Why now?' }, 'Asked: '],
  [
    ['snooze', 'ap1', '--until', '2026-12-01T09:00:00Z'],
    { decision: 'snooze', until: '2026-12-01T09:00:00.000Z' },
    'Put off: ',
  ],
  [['take-over', 'ap1', '--reason', 'quicker'], { decision: 'take_over', reason: 'quicker' }, 'Taken over'],
])('%j is the decision %j', async (args, body, out) => {
  const ran = await pmAgent(args, await apiWith([ONE]));

  expect(ran).toMatchObject({ code: 0, out: expect.stringContaining(out) });
  expect(sentDecision().body).toEqual({ hash: ONE.hash, ...body });
});

test('approve --edit sends what the editor left, and nothing where it changed nothing', async () => {
  const env = { ...(await apiWith([ONE])), EDITOR: 'sed -i s/Done/Blocked/' };

  expect(await pmAgent(['approve', 'ap1', '--edit'], env)).toMatchObject({ code: 0 });
  expect(sentDecision().body).toMatchObject({ payload: { issueKey: 'PAY-5', toStatus: 'Blocked' } });
  expect(await pmAgent(['approve', 'ap1', '--edit'], { ...env, EDITOR: 'true' })).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing was changed, so nothing was decided'),
  });
  expect(api.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test('approve with a payload that is none says so, and asks nothing', async () => {
  for (const [payload, code] of [
    ['{', 2],
    ['[]', 2],
    ['@missing.json', 1],
  ] as const) {
    const ran = await pmAgent(['approve', 'ap1', '--payload', payload], await apiWith([ONE]));
    expect(ran).toMatchObject({ code, err: expect.stringContaining('--payload: ') });
    expect(api.asked.filter(({ method }) => method === 'POST')).toEqual([]);
    await api.close();
  }
});

test('the first of two approvals is told as such, and approvals shows what happened meanwhile', async () => {
  const half = {
    ...ONE,
    needed: 2,
    given: [{ by: 'ana', name: 'Ana', at: '2026-11-23T10:00:00.000Z' }],
    drift: [{ member: 'status', was: 'To Do', is: 'Done' }],
    questions: [{ question: 'Why?', by: 'bo', at: '2026-11-23T10:00:00.000Z', answer: 'Because.' }],
    snoozedUntil: '2026-11-23T12:00:00.000Z',
  };

  const ran = await pmAgent(['approve', 'ap1'], await apiWith([half], { body: half }));
  const { out } = await pmAgent(['approvals'], { PM_AGENT_URL: api.url });

  expect(ran.out).toContain('(1 of 2; another person has to approve, too)');
  expect(out).toContain('1 of 2 approved (Ana)');
  expect(out).toContain('changed since you looked: the status is "Done", and was "To Do"');
  expect(out).toContain('bo asks: Why?');
  expect(out).toContain('put off until 2026-11-23 12:00:00 UTC');
});

describe('approvals says', () => {
  const who = [
    { id: 'lead-1', name: 'Ana Lindqvist' },
    { id: 'lead-2', name: 'Bo Berg' },
  ];

  test.each([
    [who, 2, 'who may decide: Ana Lindqvist, Bo Berg (2 different people have to approve)'],
    [who.slice(1), 1, 'who may decide: Bo Berg\n'],
    [null, 1, 'who may decide: any operator\n'],
    [[], 1, 'who may decide: nobody of pm-agent.yaml\n'],
  ])('who may decide (%#)', async (mayDecide, needed, told) => {
    const ran = await pmAgent(['approvals'], await apiWith([{ ...ONE, mayDecide, needed }]));
    expect(ran.out).toContain(told);
  });

  test('that a decision waits for a worker, and offers no other one', async () => {
    const recorded = {
      decision: 'approve',
      by: 'lead-1',
      name: 'Ana Lindqvist',
      at: '2026-11-23T14:02:00.000Z',
    };

    const ran = await pmAgent(['approvals'], await apiWith([{ ...ONE, recorded }]));

    expect(ran.out).toContain(
      'Ana Lindqvist already chose to approve at 2026-11-23 14:02:00 UTC; it is applied as soon as a worker runs',
    );
    expect(ran.out).not.toContain('npx pm-agent');
  });

  test('how to decide where only one of two approvals, or a question, waits for a worker', async () => {
    const by = { by: 'lead-1', at: '2026-11-23T14:02:00.000Z' };

    const quorum = await pmAgent(
      ['approvals'],
      await apiWith([{ ...ONE, needed: 2, recorded: { decision: 'approve', ...by } }]),
    );
    await api.close();
    const question = await pmAgent(
      ['approvals'],
      await apiWith([{ ...ONE, recorded: { decision: 'ask', ...by } }]),
    );

    expect(quorum.out).toContain('npx pm-agent approve ap1');
    expect(question.out).toContain('npx pm-agent approve ap1');
  });

  test('who asked a question by name', async () => {
    const questions = [{ question: 'Is it tested?', by: 'lead-1', name: 'Ana Lindqvist', answer: null }];

    const ran = await pmAgent(['approvals'], await apiWith([{ ...ONE, questions }]));

    expect(ran.out).toContain('Ana Lindqvist asks: Is it tested?');
  });

  test('that there are more, and how to read on', async () => {
    const more = await pmAgent(['approvals'], await apiWith([ONE], undefined, 'next-page'));
    await api.close();
    const rest = await pmAgent(['approvals', '--cursor', 'next-page'], await apiWith([TWO]));

    expect(more.out).toContain(
      'There are more: npx pm-agent approvals --status pending --cursor next-page\n',
    );
    expect(rest.out).not.toContain('There are more');
    expect(api.asked[0]?.url).toBe('/api/approvals?status=pending&limit=50&sort=deadline&cursor=next-page');
  });

  test('that a suggestion sends nothing, before and after the answer', async () => {
    const nothingSent = 'jira.transition in PAY is at the level propose, so whoever agrees does it by hand';
    const sentence = `Suggestion only: your answer is recorded, nothing is sent (${nothingSent})`;
    const one = { ...ONE, nothingSent };

    const before = await pmAgent(['approvals'], await apiWith([one]));
    await api.close();
    const after = await pmAgent(['approve', 'ap1'], await apiWith([one], undefined, null, one));

    expect(before.out).toContain(sentence);
    expect(before.out).toContain('npx pm-agent approve ap1 --hash 0badcafe0123   (says that you agree)');
    expect(after.out).toContain('Agreed: jira.transition on jira:PAY-5');
    expect(after.out).toContain(sentence);
    expect(after.out).not.toContain('Approved');
  });
});
