/** The breaker where it acts: before the model is asked, when a plan is made, and right before an effect. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import type { Action } from '../../src/domain/action.js';
import type { Person } from '../../src/domain/approval.js';
import type { ActionResult, CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import type { PmEvent } from '../../src/domain/event.js';
import { subjectScope } from '../../src/domain/limit.js';
import type { Policy } from '../../src/domain/policy.js';
import { cycleInput as anyCycle, commentEvent } from '../support/builders.js';
import { bo, context, jiraIssue, transitions } from './support/vendor-data.js';
import { createWorld, environment, type World, type WorldOptions } from './support/world.js';

let events = 0;
/** Each answers an event of its own: what another cycle of the same event sent would be looked for first. */
function cycleInput(overrides: Partial<CycleInput> = {}): CycleInput {
  events += 1;
  return anyCycle({ eventId: `evt_${events}`, ...overrides });
}

let world: World;
afterEach(() => world.dispose());

const LIMIT = 2;
const allowAll: Policy = { version: 'v1', default: 'auto', deadlineMs: null, rules: [] };
const askAll: Policy = { ...allowAll, default: 'ask' };
const lead: Person = {
  id: 'lead-1',
  name: 'Ana',
  jira: null,
  bitbucket: null,
  slack: 'U0LEAD',
  roles: ['lead'],
};
const team = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: 'C0PAY',
  lead: 'lead-1',
  rules: '',
};

function limited(options: WorldOptions = {}): World {
  let made = 50_000;
  world = createWorld({
    ...options,
    jira: {
      getIssue: () => jiraIssue(),
      getTransitions: () => transitions,
      assignableUsers: () => [bo],
      addComment: () => String((made += 1)),
      findCommentByAction: () => null,
      ...options.jira,
    },
    slack: { postMessage: () => '1.1', ...options.slack },
    deps: {
      policy: allowAll,
      people: [lead],
      teams: [team],
      limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: LIMIT, modelTurns: 4 },
      ...options.deps,
    },
  });
  return world;
}

const echo = { id: '712020:echo', name: 'Echo', isBot: true };
const botSays = (key = 'PAY-1', overrides: Partial<PmEvent> = {}): PmEvent =>
  ({ ...commentEvent({ actor: echo, subject: `jira:${key}` }), ...overrides }) as PmEvent;

function onIssue(body: string, issueKey = 'PAY-1'): Action {
  return { kind: 'jira.comment', payload: { issueKey, body } };
}

async function plan(
  actions: readonly Action[],
  overrides: Partial<CycleInput> = {},
): Promise<{ cycle: CycleInput; actions: readonly PlannedAction[] }> {
  const cycle = cycleInput(overrides);
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  const decision = {
    summary: 's',
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions,
    uncertainty: null,
  };
  return { cycle, actions: (await world.call('planActions', { cycle, contextHash, decision })).actions };
}

function execute(cycle: CycleInput, planned: PlannedAction | undefined, attempt = 1): Promise<ActionResult> {
  const activity = guarded(createExecuteAction(world.deps, [1]));
  return environment(attempt).run(activity, { cycle, planned: planned as PlannedAction });
}

/** A comment planned, allowed and made. */
async function comments(
  body: string,
  overrides: Partial<CycleInput> = {},
  issueKey = 'PAY-1',
): Promise<ActionResult> {
  const { cycle, actions } = await plan([onIssue(body, issueKey)], overrides);
  return execute(cycle, actions[0]);
}

function openings(): readonly Record<string, unknown>[] {
  return world.reader
    .listAudit({ limit: 200, cursor: null })
    .items.filter((row) => row.kind === 'breaker.opened')
    .map((row) => JSON.parse(row.data ?? '{}') as Record<string, unknown>);
}

describe('a plan', () => {
  test('within the limit goes on, and the action above it is refused with its limit, count and times', async () => {
    limited();
    await comments('one');

    const { cycle, actions } = await plan([onIssue('two'), onIssue('three')]);

    expect(actions.map((one) => one.refusal)).toEqual([
      null,
      expect.stringMatching(
        /^the breaker is open: 2 actions on jira:PAY-1 since \S+Z, and limits\.actionsPerSubjectPerHour allows 2; the next may go at \S+Z$/,
      ),
      null,
    ]);
    expect(world.reader.getCycle(cycle.cycleId)?.actions.map(({ id, status }) => [id, status])).toEqual([
      [`${cycle.cycleId}.a1`, 'proposed'],
      [`${cycle.cycleId}.a2`, 'denied'],
      [actions[2]?.actionId, 'proposed'],
    ]);
  });

  test('tells the lead once, in one row and one escalation, however many events follow', async () => {
    limited();
    await comments('one');
    await comments('two');

    const plans = [await plan([onIssue('three')]), await plan([onIssue('four')]), await plan([onIssue('5')])];

    expect(plans.map(({ actions }) => actions.map((one) => one.action.kind))).toEqual([
      ['jira.comment', 'escalate'],
      ['jira.comment'],
      ['jira.comment'],
    ]);
    expect(plans[0]?.actions[1]).toMatchObject({
      target: 'slack:U0LEAD',
      verdict: 'auto',
      origin: 'breaker',
      rule: 'breaker',
      refusal: null,
      action: { payload: { level: 'warning', reason: 'the agent stopped by itself on jira:PAY-1' } },
    });
    expect(openings()).toHaveLength(1);
  });

  test('tells of a bot whose name looks like a credential, without the name', async () => {
    const evil = { id: '712020:echo', name: 'AKIAIOSFODNN7EXAMPLE', isBot: true };
    limited();
    await comments('one', { event: botSays('PAY-1', { actor: evil }) });
    await comments('two', { event: botSays('PAY-1', { actor: evil }) });

    const { actions } = await plan([onIssue('three')], { event: botSays('PAY-1', { actor: evil }) });

    expect(actions[1]).toMatchObject({ origin: 'breaker', verdict: 'auto', refusal: null });
    expect(JSON.stringify(actions[1]?.action)).not.toContain('AKIAIOSF');
  });

  test('made again after a crash has the same escalation', async () => {
    limited();
    await comments('one');
    await comments('two');
    const first = await plan([onIssue('three')]);

    const again = await plan([onIssue('three')], { cycleId: first.cycle.cycleId });

    expect(again.actions[1]).toEqual(first.actions[1]);
    expect(openings()).toHaveLength(1);
  });

  test('counts what was done to the target as well as what was done for the subject', async () => {
    limited();
    await comments('one', { event: botSays('PAY-7', { actor: null }) });
    await comments('two', { event: botSays('PAY-8', { actor: null }) });

    const { actions } = await plan([onIssue('three')], { event: botSays('PAY-9', { actor: null }) });

    expect(actions[0]?.refusal).toContain('2 actions on jira:PAY-1');
  });

  test('that asks a person is not stopped: a person decides', async () => {
    const edits = [
      { name: 'ask about edits', when: { event: ['comment_updated'] }, verdict: 'ask' },
    ] as const;
    limited({ deps: { policy: { ...allowAll, rules: edits } } });
    await comments('one');
    await comments('two');

    const { actions } = await plan([onIssue('three')], { event: commentEvent({ type: 'comment_updated' }) });

    expect(actions).toMatchObject([{ verdict: 'ask', refusal: null }]);
    expect(openings()).toEqual([]);
  });

  test('does not write where it is muted, by itself', async () => {
    limited();
    await world.call(
      'gatherContext',
      cycleInput({
        event: commentEvent({
          subject: 'jira:PAY-2',
          issue: { id: '2', key: 'PAY-2', summary: null },
          comment: { id: '9', text: '@PM Agent mute' },
        }),
      }),
    );

    const { actions } = await plan([onIssue('about a linked one', 'PAY-2')]);

    expect(actions[0]?.refusal).toBe('jira:PAY-2 is muted by Ana Lindqvist since 2026-11-23T10:00:00.000Z');
  });
});

describe('an effect', () => {
  test('that was allowed is denied right before it leaves, where another cycle took the last room', async () => {
    limited();
    await comments('one');
    const slow = await plan([onIssue('slow')]);
    await comments('fast');

    const result = await execute(slow.cycle, slow.actions[0]);

    expect(result).toMatchObject({ status: 'denied', remoteId: null, over: { count: 2, limit: 2 } });
    expect(world.jira.calls().filter((call) => call === 'addComment')).toHaveLength(2);
    expect(world.reader.getAction(`${slow.cycle.cycleId}.a1`)).toMatchObject({ status: 'denied' });
    expect(world.auditKinds(slow.cycle.cycleId).at(-1)).toBe('effect.denied');
    await expect(execute(slow.cycle, slow.actions[0], 2)).resolves.toEqual(result);
  });

  test('that was denied opens the breaker, once for all who find it so', async () => {
    limited();
    await comments('one');
    const slow = [await plan([onIssue('a')]), await plan([onIssue('b')])];
    await comments('two');
    const escalations = [];
    for (const { cycle, actions } of slow) {
      const { over } = await execute(cycle, actions[0]);
      escalations.push(over === undefined ? null : await world.call('openBreaker', { cycle, over }));
    }

    expect(escalations).toMatchObject([{ target: 'slack:U0LEAD' }, null]);
    expect(openings()).toHaveLength(1);
  });

  test('of many cycles at once: as many as the limit allows, and no more', async () => {
    limited();
    const plans = await Promise.all(Array.from({ length: 8 }, (_, n) => plan([onIssue(`text ${n}`)])));

    const results = await Promise.all(plans.map(({ cycle, actions }) => execute(cycle, actions[0])));

    expect(results.map(({ status }) => status).toSorted()).toEqual([
      ...Array.from({ length: 6 }, () => 'denied'),
      'executed',
      'executed',
    ]);
  });

  test('that a person approved goes although the limit is reached, and counts', async () => {
    limited();
    await comments('one');
    await comments('two');
    const { cycle, actions } = await plan([onIssue('approved')]);
    const approved = { ...actions[0], actionId: `${cycle.cycleId}.a2`, verdict: 'ask', refusal: null };
    const fresh = approved as PlannedAction;
    const step = { name: 'plan', attempt: 1, startedAt: cycle.receivedAt, detail: {} } as const;
    await world.deps.mirror.recordPlan({ cycleId: cycle.cycleId, step, actions: [fresh] });

    expect(await execute(cycle, fresh)).toMatchObject({ status: 'executed' });
    const scope = subjectScope('jira:PAY-1');
    expect(await world.deps.mirror.limitReached({ scope, limit: 3, planned: 0 })).toMatchObject({ count: 3 });
  });

  test('that was approved by a plan from before there were limits counts against subject and target', async () => {
    limited();
    const { cycle, actions } = await plan([onIssue('x')]);
    const { countsAgainst: _left, ...old } = actions[0] as PlannedAction;

    await execute(cycle, old);

    const scope = subjectScope('jira:PAY-1');
    expect(await world.deps.mirror.limitReached({ scope, limit: 1, planned: 0 })).not.toBeNull();
  });

  test('is denied where somebody muted the place since it was planned; the acknowledgement is not', async () => {
    limited();
    const { cycle, actions } = await plan([onIssue('x')]);
    const mute = cycleInput({ event: commentEvent({ comment: { id: '9', text: '@PM Agent mute' } }) });
    const { actions: acknowledgements = [] } = await world.call('gatherContext', mute);

    expect(await execute(cycle, actions[0])).toMatchObject({
      status: 'denied',
      message: expect.stringContaining('jira:PAY-1 is muted by Ana Lindqvist'),
    });
    expect(await execute(mute, acknowledgements[0])).toMatchObject({ status: 'executed' });
  });

  test('in simulation is refused as it would be in production', async () => {
    limited({ deps: { acts: { jira: false, bitbucket: false, slack: false } } });
    const outcomes = [];
    for (const body of ['one', 'two']) {
      outcomes.push((await comments(body)).status);
    }

    const { actions } = await plan([onIssue('three')]);

    expect(outcomes).toEqual(['simulated', 'simulated']);
    expect(actions[0]?.refusal).toContain('the breaker is open');
  });
});

describe('a pair of bots', () => {
  async function botIsAnswered(key: string, target = 'PAY-1'): Promise<void> {
    const cycle = cycleInput({ event: botSays(key) });
    const { nothingToDo } = await world.call('gatherContext', cycle);
    expect(nothingToDo).toBeNull();
    expect((await comments('to a bot', { event: cycle.event }, target)).status).toBe('executed');
  }

  test('is answered as often as the limit says, across subjects; then its events do not reach the model', async () => {
    limited({ deps: { limits: { actionsPerDecision: 3, actionsPerSubjectPerHour: 3, modelTurns: 4 } } });
    await botIsAnswered('PAY-1');
    await botIsAnswered('PAY-7');
    await botIsAnswered('PAY-8');
    const cycle = cycleInput({ event: botSays('PAY-9') });
    const reads = world.jira.calls().filter((call) => call === 'getIssue').length;

    const result = await world.call('gatherContext', cycle);

    expect(result.nothingToDo).toMatch(
      /^the breaker is open: 3 actions in answer to the bot Echo since \S+, and limits\.actionsPerSubjectPerHour allows 3; the next may go at \S+$/,
    );
    expect(world.jira.calls().filter((call) => call === 'getIssue')).toHaveLength(reads);
    expect(result.actions).toMatchObject([
      { action: { kind: 'escalate' }, target: 'slack:U0LEAD', countsAgainst: [] },
    ]);
    expect(openings()).toMatchObject([{ scope: 'bot:jira:712020:echo' }]);
    const later = await world.call('gatherContext', cycleInput({ event: botSays('PAY-10') }));
    expect(later.nothingToDo).toContain('the breaker is open');
    expect(later.actions).toBeUndefined();
    expect(openings()).toHaveLength(1);
  });

  test('on a subject that has had its actions reaches no model either; a person still does', async () => {
    limited();
    await comments('to Ana');
    await comments('to Ana, again');

    const ofBot = await world.call('gatherContext', cycleInput({ event: botSays() }));
    const ofPerson = await world.call('gatherContext', cycleInput());

    expect(ofBot.nothingToDo).toContain('2 actions on jira:PAY-1');
    expect(ofBot.actions).toMatchObject([{ action: { kind: 'escalate' } }]);
    expect(ofPerson.nothingToDo).toBeNull();
  });

  test('that opened tells its escalation again to the retry of the cycle that found it', async () => {
    limited();
    await botIsAnswered('PAY-1');
    await botIsAnswered('PAY-7');
    const cycle = cycleInput({ event: botSays('PAY-9') });
    const first = await world.call('gatherContext', cycle);

    const again = await world.call('gatherContext', cycle, { attempt: 2 });

    expect(again.actions).toEqual(first.actions);
  });

  test('does not stop the answer to a person who speaks at the same time', async () => {
    limited();
    await botIsAnswered('PAY-7');
    await botIsAnswered('PAY-8', 'PAY-2');
    const alsoAnswers = [{ eventId: 'e0', event: commentEvent() }];
    const cycle = cycleInput({ event: botSays(), alsoAnswers });

    const { nothingToDo } = await world.call('gatherContext', cycle);

    expect(nothingToDo).toBeNull();
    expect((await comments('to Ana', { event: botSays(), alsoAnswers })).status).toBe('executed');
  });

  test('is one also where only pm-agent.yaml says that the account is a bot', async () => {
    const ci = { ...lead, id: 'ci', name: 'CI', jira: '712020:ci', roles: ['bot'] };
    const actor = { id: '712020:ci', name: 'CI', isBot: false };
    limited({ deps: { people: [lead, ci] } });
    await comments('one', { event: botSays('PAY-7', { actor }) });
    await comments('two', { event: botSays('PAY-8', { actor }) });

    const result = await world.call('gatherContext', cycleInput({ event: botSays('PAY-9', { actor }) }));

    expect(result.nothingToDo).toContain('in answer to the bot CI');
  });
});

describe('an escalation', () => {
  async function opened(options: WorldOptions): Promise<PlannedAction | undefined> {
    limited(options);
    await comments('one');
    await comments('two');
    return (await plan([onIssue('three')])).actions[1];
  }

  test.each<[string, WorldOptions['deps'], string | null]>([
    ['the lead', {}, 'slack:U0LEAD'],
    [
      'the channel where the lead has no Slack account',
      { people: [{ ...lead, slack: null }] },
      'slack:C0PAY',
    ],
    ['the channel where there is no lead', { teams: [{ ...team, lead: null }] }, 'slack:C0PAY'],
  ])('tells %s', async (_who, deps, target) => {
    expect(await opened({ deps: deps ?? {} })).toMatchObject({ target, refusal: null });
  });

  test('that can tell nobody is recorded with what to configure', async () => {
    const escalation = await opened({ deps: { teams: [], people: [] } });

    expect(escalation).toMatchObject({ target: 'escalation', action: { payload: { to: null } } });
    expect(escalation?.refusal).toContain('teams[].escalation.lead');
    expect(world.reader.getAction(escalation?.actionId ?? '')).toMatchObject({ status: 'denied' });
    expect(openings()).toMatchObject([{ told: null }]);
  });

  test('is not sent where the policy never allows one', async () => {
    const rules = [{ name: 'tell nobody', when: { action: ['escalate'] }, verdict: 'never' }] as const;

    expect(await opened({ deps: { policy: { ...allowAll, rules } } })).toMatchObject({
      verdict: 'never',
      rule: 'tell nobody',
    });
  });

  test('is sent once as a direct message, with the words that were recorded', async () => {
    const escalation = await opened({});
    const cycle = cycleInput({ cycleId: escalation?.actionId.replace(/\.e\w+$/, '') ?? '' });

    expect(await execute(cycle, escalation)).toMatchObject({ status: 'executed', remoteId: '1.1' });
    expect(await execute(cycle, escalation, 2)).toMatchObject({ status: 'executed', remoteId: '1.1' });

    const sent = world.slack.received.filter(({ method }) => method === 'postMessage');
    expect(sent).toHaveLength(1);
    expect(sent[0]?.args[0]).toMatchObject({
      channel: 'U0LEAD',
      threadTs: null,
      text: expect.stringMatching(
        /^\*\*Escalation \(warning\): the agent stopped by itself on jira:PAY-1\*\*/,
      ),
      actionId: escalation?.actionId,
    });
  });

  test('of the model goes where code says, whatever stands in the proposal', async () => {
    limited();
    const proposed = {
      kind: 'escalate',
      payload: { reason: 'help', text: 'Look.', level: 'critical', to: 'U0MALLORY' },
    } as const;

    const { actions } = await plan([proposed]);

    expect(actions).toMatchObject([
      { target: 'slack:U0LEAD', action: { payload: { to: 'U0LEAD' } }, refusal: null, risk: 'G1' },
    ]);
  });

  test('of the model is refused where nobody can be told', async () => {
    limited({ deps: { teams: [], people: [] } });
    const payload = { reason: 'help', text: 'Look.', level: 'info' } as const;

    expect((await plan([{ kind: 'escalate', payload }])).actions[0]?.refusal).toContain('nobody can be told');
  });

  test('of the model asks a person under the built-in policy, and keeps to a rule on its project', async () => {
    limited({
      deps: {
        policy: { ...askAll, rules: [{ name: 'no PAY', when: { project: ['PAY'] }, verdict: 'never' }] },
      },
    });
    const payload = { reason: 'help', text: 'Look.', level: 'info' } as const;

    expect((await plan([{ kind: 'escalate', payload }])).actions[0]).toMatchObject({ rule: 'no PAY' });
  });
});
