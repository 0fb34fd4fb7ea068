/** Trial runs over the real mirror: what they ask, what they write, and that nothing else changes. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { BUILT_IN_AUTONOMY } from '../../src/domain/autonomy.js';
import type { CycleInput } from '../../src/domain/cycle.js';
import type {
  ReplayResult,
  TrialCase,
  TrialInput,
  TrialPrompt,
  TrialResult,
} from '../../src/domain/trial.js';
import type { ModelReply, ModelRequest } from '../../src/integrations/claude/claude.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { askedAbout } from './support/asked-about.js';
import { asking, modelReply, toolUse } from './support/model-reply.js';
import { context, vendorError } from './support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

const answer = (body: string) => ({ kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } });
const move = { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'In Review' } };

function reply(actions: readonly unknown[], overrides: Partial<ModelReply> = {}): ModelReply {
  const text = JSON.stringify({
    summary: 'Answers.',
    reasons: [{ text: 'It stands there.', evidence: ['issue'] }],
    actions,
    uncertainty: null,
  });
  return {
    id: 'msg_1',
    requestId: 'req_1',
    model: 'claude-sonnet-5-5',
    stopReason: 'end_turn',
    text,
    content: [{ type: 'text', text }],
    raw: {
      id: 'msg_1',
      model: 'claude-sonnet-5-5',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text }],
    },
    usage: { inputTokens: 10_000, outputTokens: 1_000, cacheReadTokens: 0, cacheWriteTokens: 0 },
    ...overrides,
  };
}

/** One cycle that was decided with the first reply; trials get the others. */
async function decided(
  replies: readonly (ModelReply | Error)[],
  options: WorldOptions = {},
  event = commentEvent(),
): Promise<CycleInput> {
  world = createWorld({ ...options, claude: { createMessage: replies } });
  const cycle = cycleInput({ event });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  await world.deps.mirror.recordGathered({
    cycleId: cycle.cycleId,
    step: { name: 'gather', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
    title: 'PAY-1 Checkout',
    contextHash,
    sources: [],
    nothingToDo: null,
  });
  const turn = await world.call('takeTurn', { cycle, contextHash, turns: [] });
  if (turn.kind !== 'decided') {
    throw new Error('no decision');
  }
  const { decision } = turn;
  await world.call('planActions', { cycle, contextHash, decision });
  return cycle;
}

const REPLAY: TrialInput = {
  trialId: 'replay-1',
  kind: 'replay',
  askedBy: 'lead-1',
  model: null,
  prompt: null,
  last: 10,
  families: [],
};

async function run(input: Partial<TrialInput> = {}): Promise<readonly TrialResult[]> {
  const asked = { ...REPLAY, ...input };
  const { cases, promptHash } = await world.call('planTrial', asked);
  for (const caseId of cases) {
    await world.call('runCase', caseOf(asked, caseId, promptHash));
  }
  await world.call('endTrial', { trialId: asked.trialId, error: null });
  return world.reader.getTrial(asked.trialId)?.results ?? [];
}

function caseOf(
  { trialId, kind, model, triage = false }: TrialInput,
  caseId: string,
  promptHash: string | null,
): TrialCase {
  return { trialId, kind, caseId, model, promptHash, triage };
}

async function replayed(input: Partial<TrialInput> = {}): Promise<ReplayResult> {
  const [result] = await run(input);
  if (result?.kind !== 'replay') {
    throw new Error('no replay');
  }
  return result;
}

/** A request with its context parsed: the order of members does not count. */
function asked(request: ModelRequest | undefined): unknown {
  const text = JSON.stringify(request).replaceAll(/[0-9a-f]{32}/g, 'nonce');
  return JSON.parse(text, (key, value: unknown) =>
    key === 'content' && typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
  );
}

function requests(): readonly ModelRequest[] {
  return world.claude.received.map(({ args }) => args[0] as ModelRequest);
}

describe('a replayed cycle', () => {
  test('is asked from the stored context, in the words of then, and compared side by side', async () => {
    const cycle = await decided([reply([answer('In progress.')]), reply([move])]);

    const result = await replayed();

    const [then, now] = requests();
    expect(asked(now)).toEqual(asked(then));
    expect(result).toMatchObject({
      caseId: cycle.cycleId,
      title: 'PAY-1 Checkout',
      change: 'changed',
      why: null,
      before: {
        proposals: [{ kind: 'jira.comment', verdict: 'auto', rule: 'answer questions', refusal: null }],
        model: 'claude-sonnet-5-5',
        costUsd: 0.03,
      },
      after: { proposals: [{ kind: 'jira.transition', verdict: 'ask', rule: 'default' }], costUsd: 0.03 },
    });
  });

  test('tells other words from another deed', async () => {
    await decided([reply([answer('In progress.')]), reply([answer('It is being worked on.')])]);

    await expect(replayed()).resolves.toMatchObject({ change: 'reworded' });
  });

  test('is judged by code and policy as a plan is', async () => {
    const foreign = { kind: 'jira.comment', payload: { issueKey: 'HR-9', body: 'x' } };
    await decided([reply([]), reply([foreign])]);

    const { after } = await replayed();

    expect(after?.proposals[0]?.refusal).toContain('HR-9');
  });

  test('may answer customers where a plan may', async () => {
    const payload = { issueKey: 'PAY-1', body: 'It is on its way.', audience: 'public' };
    const replies = [reply([{ kind: 'jira.comment', payload }]), reply([{ kind: 'jira.comment', payload }])];
    const team = {
      id: 'payments',
      jiraProjects: ['PAY'],
      publicAnswers: ['PAY'],
      jiraBoard: null,
      repositories: [],
      slackChannel: null,
      lead: null,
      rules: '',
    };
    await decided(replies, { deps: { teams: [team] } });

    const { before, after } = await replayed();

    expect(before?.proposals).toMatchObject([{ refusal: null, verdict: 'ask', risk: 'G3' }]);
    expect(after?.proposals).toEqual(before?.proposals);
  });

  test('reaches no vendor, and changes nothing but the tables of trials', async () => {
    await decided([reply([answer('In progress.')]), reply([move])]);
    const vendors = () =>
      [world.jira, world.jiraEdits, world.bitbucket, world.slack].flatMap((one) => one.calls());
    const asked = vendors();
    const before = await dump();

    await run();

    expect(vendors()).toEqual(asked);
    expect(await dump()).toEqual(before);
  });

  test('is asked with another model where one is named', async () => {
    await decided([reply([]), reply([])]);

    await run({ model: 'claude-opus-5-5' });

    expect(requests().map(({ model }) => model)).toEqual(['claude-sonnet-5-5', 'claude-opus-5-5']);
  });

  test('is asked in other words, and the version of the prompt tells them apart', async () => {
    await decided([reply([]), reply([])]);
    const prompt: TrialPrompt = {
      name: 'terse',
      role: 'You are terse.',
      tasks: { question: 'Answer in three words.' },
    };

    const { before, after } = await replayed({ prompt });

    const now = requests()[1];
    expect(now?.system).toContain('You are terse.');
    expect(JSON.stringify(now?.messages[0])).toContain('Answer in three words.');
    expect(after?.prompt).toMatch(/^question \S+\+[0-9a-f]{8}$/);
    expect(after?.prompt?.startsWith(before?.prompt ?? 'none')).toBe(true);
  });

  test('that leaves the words of a kind out keeps them', async () => {
    await decided([reply([]), reply([])]);

    await run({ prompt: { name: 'role', role: null, tasks: { 'failing-build': 'Never mind builds.' } } });

    const [then, now] = requests();
    expect(now?.system).toBe(then?.system);
    expect(JSON.stringify(now)).not.toContain('Never mind builds.');
  });

  test('whose context is gone is left out, and the model is not asked', async () => {
    const cycle = cycleInput();
    world = createWorld({ claude: { createMessage: [] } });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    await world.deps.mirror.recordGathered({
      cycleId: cycle.cycleId,
      step: { name: 'gather', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
      title: 'PAY-1',
      contextHash: 'of nothing that is kept',
      sources: [],
      nothingToDo: null,
    });
    await world.deps.mirror.recordDecision({
      cycleId: cycle.cycleId,
      step: { name: 'decide', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
      decision: { summary: '', reasons: [], actions: [], uncertainty: null },
      failure: null,
    });

    await expect(replayed()).resolves.toMatchObject({ why: 'its context is no longer kept', change: null });
  });

  test('answers the events that were folded into it, and knows that it came late', async () => {
    world = createWorld({ claude: { createMessage: [reply([]), reply([])] } });
    const folded = cycleInput({
      eventId: 'evt_2',
      event: commentEvent({ comment: { id: '20002', text: 'And by when?' } }),
    });
    const cycle = cycleInput({
      newerAnswered: 'cycle-jira-newer',
      alsoAnswers: [{ eventId: folded.eventId, event: folded.event }],
    });
    await world.deps.mirror.startCycle({ ...folded, coalescedInto: cycle.cycleId }, 'run-0');
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const contextHash = await world.storeContext(context());
    await world.deps.mirror.recordGathered({
      cycleId: cycle.cycleId,
      step: { name: 'gather', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
      title: 'PAY-1',
      contextHash,
      sources: [],
      nothingToDo: null,
    });
    await world.call('takeTurn', { cycle, contextHash, turns: [] });

    await run();

    const now = JSON.stringify(requests()[1]);
    expect(now).toContain('And by when?');
    expect(now).toContain(String.raw`\"late\":true`);
  });
});

describe('a replayed cycle is judged as a plan is judged now', () => {
  const rules = { default: 'announce' as const, floor: 'observe' as const, promoteAfter: 30 };
  const lapse = { demoteAfterRejections: 2, withinMs: 1 };

  test('by the level that its kind has in its project', async () => {
    const levels = [{ action: ['jira.transition' as const], project: ['PAY'], level: 'observe' as const }];
    await decided([reply([move]), reply([move])], {
      deps: { autonomy: { ...rules, ...lapse, levels } },
    });

    const { before, after } = await replayed();

    expect(before?.proposals[0]?.rule).toContain('at the level observe');
    expect(after?.proposals).toEqual(before?.proposals);
  });

  test('by a level that was lost since, too', async () => {
    await decided([reply([answer('In progress.')]), reply([answer('In progress.')])]);
    await world.deps.mirror.changeLevel(
      {
        id: 'order-1',
        kind: 'jira.comment',
        project: 'PAY',
        from: 'announce',
        to: 'propose',
        by: { id: 'lead-1', name: 'Lea' },
        actor: 'lead-1',
        why: 'Too chatty.',
        evidence: {},
      },
      BUILT_IN_AUTONOMY,
    );

    const { before, after } = await replayed();

    expect(before?.proposals).toMatchObject([{ verdict: 'auto' }]);
    expect(after?.proposals).toMatchObject([
      { verdict: 'ask', rule: expect.stringContaining('at the level propose') },
    ]);
  });
});

describe('what stands before', () => {
  test('is what the model proposed and under which rule, whatever a person made of it', async () => {
    const cycle = await decided([reply([move]), reply([move])]);
    const planned = (
      await world.call('planActions', {
        cycle,
        contextHash: await world.storeContext(context()),
        decision: {
          summary: 'Moves.',
          reasons: [{ text: 'x', evidence: ['event'] }],
          actions: [move as never],
          uncertainty: null,
        },
      })
    ).actions[0];
    if (planned === undefined) {
      throw new Error('nothing was planned');
    }
    await askedAbout(world, cycle.cycleId, planned, null);
    const { actionId, hash } = planned;
    const payload = { issueKey: 'PAY-1', toStatus: 'Done' };
    await world.deps.mirror.noteApproval({
      cycleId: cycle.cycleId,
      planned: { ...planned, rule: 'closing', action: { kind: 'jira.transition', payload } },
      deadline: '2026-11-24T10:00:00.000Z',
      state: {
        approvalId: `${actionId}.approval`,
        actionId,
        hash,
        status: 'pending',
        decidedBy: null,
        decidedAt: null,
        reason: null,
        note: null,
      },
      also: [],
      what: 'edited',
      by: null,
      data: {},
      key: `${actionId}/1`,
    });
    const shown = world.reader.getCycle(cycle.cycleId)?.actions[0];
    expect(shown).toMatchObject({ rule: 'closing', payload: JSON.stringify(payload) });

    const { before, change } = await replayed();

    expect(before?.proposals).toMatchObject([{ payload: move.payload, rule: 'default' }]);
    expect(change).toBe('same');
  });

  test('costs what deciding cost: a question about the request is no part of it', async () => {
    const cycle = await decided([reply([move]), reply([move])]);
    await world.deps.mirror.recordModelCall({
      id: 'question-1',
      cycleId: cycle.cycleId,
      purpose: 'answer',
      promptId: 'answer-question',
      promptVersion: '1',
      request: {},
      startedAt: '2026-11-23T10:05:00.000Z',
      endedAt: '2026-11-23T10:05:01.000Z',
      model: 'claude-sonnet-5-5',
      reply: {},
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
      costUsd: 5,
      costIsEstimate: false,
      priceDate: null,
      requestId: null,
      error: null,
    });

    const { before } = await replayed();

    expect(before).toMatchObject({ calls: 1, costUsd: 0.03, prompt: expect.stringMatching(/^question /) });
  });
});

describe('what a model reads with tools', () => {
  const wish = (input: unknown): ModelReply => {
    const content = [toolUse('read_issue', input)];
    return reply([], { stopReason: 'tool_use', text: '', content });
  };

  async function readThen(input: unknown): Promise<void> {
    const cycle = await decided([reply([]), wish(input), reply([])]);
    const item = {
      id: 't1.1:issue',
      kind: 'issue',
      source: 'jira:rest',
      fetchedAt: '',
      hash: '',
      data: { of: 'then' },
    };
    const answer = { tool: 'read_issue', input: { key: 'PAY-2' }, items: [item], omitted: [], refused: null };
    await world.deps.mirror.recordToolUse({
      cycleId: cycle.cycleId,
      step: { name: 'decide', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} },
      place: 't1.1',
      tool: 'read_issue',
      input: { key: 'PAY-2' },
      answerHash: await world.deps.mirror.putBlob('tool', JSON.stringify(answer)),
      refused: null,
      sources: [],
    });
    await run();
  }

  test('is what was read then, without a vendor', async () => {
    await readThen({ key: 'PAY-2' });

    const last = JSON.stringify(requests().at(-1)?.messages);
    expect(requests()).toHaveLength(3);
    expect(last).toContain('then');
    expect(last).not.toContain('only what was read then');
    expect(world.jira.calls()).not.toContain('getIssue');
  });

  test('is nothing where nobody read it then, and the model is told so', async () => {
    await readThen({ key: 'PAY-3' });

    const last = JSON.stringify(requests().at(-1)?.messages);
    expect(last).toContain('only what was read then can be read');
    expect(world.jira.calls()).not.toContain('getIssue');
  });

  test('has an end', async () => {
    world = createWorld({ claude: { createMessage: () => wish({ key: 'PAY-2' }) } });

    const [first] = await run({ trialId: 'eval-1', kind: 'eval', families: ['builds'] });

    expect(first).toMatchObject({
      side: { calls: 6 },
      grade: { verdict: 'undecided', problems: ['the model asked for a tool instead of answering'] },
    });
  });
});

describe('what a trial costs', () => {
  test('stands in its own ledger, and not in that of the budgets', async () => {
    const cycle = await decided([reply([]), reply([])]);
    const spent = () =>
      world.deps.mirror.spent({
        cycleId: cycle.cycleId,
        subject: cycle.event.subject,
        project: 'PAY',
        since: '2026-11-23T00:00:00.000Z',
      });
    const before = await spent();

    await run();

    expect(await spent()).toEqual(before);
    await expect(world.deps.trials.spentSince('2026-11-23T00:00:00.000Z')).resolves.toBe(0.03);
  });

  test('ends at its cap: the model is not asked, and the case says so', async () => {
    await decided([reply([])], { deps: { trialsPerDay: 0.01 } });

    const { after, change } = await replayed();

    expect(requests()).toHaveLength(1);
    expect(change).toBeNull();
    expect(after?.failure).toMatch(/^the model was not asked: .*budgets\.trialsPerDay .* allows \$0\.0100$/);
  });

  test('is not paid again for a case that has its result', async () => {
    await decided([reply([]), reply([])]);
    const { cases, promptHash } = await world.call('planTrial', REPLAY);
    const [caseId = ''] = cases;

    await world.call('runCase', caseOf(REPLAY, caseId, promptHash));
    await world.call('runCase', caseOf(REPLAY, caseId, promptHash), { attempt: 2 });

    expect(requests()).toHaveLength(2);
  });
});

describe('a case that is tried again', () => {
  const wish = (): ModelReply => asking(toolUse('read_issue', { key: 'PAY-2' }));
  const overloaded = () => vendorError('overloaded', { service: 'claude', retryable: true });
  const planned = async () => {
    const { cases, promptHash } = await world.call('planTrial', REPLAY);
    return caseOf(REPLAY, cases[0] ?? '', promptHash);
  };
  const spent = () => world.deps.trials.spentSince('2026-11-23T00:00:00.000Z');

  test('goes on after its last answer: no turn is asked, or paid, twice', async () => {
    const unasked = commentEvent({ comment: { id: '20001', text: 'It still fails.' } });
    const look = modelReply({ text: JSON.stringify({ route: 'normal', reason: 'A question.' }) });
    await decided([reply([]), look, wish(), overloaded(), reply([move])], {}, unasked);
    const trialCase = await planned();
    await expect(world.call('runCase', trialCase)).rejects.toMatchObject({ nonRetryable: false });
    const paid = await spent();

    await world.call('runCase', trialCase, { attempt: 2 });

    expect(requests()).toHaveLength(5);
    expect(requests()[4]).toEqual(requests()[3]);
    const [result] = world.reader.getTrial(REPLAY.trialId)?.results ?? [];
    expect(result).toMatchObject({ after: { calls: 3, proposals: [{ kind: 'jira.transition' }] } });
    const told = result?.kind === 'replay' ? result.after?.costUsd : null;
    expect(paid).toBeGreaterThan(0);
    expect(await spent()).toBe(told);
  });

  test('asks and pays again where what is asked is another thing by now', async () => {
    await decided([reply([]), wish(), overloaded(), wish(), reply([])]);
    const trialCase = await planned();
    await expect(world.call('runCase', trialCase)).rejects.toMatchObject({ nonRetryable: false });

    await world.call('runCase', trialCase, {
      attempt: 2,
      deps: { ...world.deps, agent: { ...world.deps.agent, language: 'de' } },
    });

    expect(requests()).toHaveLength(5);
  });

  test('while its first try, taken for dead, still asks: both answers are paid, and both count', async () => {
    await decided([reply([]), reply([]), reply([])]);
    const trialCase = await planned();

    await Promise.all([world.call('runCase', trialCase), world.call('runCase', trialCase, { attempt: 2 })]);

    expect(requests()).toHaveLength(3);
    expect(await spent()).toBe(0.06);
  });

  test('does not ask beyond the cap for what it has', async () => {
    await decided([reply([]), wish(), overloaded()]);
    const trialCase = await planned();
    await expect(world.call('runCase', trialCase)).rejects.toMatchObject({ nonRetryable: false });

    await world.call('runCase', trialCase, { attempt: 2, deps: { ...world.deps, trialsPerDay: 0.01 } });

    const [result] = world.reader.getTrial(REPLAY.trialId)?.results ?? [];
    expect(requests()).toHaveLength(3);
    expect(result).toMatchObject({
      after: { calls: 1, failure: expect.stringMatching(/^the model was not asked/) },
    });
  });
});

describe('a trial', () => {
  test('that was planned stays so, whatever was decided since', async () => {
    const cycle = await decided([reply([])]);
    await world.call('planTrial', REPLAY);
    const later = cycleInput();
    await world.deps.mirror.startCycle(later, 'run-2');

    await expect(world.call('planTrial', REPLAY)).resolves.toEqual({
      cases: [cycle.cycleId],
      promptHash: null,
    });
  });

  test('goes on after a case whose model cannot be asked', async () => {
    await decided([reply([]), vendorError('overloaded', { service: 'claude', retryable: true })]);
    const { cases, promptHash } = await world.call('planTrial', REPLAY);
    const trialCase = caseOf(REPLAY, cases[0] ?? '', promptHash);
    await expect(world.call('runCase', trialCase)).rejects.toMatchObject({ nonRetryable: false });

    await world.call('giveUpCase', { trialCase, why: 'runCase: claude is overloaded' });

    expect(world.reader.getTrial(REPLAY.trialId)?.results).toMatchObject([
      { why: 'runCase: claude is overloaded', change: null },
    ]);
  });

  test('pays an answer that is no message twice at the most', async () => {
    const unreadable = vendorError('bad_reply', { service: 'claude', retryable: true });
    await decided([reply([]), unreadable, unreadable]);
    const { cases, promptHash } = await world.call('planTrial', REPLAY);
    const trialCase = caseOf(REPLAY, cases[0] ?? '', promptHash);

    await expect(world.call('runCase', trialCase)).rejects.toMatchObject({ nonRetryable: false });
    await expect(world.call('runCase', trialCase, { attempt: 2 })).rejects.toMatchObject({
      nonRetryable: true,
    });
  });

  test.each<[string, Partial<TrialInput>, RegExp]>([
    [
      'a family',
      { kind: 'eval', families: ['jokes'] },
      /^there is no family called jokes; there are new-issues, /,
    ],
    [
      'a prompt',
      { prompt: { name: 'x', role: null, tasks: { comments: 'typo' } } },
      /^there is no prompt called comments; there are /,
    ],
  ])('that names %s that is not there fails, and says which there are', async (_what, input, says) => {
    await decided([reply([])]);

    await run(input);

    expect(world.reader.getTrial(REPLAY.trialId)?.trial).toMatchObject({
      status: 'failed',
      size: 0,
      error: expect.stringMatching(says),
    });
  });

  test('of written scenarios grades each of the wanted families', async () => {
    world = createWorld({
      claude: { createMessage: () => reply([]) },
      deps: { standIn: true },
    });

    const results = await run({ trialId: 'eval-1', kind: 'eval', families: ['builds'] });

    expect(results).toHaveLength(5);
    expect(results.map((one) => one.kind === 'eval' && one.grade.verdict)).toEqual([
      'missed',
      'pass',
      'pass',
      'pass',
      'pass',
    ]);
    expect(world.reader.getTrial('eval-1')?.trial).toMatchObject({ status: 'done', size: 5, stand_in: 1 });
  });

  test('of written scenarios holds a model that declines for undecided', async () => {
    world = createWorld({ claude: { createMessage: () => reply([], { stopReason: 'refusal' }) } });

    const [first] = await run({ trialId: 'eval-1', kind: 'eval', families: ['builds'] });

    expect(first).toMatchObject({
      grade: { verdict: 'undecided', problems: ['the model declined to answer'] },
    });
  });
});

/** Everything in the mirror but trials and what they may share with others: prompts and replies by their content. */
async function dump(): Promise<unknown> {
  const page = { limit: 500, cursor: null };
  const { items } = world.reader.listCycles({}, page);
  return {
    cycles: items.map(({ id }) => world.reader.getCycle(id)),
    approvals: world.reader.listApprovals({}, page).items,
    audit: world.reader.listAudit(page).items,
    chain: world.reader.verifyChain(),
  };
}

describe('a trial that looks first', () => {
  /** Nobody speaks to the agent: no rule says where it goes. */
  const unasked = commentEvent({ comment: { id: '20001', text: 'It still fails.' } });
  const look = (route: string) =>
    reply([], { text: JSON.stringify({ route, reason: `It is ${route}.` }), stopReason: 'end_turn' });
  const replayedFirst = async (
    replies: readonly (ModelReply | Error)[],
    event = unasked,
  ): Promise<{ result: ReplayResult; models: readonly string[] }> => {
    await decided([reply([move]), ...replies], {}, event);
    const result = await replayed({ triage: true });
    return {
      result,
      models: requests()
        .slice(1)
        .map(({ model }) => model),
    };
  };

  test('tells of an event that would have ended there although the model acts on it', async () => {
    const { result, models } = await replayedFirst([look('skip'), reply([move])]);

    expect(models).toEqual(['claude-haiku-5-5', 'claude-sonnet-5-5']);
    expect(result.first).toEqual({
      by: 'model',
      route: 'skip',
      why: 'It is skip.',
      costUsd: expect.any(Number),
      dropped: true,
    });
    expect(result.first?.costUsd).toBeGreaterThan(0);
    expect(result.after?.proposals).toHaveLength(1);
  });

  test('loses nothing where the model would not act either, or is asked', async () => {
    expect((await replayedFirst([look('skip'), reply([])])).result.first?.dropped).toBe(false);
    await world.dispose();
    expect((await replayedFirst([look('normal'), reply([move])])).result.first?.dropped).toBe(false);
  });

  test('asks the large model where it says hard, and the normal one where it cannot be used', async () => {
    expect((await replayedFirst([look('hard'), reply([move])])).models).toEqual([
      'claude-haiku-5-5',
      'claude-opus-5-5',
    ]);
    await world.dispose();
    const { result, models } = await replayedFirst([look('sideways'), reply([move])]);
    expect(models[1]).toBe('claude-sonnet-5-5');
    expect(result.first).toMatchObject({
      route: 'normal',
      why: expect.stringContaining('could not be used'),
    });
  });

  test('asks no small model where a rule says it', async () => {
    const { result, models } = await replayedFirst([reply([move])], commentEvent());

    expect(models).toEqual(['claude-sonnet-5-5']);
    expect(result.first).toMatchObject({ by: 'rule', route: 'normal', costUsd: 0, dropped: false });
  });

  test('does so for written scenarios, and not unless it is asked to', async () => {
    world = createWorld({ claude: { createMessage: () => look('skip') } });

    const [first, plain] = [
      await run({ kind: 'eval', families: ['builds'], triage: true }),
      await run({ trialId: 'eval-2', kind: 'eval', families: ['builds'] }),
    ];

    expect(first.every((result) => result.first !== undefined)).toBe(true);
    expect(first.some((result) => result.first?.by === 'rule')).toBe(true);
    expect(plain.some((result) => result.first !== undefined)).toBe(false);
  });
});

describe('the way that a replayed event takes', () => {
  const unasked = commentEvent({ comment: { id: '20001', text: 'It still fails.' } });
  const look = (route: string) =>
    reply([], { text: JSON.stringify({ route, reason: `It is ${route}.` }), stopReason: 'end_turn' });
  const routine = commentEvent({
    ...unasked,
    type: 'issue_updated',
    changes: [{ field: 'labels', from: null, to: 'late' }],
  } as never);
  const step = (detail: object) => ({
    name: 'gather' as const,
    attempt: 1,
    startedAt: '2026-11-23T10:00:00.000Z',
    detail: { ...detail },
  });

  /** An event as "gather" leaves it behind, with the way that it found. */
  async function gathered(event: CycleInput['event'], route: object, nothingToDo: string | null) {
    const cycle = cycleInput({ event });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const contextHash = await world.storeContext(context());
    await world.deps.mirror.recordGathered({
      cycleId: cycle.cycleId,
      step: step({ route }),
      title: 'PAY-1 Checkout',
      contextHash,
      sources: [],
      nothingToDo,
    });
    return { cycle, contextHash };
  }

  async function lookedAt(replies: readonly ModelReply[], route: 'normal' | 'hard' = 'normal') {
    world = createWorld({ claude: { createMessage: replies } });
    const { cycle, contextHash } = await gathered(unasked, { to: 'triage' }, null);
    const looked = await world.call('triage', { cycle, contextHash });
    if ('route' in looked && looked.decision === null) {
      const turn = await world.call('takeTurn', { cycle, contextHash, turns: [], route });
      const decision = turn.kind === 'decided' ? turn.decision : null;
      await (decision === null ? null : world.call('planActions', { cycle, contextHash, decision }));
    }
    return cycle;
  }

  const askedModels = () => requests().map(({ model }) => model);

  test('decided then, and skipped at the first look now, is a change, and costs what the look costs', async () => {
    await lookedAt([look('normal'), reply([move]), look('skip')]);

    const { before, after, change } = await replayed();

    expect(askedModels().slice(2)).toEqual(['claude-haiku-5-5']);
    expect(before).toMatchObject({ calls: 2, route: { to: 'normal', by: 'model' }, proposals: [{}] });
    expect(after).toMatchObject({
      calls: 1,
      model: null,
      route: { to: 'skip', by: 'model', why: 'It is skip.' },
      proposals: [],
      failure: null,
    });
    expect(change).toBe('changed');
    expect(after?.costUsd).toBeGreaterThan(0);
    expect(after?.costUsd).toBeLessThan(before?.costUsd ?? 0);
    await expect(world.deps.trials.spentSince('2026-11-23T00:00:00.000Z')).resolves.toBe(after?.costUsd);
  });

  test('skipped then, and decided now, is a change although nothing comes of it', async () => {
    await lookedAt([look('skip'), look('normal'), reply([])]);

    const { before, after, change } = await replayed();

    expect(before).toMatchObject({
      model: null,
      calls: 1,
      route: { to: 'skip', by: 'model', why: 'It is skip.' },
    });
    expect(after).toMatchObject({ calls: 2, model: 'claude-sonnet-5-5', route: { to: 'normal' } });
    expect(change).toBe('changed');
  });

  test('found hard then and now goes to the large model, both times', async () => {
    await lookedAt([look('hard'), reply([move]), look('hard'), reply([move])], 'hard');

    const { before, after, change } = await replayed();

    expect(askedModels()).toEqual([
      'claude-haiku-5-5',
      'claude-opus-5-5',
      'claude-haiku-5-5',
      'claude-opus-5-5',
    ]);
    expect([before?.route?.to, after?.route?.to, change]).toEqual(['hard', 'hard', 'same']);
    expect(before?.costUsd).toBe(after?.costUsd);
  });

  test('ended by a rule then and now is the same, and no model is asked', async () => {
    world = createWorld({ claude: { createMessage: [] } });
    const rule = { to: 'nobody', rule: 'bookkeeping', why: 'only rank, labels or estimates changed' };
    await gathered(routine, rule, 'routine');

    const { before, after, change } = await replayed();

    const skipped = { to: 'skip', by: 'rule', why: 'only rank, labels or estimates changed (bookkeeping)' };
    expect([before?.route, after?.route]).toEqual([skipped, skipped]);
    expect([change, after?.costUsd, requests().length]).toEqual(['same', 0, 0]);
  });

  test('ended by a rule that does not hold any more is decided now', async () => {
    world = createWorld({ claude: { createMessage: [reply([answer('In progress.')])] } });
    await gathered(commentEvent(), { to: 'nobody', rule: 'of yesterday', why: 'nobody asked' }, 'routine');

    const { before, after, change } = await replayed();

    expect(before?.route).toEqual({ to: 'skip', by: 'rule', why: 'nobody asked (of yesterday)' });
    expect(after).toMatchObject({
      route: { to: 'normal', by: 'rule' },
      proposals: [{ kind: 'jira.comment' }],
    });
    expect(change).toBe('changed');
  });

  test('of what had its end before any rule looked at it is not replayed', async () => {
    world = createWorld({ claude: { createMessage: [] } });
    const cycle = cycleInput({ event: unasked });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    await world.deps.mirror.recordGathered({
      cycleId: cycle.cycleId,
      step: step({}),
      title: 'PAY-1',
      contextHash: await world.storeContext(context()),
      sources: [],
      nothingToDo: 'the agent did this itself',
    });

    await expect(run()).resolves.toEqual([]);
  });

  test('leaves what is critical to no small model', async () => {
    world = createWorld({ claude: { createMessage: [reply([])] } });
    const { facts, items } = context();
    const critical = {
      ...context(),
      facts: { ...facts, issue: facts.issue && { ...facts.issue, priority: 'Highest' } },
      items,
    };
    const cycle = cycleInput({ event: unasked });
    await world.deps.mirror.startCycle(cycle, 'run-1');
    await world.deps.mirror.recordGathered({
      cycleId: cycle.cycleId,
      step: step({ route: { to: 'nobody', rule: 'x', why: 'y' } }),
      title: 'PAY-1',
      contextHash: await world.storeContext(critical),
      sources: [],
      nothingToDo: 'routine',
    });

    const { after } = await replayed();

    expect(after?.route).toMatchObject({ to: 'hard', by: 'rule' });
    expect(askedModels()).toEqual(['claude-opus-5-5']);
  });
});
