/** The model's turns and its tools over the real mirror: what is paid, what may be read, what a decision can rest on. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TurnInput } from '../../src/activities/contract.js';
import type { ToolCall } from '../../src/domain/turn.js';
import type { Claude, ModelReply, ModelRequest } from '../../src/integrations/claude/claude.js';
import { STALE_THINKING } from '../../src/integrations/integration-error.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { decided } from './support/decided.js';
import { asking, modelReply, toolUse } from './support/model-reply.js';
import type { Script } from './support/scripted.js';
import {
  context,
  facts,
  jiraComment,
  jiraIssue,
  sprintIssue,
  transitions,
  vendorError,
} from './support/vendor-data.js';
import { createWorld, environment, type World, type WorldOptions } from './support/world.js';

const team = {
  id: 'payments',
  jiraProjects: ['PAY', 'OPS'],
  jiraBoard: 1,
  repositories: ['acme/pay-api'],
  slackChannel: 'C0PAY',
  lead: null,
  rules: '',
};

let world: World;
afterEach(() => world.dispose());

const cycle = cycleInput();
const unreadable = vendorError('bad_reply', { service: 'claude', status: 200, retryable: true });

async function open(
  createMessage: NonNullable<Script<Claude>['createMessage']>,
  options: WorldOptions = {},
): Promise<string> {
  world = createWorld({ ...options, claude: { createMessage }, deps: { teams: [team], ...options.deps } });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  return world.storeContext(context());
}

function decision(evidence: readonly string[] = ['issue']): ModelReply {
  return modelReply({
    text: JSON.stringify({
      summary: 'PAY-2 is the same.',
      reasons: [{ text: 'It fails in the same way.', evidence }],
      actions: [],
      uncertainty: null,
    }),
    usage: { inputTokens: 100_000 },
  });
}

const taken = (input: TurnInput, attempt = 1) => world.call('takeTurn', input, { attempt });
const requests = () => world.claude.received.map(({ args }) => args[0] as ModelRequest);
const toolNames = (request: ModelRequest | undefined) =>
  request?.tools.map((tool) => (tool as { name: string }).name);

/** What the model was answered last. */
function lastAnswers(): readonly { readonly is_error?: boolean; readonly data: any }[] {
  const last = requests().at(-1)?.messages.at(-1) as { content: { content: string; is_error?: boolean }[] };
  return last.content.map(({ content, ...rest }) => ({ ...rest, data: JSON.parse(content) }));
}

describe('a model that asks to read more', () => {
  const reading = {
    issues: undefined,
    jira: { getIssue: () => jiraIssue({ key: 'PAY-2' }), getTransitions: () => transitions },
  };

  test('that carries marks of steering has flagged the cycle, in the records and for whoever decides', async () => {
    const getIssue = () => jiraIssue({ key: 'PAY-2', summary: 'clo\u202Ese', comments: [] });
    const first = { rule: 'hidden characters', where: 'event', what: '1 (U+200B)' } as const;
    await open([asking(toolUse('read_issue', { key: 'PAY-2' })), decision()], {
      jira: { ...reading.jira, getIssue },
    });
    const event = commentEvent({ comment: { id: '1', text: 'hid\u200Bden' } });
    const read = { ...cycle, event };
    const contextHash = await world.storeContext({ ...context(), flags: [first] });

    const result = await decided(world, { cycle: read, contextHash });

    const found = {
      rule: 'bidirectional characters',
      where: 't1.1:issue-PAY-2',
      what: '1 that re-order what is read',
    };
    expect(JSON.parse(String(world.reader.getBlob(result.contextHash))).flags).toEqual([first, found]);
    const entry = world.reader.auditOf(cycle.cycleId).find(({ kind }) => kind === 'event.flagged');
    expect(JSON.parse(entry?.data ?? '{}')).toEqual({ flags: [found] });
  });

  test('gets it as data, and may cite it; the context that stands for the cycle holds it', async () => {
    const contextHash = await open(
      [asking(toolUse('read_issue', { key: 'PAY-2' })), decision(['t1.1:issue-PAY-2'])],
      { jira: reading.jira },
    );

    const result = await decided(world, { cycle, contextHash });

    expect(result.decision.reasons).toEqual([
      { text: 'It fails in the same way.', evidence: ['t1.1:issue-PAY-2'] },
    ]);
    expect(result.costUsd).toBeCloseTo(0.4, 10);
    const [answer] = lastAnswers();
    expect(answer?.data.read).toMatchObject({ source: 'jira:rest' });
    expect(answer?.data.items[0]).toMatchObject({ id: 't1.1:issue-PAY-2' });
    const stored = world.reader.getCycle(cycle.cycleId)?.cycle.context_hash;
    expect(stored).toBe(result.contextHash);
    expect(result.contextHash).not.toBe(contextHash);
    const items = JSON.parse(String(world.reader.getBlob(result.contextHash))).items as { id: string }[];
    expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining(['issue', 't1.1:issue-PAY-2']));
  });

  test('is heard in each turn with the same system, tools and nonce, so that the conversation is cached', async () => {
    const contextHash = await open([asking(toolUse('read_issue', { key: 'PAY-2' })), decision()], {
      jira: reading.jira,
    });

    await decided(world, { cycle, contextHash });

    const [first, second] = requests();
    expect(second?.messages.slice(0, first?.messages.length)).toEqual(first?.messages);
    expect([second?.system, second?.tools]).toEqual([first?.system, first?.tools]);
    const nonce = /[0-9a-f]{32}/.exec(JSON.stringify(first?.messages))?.[0];
    expect(lastAnswers()[0]?.data.nonce).toBe(nonce);
  });

  test('can cite of a long answer only what it was shown: the rest is left out of the context, and said so', async () => {
    const comments = Array.from({ length: 30 }, (_, n) => jiraComment(n, { body: 'x'.repeat(1_500) }));
    const ids = comments.map(({ id }) => `t1.1:comment-${id}`);
    let shown: readonly string[] = [];
    const contextHash = await open(
      [
        asking(toolUse('read_issue', { key: 'PAY-2' })),
        ({ messages }: ModelRequest) => {
          shown = ids.filter((id) => JSON.stringify(messages.at(-1)).includes(`${id}\\"`));
          return decision(ids);
        },
      ],
      {
        jira: {
          getIssue: () => jiraIssue({ key: 'PAY-2', comments }),
          getTransitions: () => [],
        },
      },
    );

    const result = await decided(world, { cycle, contextHash });

    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThan(ids.length);
    expect(result.decision.reasons).toEqual([{ text: 'It fails in the same way.', evidence: shown }]);
    const grown = JSON.parse(String(world.reader.getBlob(result.contextHash)));
    expect(grown.omitted.join()).toContain('more items: the answer would be too long');
  });

  test('leaves each turn and each use of a tool in the record', async () => {
    const contextHash = await open([asking(toolUse('read_issue', { key: 'PAY-2' })), decision()], {
      jira: reading.jira,
    });

    await decided(world, { cycle, contextHash });

    const detail = world.reader.getCycle(cycle.cycleId);
    expect(detail?.steps.map(({ id }) => id.slice(cycle.cycleId.length))).toEqual([
      '/decide/t1',
      '/decide/t1.1',
      '/decide',
    ]);
    expect(detail?.modelCalls.map(({ purpose }) => purpose)).toEqual(['decide', 'go on']);
    expect(world.auditKinds(cycle.cycleId)).toEqual([
      'event.received',
      'model.called',
      'tool.used',
      'model.called',
      'decision.made',
    ]);
  });

  const mayNotAsk = (request: ModelRequest) =>
    JSON.stringify(request.messages.at(-1)).includes('You cannot read any more.');

  test.each([1, 4])(
    'has %d turns for it, and then one more in which it has to decide',
    async (modelTurns) => {
      let n = 0;
      const createMessage = (request: ModelRequest) => {
        n += 1;
        return mayNotAsk(request)
          ? decision()
          : asking(toolUse('read_issue', { key: 'PAY-2' }, `toolu_${n}`));
      };
      const contextHash = await open(createMessage, {
        jira: reading.jira,
        deps: { limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 6, modelTurns } },
      });

      const { failure } = await decided(world, { cycle, contextHash });

      expect(failure).toBeNull();
      expect(n).toBe(modelTurns + 1);
      // Another choice or other tools would drop what is cached of the conversation.
      expect(requests().map(({ toolChoice }) => toolChoice)).toEqual(requests().map(() => undefined));
      expect(toolNames(requests().at(-1))).toEqual(toolNames(requests()[0]));
    },
  );

  test('where it has to decide is told so once, nothing is read, and it may decide then', async () => {
    let n = 0;
    const createMessage = () => {
      n += 1;
      return n === 3 ? decision() : asking(toolUse('read_issue', { key: 'PAY-2' }, `toolu_${n}`));
    };
    const contextHash = await open(createMessage, {
      jira: reading.jira,
      deps: { limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 6, modelTurns: 1 } },
    });

    const result = await decided(world, { cycle, contextHash });

    expect(result).toMatchObject({ failure: null, asked: [[{ place: 't1.1' }], []] });
    expect(world.jira.calls().filter((call) => call === 'getIssue')).toHaveLength(1);
    const [refused] = (requests()[2]?.messages.at(-1)?.content ?? []) as { content: string }[];
    expect(JSON.parse(refused?.content ?? '{}').refused).toBe('nothing more is read for this event');
    expect(world.reader.getCycle(cycle.cycleId)?.modelCalls.map(({ purpose }) => purpose)).toEqual([
      'decide',
      'go on',
      'repair',
    ]);
  });

  test('and goes on asking where it has to answer ends without a decision, after one more try', async () => {
    const contextHash = await open(() => asking(toolUse('read_issue', { key: 'PAY-2' })), {
      jira: reading.jira,
    });

    expect(await decided(world, { cycle, contextHash })).toMatchObject({
      failureKind: 'no_answer',
      decision: { actions: [] },
    });
    expect(requests()).toHaveLength(6);
  });

  test.each([
    ['a name without end', '字'.repeat(300), { key: 'PAY-2' }, '"PAY-2"'],
    ['quotes', 'read_issue', { key: '"\\'.repeat(300) }, 'read_issue'],
    ['pictures', 'read_issues', { key: '🔥'.repeat(300) }, '🔥…'],
  ])('and spells it with %s is told in a line that Temporal takes', async (_what, name, input, shown) => {
    const contextHash = await open([asking(toolUse(name, input)), decision()], { jira: reading.jira });

    const { asked } = await decided(world, { cycle, contextHash });

    const summary = asked[0]?.[0]?.summary ?? '';
    expect(summary).toContain(shown);
    expect(summary).not.toMatch(/\p{Surrogate}/u);
    expect(Buffer.byteLength(JSON.stringify(summary))).toBeLessThanOrEqual(400);
  });

  test('for more than a turn may hold gets the first of it', async () => {
    const many = Array.from({ length: 6 }, (_, n) => toolUse('read_issue', { key: 'PAY-2' }, `toolu_${n}`));
    const contextHash = await open([asking(...many), decision()], { jira: reading.jira });

    const { asked } = await decided(world, { cycle, contextHash });

    expect(asked[0]).toHaveLength(4);
    expect(lastAnswers().map(({ is_error }) => is_error ?? false)).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('for what it was given already is told so', async () => {
    const contextHash = await open([asking(toolUse('read_context', {})), decision()]);

    await decided(world, { cycle, contextHash });

    expect(lastAnswers()[0]?.data.refused).toBe('the context was given already');
  });
});

describe('what a tool may read', () => {
  async function answerTo(name: string, input: unknown, options: WorldOptions = {}) {
    const contextHash = await open([asking(toolUse(name, input)), decision()], options);
    await decided(world, { cycle, contextHash });
    return lastAnswers()[0];
  }

  test.each<[string, string, unknown]>([
    ['an issue of another project', 'read_issue', { key: 'HR-9' }],
    ['a key that is none', 'read_issue', { key: 'PAY' }],
    ['a pull request of another repository', 'read_pull_request', { repository: 'acme/payroll', id: 1 }],
    ['a tool of its own making', 'delete_issue', { key: 'PAY-1' }],
    ['an input that does not fit', 'read_issue', { key: 'PAY-2', fields: '*all' }],
    ['an id that is none', 'read_pull_request', { repository: 'acme/pay-api', id: -1 }],
  ])(
    'is not %s: the model is told, the audit log too, and no vendor is asked',
    async (_what, name, input) => {
      const answer = await answerTo(name, input);

      expect(answer?.is_error).toBe(true);
      expect(answer?.data.refused).toEqual(expect.any(String));
      expect([...world.jira.calls(), ...world.bitbucket.calls()].filter((call) => call !== 'myself')).toEqual(
        [],
      );
      const [used] = world.reader.auditOf(cycle.cycleId).filter(({ kind }) => kind === 'tool.used');
      expect(JSON.parse(used?.data ?? '{}')).toMatchObject({
        tool: name,
        input,
        refused: expect.any(String),
      });
    },
  );

  test('is not an issue that was moved out of the team', async () => {
    const answer = await answerTo(
      'read_issue',
      { key: 'PAY-2' },
      {
        jira: {
          getIssue: () => jiraIssue({ key: 'HR-2', projectKey: 'HR', summary: 'Salaries' }),
          getTransitions: () => [],
        },
      },
    );

    expect(answer?.data.refused).toContain('may not be read');
    expect(JSON.stringify(answer)).not.toContain('Salaries');
  });

  test.each([
    'PAY-1/../HR-9',
    'PAY-1?expand=all',
    'PAY-',
    'PAY-x',
    'pay-1',
    'PAY-1" OR project = HR-1',
    '10001',
  ])('is no issue by what is no key: %s', async (key) => {
    const answer = await answerTo('read_issue', { key }, {});

    expect(answer?.data.refused).toContain('may not be read');
    expect(world.jira.received.filter(({ args }) => args.includes(key))).toEqual([]);
  });

  test('is what a search finds in the projects of the team, whatever a server makes of the query', async () => {
    const found = { summary: 'Wallet', status: 'To Do', assignee: null, priority: null, updated: null };
    const answer = await answerTo(
      'search_issues',
      { words: 'wallet', state: 'open' },
      {
        jira: {
          searchIssues: () => [
            { ...found, key: 'PAY-5', projectKey: 'PAY' },
            { ...found, key: 'HR-5', projectKey: 'HR' },
          ],
        },
      },
    );

    expect(answer?.data.items.map(({ id }: { id: string }) => id)).toEqual(['t1.1:issue-PAY-5']);
    expect(world.jira.received.find(({ method }) => method === 'searchIssues')?.args[0]).toMatchObject({
      projects: ['PAY', 'OPS'],
    });
  });

  test('without teams is the place of the event alone', async () => {
    const answer = await answerTo(
      'read_issue',
      { key: 'WEB-1' },
      { deps: { teams: [], laneHolder: async () => null } },
    );

    expect(answer?.data.refused).toContain('owns PAY');
  });

  test("is a sprint that the context or the board names, with the team's issues alone", async () => {
    const sprint = { id: 7, name: 'Sprint 7', state: 'active', goal: null, startDate: null, endDate: null };
    const answer = await answerTo(
      'read_sprint',
      { sprintId: null },
      {
        jira: {
          getSprint: () => sprint,
          getSprintIssues: () => [sprintIssue({ key: 'PAY-1' }), sprintIssue({ key: 'HR-1' })],
        },
        changes: {
          jira: {
            boardSprints: () => ({
              sprints: [{ ...sprint, self: null, boardId: 1, completeDate: null }],
              nextStartAt: null,
            }),
          },
        },
      },
    );

    expect(answer?.data.items.map(({ id }: { id: string }) => id)).toEqual([
      't1.1:sprint-7',
      't1.1:issue-PAY-1',
    ]);
    expect(answer?.data.items[0].data.issueCount).toBe(2);
  });

  test("is not a sprint of somebody else's board", async () => {
    const answer = await answerTo(
      'read_sprint',
      { sprintId: 99 },
      { changes: { jira: { boardSprints: () => ({ sprints: [], nextStartAt: null }) } } },
    );

    expect(answer?.data.refused).toContain('sprint 99 may not be read');
  });

  describe('is who of the team is away', () => {
    const people = ['ana', 'bo', 'eve'].map((id) => ({
      id,
      name: id,
      jira: `712020:${id}`,
      bitbucket: null,
      slack: null,
      roles: [],
    }));
    const calendar = {
      timezone: 'Europe/Berlin',
      days: ['mon', 'tue'],
      from: 540,
      to: 1_020,
      holidays: 'DE',
      blackout: [],
    } as const;
    const away = [
      { person: 'bo', from: '2026-11-30', to: '2026-12-02' },
      { person: 'ana', from: '2027-03-01', to: '2027-03-05' },
    ];
    const payments = { ...team, timezone: 'Europe/Berlin', members: ['ana', 'bo'], calendar, away };
    const others = {
      ...team,
      id: 'hr',
      jiraProjects: ['HR'],
      members: ['eve'],
      away: [{ person: 'eve', from: '2026-11-23', to: '2026-12-31' }],
    };
    const asked = (input: unknown, teams = [payments, others]) =>
      answerTo('who_is_away', input, { deps: { teams, people } });

    test('in the next two weeks, and no other team', async () => {
      const answer = await asked({ from: null, to: null });

      expect(answer?.data.read).toMatchObject({ source: 'pm-agent.yaml' });
      expect(answer?.data.items).toMatchObject([
        {
          id: 't1.1:calendar',
          kind: 'calendar',
          data: {
            team: 'payments',
            today: '2026-11-23',
            from: '2026-11-23',
            to: '2026-12-06',
            workingDays: ['mon', 'tue'],
            hours: '09:00-17:00',
            notKnownToBeAway: ['ana'],
          },
        },
        {
          id: 't1.1:away-bo',
          kind: 'person',
          data: { name: 'bo', jira: '712020:bo', away: [{ from: '2026-11-30', to: '2026-12-02' }] },
        },
      ]);
      expect(JSON.stringify(answer)).not.toContain('eve');
    });

    test('over holidays', async () => {
      const answer = await asked({ from: '2026-12-24', to: '2026-12-27' });

      expect(answer?.data.items[0].data.daysOff).toEqual([
        { date: '2026-12-25', why: 'holiday' },
        { date: '2026-12-26', why: 'holiday' },
      ]);
    });

    test.each([
      ['a span that ends before it begins', { from: '2026-12-02', to: '2026-12-01' }, 'no span'],
      ['a span of years', { from: '2026-01-01', to: '2029-01-01' }, 'no span'],
      ['a day that is none', { from: '2026-02-30', to: null }, 'does not fit'],
    ])('but not in %s', async (_what, input, why) => {
      expect((await asked(input))?.data.refused).toContain(why);
    });

    test('but not where the team is not known', async () => {
      const elsewhere = [payments, others].map((one) => ({
        ...one,
        jiraProjects: ['WEB'],
        repositories: [],
        members: [],
      }));

      expect((await asked({ from: null, to: null }, elsewhere))?.data.refused).toContain(
        'not known which team',
      );
    });
  });

  test('is what was decided on this subject before', async () => {
    const contextHash = await open([asking(toolUse('earlier_cycles', {})), decision()]);
    const earlier = cycleInput({ cycleId: 'cycle-jira-earlier' });
    const other = cycleInput({
      cycleId: 'cycle-jira-other',
      event: { ...cycle.event, subject: 'jira:PAY-99' },
    });
    for (const input of [earlier, other]) {
      await world.deps.mirror.startCycle(input, 'run-1');
      const summary = `answered ${input.event.subject}`;
      await world.deps.mirror.finishCycle({
        cycle: input,
        status: 'completed',
        outcome: 'no_action',
        summary,
        error: null,
        runId: 'run-1',
      });
    }

    await decided(world, { cycle, contextHash });

    expect(lastAnswers()[0]?.data).toMatchObject({
      read: { source: 'pm-agent' },
      items: [{ kind: 'earlier', data: { summary: `answered ${cycle.event.subject}` } }],
    });
  });
});

describe('a vendor that does not answer a tool', () => {
  const away = vendorError('unavailable', { status: 503, retryable: true });
  const call: ToolCall = { place: 't1.1', index: 0, summary: '' };

  async function use(error: Error, attempt: number) {
    const contextHash = await open([asking(toolUse('read_issue', { key: 'PAY-2' }))], {
      jira: { getIssue: [error], getTransitions: () => transitions },
    });
    const turn = await world.call('takeTurn', { cycle, contextHash, turns: [] });
    const reply = turn.kind === 'asked' ? turn.reply : '';
    const { hash } = await world.call('useTool', { cycle, contextHash, reply, call }, { attempt });
    return JSON.parse(String(world.reader.getBlob(hash)));
  }

  test('is tried again, and then the model goes on without', async () => {
    await expect(use(away, 1)).rejects.toMatchObject({ nonRetryable: false });
    await world.dispose();
    expect(await use(away, 3)).toMatchObject({ refused: expect.stringContaining('unavailable'), items: [] });
  });

  test('but asks for a pause is not waited for', async () => {
    const busy = vendorError('rate_limit', { status: 429, retryable: true, retryAfterMs: 3_600_000 });

    expect(await use(busy, 1)).toMatchObject({ refused: expect.stringContaining('rate_limit') });
  });

  test('and kills its worker each time is given up', async () => {
    expect(await use(away, 4)).toMatchObject({ refused: expect.stringContaining('no try came to its end') });
    expect(world.jira.calls()).not.toContain('getIssue');
  });
});

describe('a turn that was paid', () => {
  test('is taken from the ledger where its completion was lost', async () => {
    const contextHash = await open([asking(toolUse('earlier_cycles', {})), decision()]);
    const turns = [];
    const first = await world.call('takeTurn', { cycle, contextHash, turns: [] });
    const again = await world.call('takeTurn', { cycle, contextHash, turns: [] }, { attempt: 2 });
    expect(again).toEqual(first);
    if (first.kind !== 'asked') {
      throw new Error('it asks');
    }
    const [call] = first.calls;
    const result = await world.call('useTool', {
      cycle,
      contextHash,
      reply: first.reply,
      call: call ?? { place: '', index: 0, summary: '' },
    });
    turns.push({ reply: first.reply, results: [result], costUsd: first.costUsd });

    const last = await world.call('takeTurn', { cycle, contextHash, turns });
    const lastAgain = await world.call('takeTurn', { cycle, contextHash, turns }, { attempt: 2 });

    expect(lastAgain).toEqual(last);
    expect(world.claude.calls()).toHaveLength(2);
    expect(world.reader.getCycle(cycle.cycleId)?.cycle.cost_usd).toBeCloseTo(0.4, 10);
  });

  test('over another context is another turn', async () => {
    const contextHash = await open([decision(), decision()]);
    await world.call('takeTurn', { cycle, contextHash, turns: [] });
    const other = await world.storeContext(context({ facts, omitted: ['read again'] }));

    await world.call('takeTurn', { cycle, contextHash: other, turns: [] });

    expect(world.claude.calls()).toHaveLength(2);
  });

  test('whose reply was withheld from the mirror ends the conversation, and is not asked again', async () => {
    const contextHash = await open([asking(toolUse('earlier_cycles', {}))]);
    const hash = await world.deps.mirror.putBlob('reply', JSON.stringify({ withheld: 'a secret' }));

    const turn = await world.call('takeTurn', {
      cycle,
      contextHash,
      turns: [{ reply: hash, results: [], costUsd: 0.2 }],
    });

    expect(turn).toMatchObject({ kind: 'decided', failureKind: 'stopped', costUsd: 0.2 });
    expect(world.claude.calls()).toEqual([]);
  });
});

describe('a conversation that an older build began', () => {
  const OLD = { id: 'question', version: '2020-01-01' };

  /** Its first turn, as that build sent and recorded it. */
  async function begun(...replies: (ModelReply | Error)[]) {
    const contextHash = await open(replies);
    const reply = asking(toolUse('earlier_cycles', {}));
    const at = '2026-11-23T10:00:00.000Z';
    const { replyHash } = await world.deps.mirror.recordModelCall({
      id: `${cycle.cycleId}.t1.0123456789ab`,
      cycleId: cycle.cycleId,
      purpose: 'decide',
      model: 'claude-sonnet-5',
      promptId: OLD.id,
      promptVersion: OLD.version,
      request: world.deps.messageBody({
        model: 'claude-sonnet-5',
        maxTokens: 99,
        system: 'Old words.',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'An old question.' }] }],
        tools: [{ name: 'old_tool', input_schema: { type: 'object', z: 1, a: 2 } }],
        replySchema: { type: 'object', title: 'old' },
      }),
      reply: reply.raw,
      stopReason: 'tool_use',
      usage: null,
      costUsd: 0.2,
      priceDate: null,
      requestId: null,
      startedAt: at,
      endedAt: at,
      error: null,
    });
    const answer = { tool: 'earlier_cycles', input: {}, items: [], omitted: [], refused: null };
    const hash = await world.deps.mirror.putBlob('tool', JSON.stringify(answer));
    return {
      cycle,
      contextHash,
      turns: [{ reply: replyHash ?? '', results: [{ index: 0, hash }], costUsd: 0.2 }],
    };
  }

  const decidedBy = () =>
    JSON.parse(
      world.reader.getCycle(cycle.cycleId)?.steps.find(({ id }) => id.endsWith('/decide'))?.detail ?? '{}',
    );

  test('goes on in its words, to the byte, by its model, and claims no others', async () => {
    const result = await taken(await begun(decision()));

    expect(result).toMatchObject({ kind: 'decided', failure: null });
    const [request] = requests();
    expect(request).toMatchObject({ model: 'claude-sonnet-5', system: 'Old words.' });
    expect(JSON.stringify(request?.tools)).toBe(
      '[{"name":"old_tool","input_schema":{"type":"object","z":1,"a":2}}]',
    );
    expect(request?.messages).toHaveLength(3);
    expect(world.reader.getCycle(cycle.cycleId)?.modelCalls.at(-1)).toMatchObject({
      purpose: 'go on',
      prompt_id: OLD.id,
      prompt_version: OLD.version,
    });
    expect(decidedBy()).toMatchObject({ model: 'claude-sonnet-5', prompt: `${OLD.id} ${OLD.version}` });
  });

  test('is answered in what can be read today, as long as it may be today', async () => {
    await taken(await begun(decision()));

    expect(requests()[0]?.maxTokens).not.toBe(99);
    expect(requests()[0]?.replySchema).not.toMatchObject({ title: 'old' });
  });

  test('and begins anew is in the words of today, and paid once', async () => {
    const input = await begun(vendorError(STALE_THINKING, { service: 'claude', status: 400 }), decision());

    const first = await taken(input);
    // The worker died after the answer: the next try sends nothing.
    const again = await taken(input, 2);

    expect(again).toEqual(first);
    expect(requests()).toHaveLength(2);
    expect(requests()[1]).toMatchObject({ model: 'claude-sonnet-5-5' });
    expect(requests()[1]?.system).not.toContain('Old words.');
    const last = world.reader.getCycle(cycle.cycleId)?.modelCalls.at(-1);
    expect(last).toMatchObject({ purpose: 'begin anew', error: null });
    expect(last?.prompt_version).not.toBe(OLD.version);
    expect(decidedBy().prompt).toBe(`${last?.prompt_id} ${last?.prompt_version}`);
  });

  test('of which the ledger does not know what was sent begins anew', async () => {
    const { turns, ...input } = await begun(decision());
    const hash = await world.deps.mirror.putBlob(
      'reply',
      JSON.stringify({ ...Object(asking().raw), id: 'msg_2' }),
    );

    await taken({ ...input, turns: turns.map((turn) => ({ ...turn, reply: hash })) });

    expect(world.reader.getCycle(cycle.cycleId)?.modelCalls.at(-1)).toMatchObject({ purpose: 'begin anew' });
  });
});

describe('a conversation without a usable end', () => {
  test('ends where a wish to read holds a configured secret: no word of it is kept, and it is paid once', async () => {
    const value = ['hunter', 'two', 'and', 'more'].join('-');
    const asked = asking(toolUse('search_issues', { text: value }));
    const secrets = [{ name: 'JIRA_API_TOKEN', forms: [value] }];
    const contextHash = await open([{ ...asked, raw: { content: asked.content } }], {
      deps: { output: { linkHosts: [], mentions: [], secrets } },
    });

    const first = await world.call('takeTurn', { cycle, contextHash, turns: [] });
    const again = await world.call('takeTurn', { cycle, contextHash, turns: [] });

    expect(first).toMatchObject({ kind: 'decided', failureKind: 'withheld', decision: { actions: [] } });
    expect(again).toEqual(first);
    expect(world.claude.calls()).toHaveLength(1);
    expect(JSON.stringify(world.reader.auditOf(cycle.cycleId))).not.toContain(value);
  });

  test('is repaired once, in a turn of its own', async () => {
    const contextHash = await open([modelReply({ text: 'Sure! {}' }), decision()]);

    const { failure } = await decided(world, { cycle, contextHash });

    expect(failure).toBeNull();
    expect(JSON.stringify(requests()[1]?.messages.at(-1))).toContain('not one JSON object');
    expect(world.reader.getCycle(cycle.cycleId)?.modelCalls.map(({ purpose }) => purpose)).toEqual([
      'decide',
      'repair',
    ]);
  });

  test.each([
    ['', 'unreadable'],
    ['still {}', 'unreadable'],
  ])('twice (%p) is no decision', async (text, failureKind) => {
    const contextHash = await open([modelReply({ text }), modelReply({ text })]);

    expect(await decided(world, { cycle, contextHash })).toMatchObject({
      failureKind,
      failure: expect.stringContaining('also after a second try'),
      decision: { actions: [] },
    });
  });

  test.each([
    ['refusal', 'refusal'],
    ['max_tokens', 'cut'],
    ['pause_turn', 'paused'],
    ['model_context_window_exceeded', 'context_too_large'],
    ['something_new', 'stopped'],
    [null, 'stopped'],
  ])('F30: with %s ends as %s, and its plan is not carried out', async (stopReason, failureKind) => {
    const whole = decision();
    const contextHash = await open([modelReply({ content: whole.content, stopReason })]);

    const result = await decided(world, { cycle, contextHash });

    expect(result).toMatchObject({ failureKind, decision: { actions: [], reasons: [] } });
    expect(world.claude.calls()).toHaveLength(1);
  });

  test('is not what a stop sequence ends: the model said all that it wanted', async () => {
    const whole = decision();
    const contextHash = await open([modelReply({ content: whole.content, stopReason: 'stop_sequence' })]);

    const result = await decided(world, { cycle, contextHash });

    expect(result).toMatchObject({ failureKind: null, decision: { reasons: [{ evidence: ['issue'] }] } });
  });

  test('because of the budget says which, and calls nobody', async () => {
    const contextHash = await open([], {
      deps: { budgets: { perEvent: 0.01, perSubjectPerDay: 100, perProjectPerDay: 10, perDay: 25 } },
    });

    expect(await decided(world, { cycle, contextHash })).toMatchObject({
      failureKind: 'over_budget',
      failure: expect.stringContaining('budgets.perEvent'),
    });
  });

  test.each([
    ['a request that the API refuses', vendorError('invalid', { service: 'claude', status: 400 }), 1],
    ['a key that is not accepted', vendorError('auth', { service: 'claude', status: 401 }), 5],
    ['an account without credit', vendorError('forbidden', { service: 'claude', status: 402 }), 5],
    ['answers that are no message', unreadable, 2],
    [
      'a model that is away for all of its tries',
      vendorError('unavailable', { service: 'claude', status: 529, retryable: true }),
      10,
    ],
  ])('F27: because of %s is no action and a reason, not a failed cycle', async (_what, error, tries) => {
    const contextHash = await open(Array.from({ length: tries }, () => error));
    for (let attempt = 1; attempt < tries; attempt += 1) {
      await expect(
        world.call('takeTurn', { cycle, contextHash, turns: [] }, { attempt }),
      ).rejects.toMatchObject({ nonRetryable: false });
    }

    const last = await world.call('takeTurn', { cycle, contextHash, turns: [] }, { attempt: tries });

    expect(last).toMatchObject({
      kind: 'decided',
      failureKind: 'unavailable',
      failure: expect.stringContaining('the model could not be asked'),
      decision: { actions: [] },
    });
    expect(world.reader.getCycle(cycle.cycleId)?.steps).toMatchObject([{ name: 'decide', status: 'failed' }]);
  });

  test.each([
    [413, 'Claude says request_too_large'],
    [400, 'Claude says invalid_request_error prompt is too long: 210000 tokens > 200000 maximum'],
  ])('because of a question that is too large (%i) says so', async (status, message) => {
    const contextHash = await open([vendorError('invalid', { service: 'claude', status, message })]);

    expect(await world.call('takeTurn', { cycle, contextHash, turns: [] })).toMatchObject({
      failureKind: 'context_too_large',
      decision: { actions: [] },
    });
  });

  test('because every try killed its worker says so', async () => {
    const contextHash = await open([]);

    expect(await world.call('takeTurn', { cycle, contextHash, turns: [] }, { attempt: 11 })).toMatchObject({
      failureKind: 'unavailable',
      failure: expect.stringContaining('kills its worker'),
    });
  });
});

describe('a turn that people wait for', () => {
  const clockNow = Date.parse('2026-11-23T10:00:00Z');
  const away = vendorError('unavailable', { service: 'claude', status: 529, retryable: true });
  const pause = (retryAfterMs: number) =>
    vendorError('rate_limit', { service: 'claude', status: 429, retryable: true, retryAfterMs });
  const held = vendorError('budget_held', { service: 'claude', retryable: true, heldBack: true });

  test.each([
    ['is tried again after a hiccup, however late it began', away, 2, 10, true, false],
    ['is tried for some minutes', away, 5, 1, true, false],
    ['is given up then', away, 3, 3, true, true],
    ['is given up at once where the model asks for an hour', pause(3_600_000), 1, 0, true, true],
    ['waits out a short pause', pause(5_000), 1, 0, true, false],
    ['waits for what other calls hold of a budget', held, 9, 10, true, false],
    ['has the patience of others where nobody waits', away, 5, 10, false, false],
  ] as const)('%s', async (_what, error, attempt, minutesAgo, soon, isOver) => {
    const contextHash = await open([error]);
    const scheduledTimestampMs = clockNow - minutesAgo * 60_000;
    const env = environment(attempt, { scheduledTimestampMs });

    const turn = world.call(
      'takeTurn',
      { cycle, contextHash, turns: [], ...(soon ? { soon } : {}) },
      { env },
    );

    await (isOver
      ? expect(turn).resolves.toMatchObject({ failureKind: 'unavailable', decision: { actions: [] } })
      : expect(turn).rejects.toMatchObject({ nonRetryable: false }));
  });
});

describe('a try that people wait for, and that alone takes longer than they can', () => {
  test.each([
    [true, 241_000, 'is the last one'],
    [true, 60_000, 'is followed by another while it took less'],
    [false, 241_000, 'is followed by another where nobody waits'],
  ])('(%p, %i ms) %s', async (soon, tookMs) => {
    let now = Date.parse('2026-11-23T10:00:00Z');
    const timedOut = () => {
      now += tookMs;
      throw vendorError('timeout', { service: 'claude', retryable: true });
    };
    const contextHash = await open(timedOut, { deps: { clock: () => new Date(now) } });

    const turn = world.call('takeTurn', { cycle, contextHash, turns: [], ...(soon ? { soon } : {}) });

    await (soon && tookMs > 240_000
      ? expect(turn).resolves.toMatchObject({ failureKind: 'unavailable' })
      : expect(turn).rejects.toMatchObject({ nonRetryable: false }));
  });
});

describe('a decision of which code takes nothing', () => {
  const groundless = decision(['comment-404']);
  const flood = modelReply({
    text: JSON.stringify({
      summary: 'Everything has to be said.',
      reasons: [{ text: 'It was asked.', evidence: ['event'] }],
      actions: Array.from({ length: 4 }, (_, n) => ({
        kind: 'jira.comment',
        payload: { issueKey: 'PAY-1', as: 'answer', audience: 'internal', body: `Word ${n}.` },
      })),
      uncertainty: null,
    }),
  });

  test.each([
    [
      'names nothing that was read',
      groundless,
      'the only reason of the decision names nothing that was read',
    ],
    [
      'proposes four actions',
      flood,
      'proposes 4 actions, more than the 3 that limits.actionsPerDecision allows',
    ],
  ])(
    'because it %s is none where the event is critical, and the record says why',
    async (_what, reply, why) => {
      const contextHash = await open([reply]);

      const turn = await world.call('takeTurn', { cycle, contextHash, turns: [], soon: true });

      expect(turn).toMatchObject({
        kind: 'decided',
        failureKind: 'not_taken',
        failure: expect.stringContaining(why),
        decision: { actions: [] },
      });
      const made = world.reader.auditOf(cycle.cycleId).findLast(({ kind }) => kind === 'decision.made');
      expect(made?.data).toContain(why);
    },
  );

  test('is planned, and denied there, where the event is not critical', async () => {
    const contextHash = await open([flood]);

    const turn = await world.call('takeTurn', { cycle, contextHash, turns: [] });

    expect(turn).toMatchObject({ failure: null, decision: { actions: { length: 4 } } });
  });
});
