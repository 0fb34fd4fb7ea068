import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CycleView } from '../../src/cli/views.js';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

const CYCLE: CycleView = {
  id: 'cycle-jira-1',
  eventId: 'evt_1',
  status: 'completed',
  outcome: 'acted',
  subject: 'jira:PAY-4',
  source: 'jira',
  eventType: 'comment_created',
  title: 'PAY-4 Refunds\u001b[31m in red',
  summary: 'Answered the question.',
  coalescedInto: null,
  cost: 0.0123,
  temporalUrl: 'http://127.0.0.1:8233/namespaces/default/workflows/cycle-jira-1',
  receivedAt: '2026-11-23T09:00:00.000Z',
  endedAt: '2026-11-23T09:00:05.000Z',
  error: null,
  steps: [
    {
      name: 'gather',
      status: 'done',
      attempt: 1,
      startedAt: '2026-11-23T09:00:01.000Z',
      endedAt: '2026-11-23T09:00:01.250Z',
      detail: { items: 1 },
    },
  ],
  context: {
    items: [
      {
        id: 'issue',
        kind: 'issue',
        source: 'jira:mcp',
        filled: { source: 'jira:rest' },
        fetchedAt: '2026-11-23T09:00:01.100Z',
        hash: '123456789abcdef0',
      },
      {
        id: 'comment-7',
        kind: 'comment',
        source: 'jira:rest',
        fetchedAt: '2026-11-23T09:00:01.100Z',
        hash: 'abcdef0123456789',
      },
    ],
    omitted: ['12 older comments'],
    flags: [{ rule: 'orders to the model', where: 'comment-7', what: 'ignore\u001b[31m all' }],
    reads: [
      {
        what: 'issue PAY-4',
        tool: 'mcp-atlassian jira_get_issue',
        reused: ['description', 'comments'],
        why: null,
      },
      { what: 'issue PAY-5', tool: null, reused: [], why: 'it gave\u001b[31m no answer in time' },
      { what: 'issue PAY-6', tool: null, reused: [], why: null },
    ],
  },
  decision: {
    summary: 'Bo asks who works on it.',
    reasons: [{ text: 'Cleo is the assignee', evidence: ['comment-7'] }],
    uncertainty: 'whether Cleo is away',
    wouldChange: 'a date from Cleo',
  },
  actions: [
    {
      id: 'cycle-jira-1.a1',
      kind: 'jira.transition',
      status: 'executed',
      target: 'jira:PAY-4',
      payload: { issueKey: 'PAY-4', toStatus: 'Done' },
      takenOut: ['a link to evil[.]example', 'a mention of here'],
      hash: 'f'.repeat(64),
      verdict: 'ask',
      rule: 'closing needs a lead',
      policyVersion: 'd9a054f82e10',
      risk: 'G3',
      request: { method: 'POST', path: '/rest/api/3/issue/PAY-4/transitions' },
      result: { status: 204 },
      remoteId: null,
    },
  ],
  approvals: [
    {
      id: 'ap1',
      cycleId: 'cycle-jira-1',
      actionId: 'cycle-jira-1.a1',
      kind: 'jira.transition',
      target: 'jira:PAY-4',
      payload: {},
      hash: 'f'.repeat(64),
      risk: 'G3',
      rule: 'closing needs a lead',
      status: 'approved',
      deadline: '2026-11-24T09:00:00.000Z',
      decidedBy: 'lead-1',
      decidedByName: 'Ana Lindqvist',
      channel: 'slack',
      decidedAt: '2026-11-23T09:00:04.000Z',
      reason: null,
      note: 'go on',
    },
  ],
  modelCalls: [
    {
      purpose: 'decide',
      model: 'claude-sonnet-5-5',
      promptId: 'comment',
      promptVersion: '1.1',
      promptHash: '0123456789abcdef',
      replyHash: null,
      stopReason: 'end_turn',
      inputTokens: 1379,
      outputTokens: 80,
      cost: 0.0123,
      error: null,
    },
  ],
};

let api: FakeServer;

beforeEach(async () => {
  api = await fakeServer({
    'GET /api/cycles': { body: { items: [CYCLE], nextCursor: null } },
    'GET /api/cycles/cycle-jira-1': { body: CYCLE },
  });
});

afterEach(() => api.close());

test('cycles shows one aligned line a cycle', async () => {
  const ran = await pmAgent(['cycles'], { PM_AGENT_URL: api.url });
  expect(ran.code).toBe(0);
  const [heading, row] = ran.out.split('\n');
  expect(heading).toMatch(/^CYCLE +STATUS +OUTCOME +SUBJECT/);
  expect(row).toMatch(
    /^cycle-jira-1 +completed +acted +jira:PAY-4 +comment_created +2026-11-23 09:00:00 +\$0\.0123 +Answered/,
  );
  expect(row?.indexOf('completed')).toBe(heading?.indexOf('STATUS'));
});

test.each([
  [['claude'], '$0.0123 (simulated)'],
  [['jira'], '$0.0123  '],
])('cycles says where %j is simulated whether the cost is money', async (sandboxed, cost) => {
  const home = await fakeServer({
    'GET /': { body: { sandboxed } },
    'GET /api/cycles': { body: { items: [CYCLE], nextCursor: null } },
  });

  const { out } = await pmAgent(['cycles'], { PM_AGENT_URL: home.url });
  await home.close();

  expect(out).toContain(cost);
});

test('cycles passes filters on and prints the answer as it is with --json', async () => {
  const ran = await pmAgent(
    ['cycles', '--status', 'completed', '--subject', 'PAY-4', '--limit', '5', '--json'],
    { PM_AGENT_URL: api.url, PM_AGENT_TOKEN: 'token-1' },
  );
  expect(JSON.parse(ran.out)).toEqual({ items: [CYCLE], nextCursor: null });
  expect(api.asked[0]?.url).toBe('/api/cycles?status=completed&subject=PAY-4&limit=5');
  expect(api.asked[0]?.headers.authorization).toBe('Bearer token-1');
});

test('show tells the whole story: context, reasons, verdict, approver, request, answer, cost', async () => {
  const { code, out } = await pmAgent(['show', 'cycle-jira-1'], { PM_AGENT_URL: api.url });
  expect(code).toBe(0);
  for (const told of [
    /^status +completed, acted$/m,
    /^event +jira comment_created +evt_1$/m,
    /^cost +\$0\.0123$/m,
    /^temporal +http:\/\/127\.0\.0\.1:8233\/namespaces/m,
    /gather +done +09:00:01\.000 +250 ms/,
    /comment-7 +comment +jira:rest +abcdef012345/,
    /issue +issue +jira:mcp \+ jira:rest +123456789abc/,
    /issue PAY-4: through MCP \(mcp-atlassian jira_get_issue\), the rest over REST; description, comments known from less/,
    /issue PAY-5: over REST, because it gave.* no answer in time/,
    /left out: 12 older comments/,
    /flagged: orders to the model in comment-7 \(ignore/,
    /- Cleo is the assignee +\[comment-7\]/,
    /not sure: whether Cleo is away/,
    /decide: claude-sonnet-5-5, prompt comment 1\.1 \(sha256 0123456789ab/,
    /verdict +ask by rule "closing needs a lead" \(policy d9a054f82e10\), risk G3/,
    /approval +approved by Ana Lindqvist over slack at 2026-11-23 09:00:04 UTC \("go on"\)/,
    /taken out +a link to evil\[\.\]example; a mention of here \(what was shown and sent is without it\)/,
    /"toStatus": "Done"/,
    /"path": "\/rest\/api\/3\/issue\/PAY-4\/transitions"/,
    /"status": 204/,
  ]) {
    expect(out).toMatch(told);
  }
  expect(out).not.toContain('PAY-6');
});

test.each(['pending', 'reopened'])(
  'show of a cycle whose request is %s says how to decide it',
  async (status) => {
    const [approval] = CYCLE.approvals;
    const waiting = await fakeServer({
      'GET /api/cycles/cycle-jira-1': { body: { ...CYCLE, approvals: [{ ...approval, status }] } },
    });

    const { out } = await pmAgent(['show', 'cycle-jira-1'], { PM_AGENT_URL: waiting.url });
    await waiting.close();

    expect(out).toContain('npx pm-agent approve ap1');
  },
);

test('show of a request that was shown again says what changed, and that the approval before does not count', async () => {
  const [approval] = CYCLE.approvals;
  const drift = [{ member: 'status', was: 'To Do', is: 'In Progress' }];
  const reopened = { ...approval, status: 'reopened', drift, decidedBy: null, channel: null };
  const waiting = await fakeServer({
    'GET /api/cycles/cycle-jira-1': { body: { ...CYCLE, approvals: [reopened] } },
  });

  const { out } = await pmAgent(['show', 'cycle-jira-1'], { PM_AGENT_URL: waiting.url });
  await waiting.close();

  expect(out).toMatch(
    /changed since you looked: the status is "In Progress", and was "To Do"\n {2}it was approved as it stood before, .*\n {2}npx pm-agent approve ap1 /,
  );
});

test.each(['show', 'explain'])(
  '%s says that the name in a signal of Temporal is only claimed',
  async (command) => {
    const [approval] = CYCLE.approvals;
    const signalled = { ...approval, decidedByName: 'lead-1', channel: 'temporal' };
    const cycle = { ...CYCLE, approvals: [signalled] };
    const decided = await fakeServer({
      'GET /api/cycles/cycle-jira-1': { body: cycle },
      'GET /api/explanations/cycle-jira-1': { body: { actionId: null, cycle, event: null } },
    });

    const { out } = await pmAgent([command, 'cycle-jira-1'], { PM_AGENT_URL: decided.url });
    await decided.close();

    expect(out).toContain(
      'approved by lead-1 (claimed, not proved) over temporal at 2026-11-23 09:00:04 UTC',
    );
  },
);

test('show says since when a pause holds an action, with the time as elsewhere', async () => {
  const [action] = CYCLE.actions;
  const held = 'paused by boss at 2026-12-01T12:36:16.701Z (acceptance)';
  const paused = await fakeServer({
    'GET /api/cycles/cycle-jira-1': { body: { ...CYCLE, actions: [{ ...action, held }] } },
  });

  const { out } = await pmAgent(['show', 'cycle-jira-1'], { PM_AGENT_URL: paused.url });
  await paused.close();

  expect(out).toContain('held (paused by boss at 2026-12-01 12:36:16 UTC (acceptance))');
});

test("vendors' texts cannot steer the terminal", async () => {
  const { out } = await pmAgent(['show', 'cycle-jira-1'], { PM_AGENT_URL: api.url });
  expect(out).not.toContain('\u001b');
  expect(out).toContain('in red');
});

test('show of an unknown cycle exits 1 with what the API says', async () => {
  expect(await pmAgent(['show', 'cycle-none'], { PM_AGENT_URL: api.url })).toEqual({
    code: 1,
    out: '',
    err: 'pm-agent: not known here (404)\n',
  });
});

test('no API exits 1 and says what to do', async () => {
  const ran = await pmAgent(['cycles'], { PM_AGENT_URL: 'http://127.0.0.1:1' });
  expect(ran).toMatchObject({ code: 1, out: '' });
  expect(ran.err).toMatch(/^pm-agent: no answer from http:\/\/127\.0\.0\.1:1 .*npm start.*PM_AGENT_URL\n$/);
});

test('a refused token is named as what it is', async () => {
  const closed = await fakeServer({
    'GET /api/cycles': { status: 401, body: { error: { message: 'send a token' } } },
  });
  const ran = await pmAgent(['cycles'], { PM_AGENT_URL: closed.url });
  await closed.close();
  expect(ran).toMatchObject({
    code: 1,
    err: expect.stringMatching(/send a token \(401\); set PM_AGENT_TOKEN/),
  });
});

test('cycles --attention lists what waits for a person, with the event to try again', async () => {
  await api.close();
  api = await fakeServer({
    'GET /api/cycles': {
      body: { items: [{ ...CYCLE, status: 'failed', outcome: null, error: 'jira is away' }] },
    },
  });

  const { code, out } = await pmAgent(['cycles', '--attention'], { PM_AGENT_URL: api.url });

  expect(code).toBe(0);
  expect(api.asked.at(-1)?.url).toContain('attention=true');
  expect(out).toMatch(/^EVENT\s+CYCLE.*\nevt_1\s+cycle-jira-1\s+failed.*jira is away\n/);
  expect(out).toContain('npx pm-agent events retry <event>');
});

test('cycles --attention says where nothing waits', async () => {
  await api.close();
  api = await fakeServer({ 'GET /api/cycles': { body: { items: [] } } });

  expect((await pmAgent(['cycles', '--attention'], { PM_AGENT_URL: api.url })).out).toBe(
    'Nothing needs attention.\n',
  );
});
