/** Levels of autonomy where they count: what the plan makes of them, and what may leave. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import { type AutonomyLevel, BUILT_IN_AUTONOMY } from '../../src/domain/autonomy.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { cycleInput } from '../support/builders.js';
import { context } from './support/vendor-data.js';
import { createWorld, type World } from './support/world.js';

const ANSWER: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'It is in progress.' } };
const TEAM = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: 'C0TEAM',
  lead: null,
  rules: '',
};

let world: World;
let cycle: CycleInput;
beforeEach(async () => {
  world = createWorld({
    jira: { addComment: () => '30001' },
    deps: { teams: [TEAM] },
  });
  cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
});
afterEach(() => world.dispose());

/** The plan for one answer, which the policy lets go by itself, at this level. */
async function planAt(level: AutonomyLevel | null): Promise<PlannedAction> {
  const contextHash = await world.storeContext(context());
  const decision = {
    summary: '',
    reasons: [{ text: 'It was asked.', evidence: ['event'] }],
    actions: [ANSWER],
    uncertainty: null,
  };
  const deps = { ...world.deps, autonomy: { ...BUILT_IN_AUTONOMY, default: level } };
  const { actions } = await world.call('planActions', { cycle, contextHash, decision }, { deps });
  const [planned] = actions;
  if (planned === undefined) {
    throw new Error('nothing was planned');
  }
  return planned;
}

const rowOf = (planned: PlannedAction) => world.reader.getAction(planned.actionId);
const told = () => world.mirror.circuits.due();

test.each([
  [null, 'auto', 'answer questions'],
  ['announce', 'auto', 'answer questions'],
  ['approve', 'ask', 'answer questions (asks: jira.comment in PAY is at the level approve)'],
  ['propose', 'ask', 'answer questions (suggests only: jira.comment in PAY is at the level propose)'],
  ['observe', 'never', 'answer questions (observes: jira.comment in PAY is at the level observe)'],
] as const)('at %s an answer is judged %s, and the record says why', async (level, verdict, rule) => {
  const planned = await planAt(level);

  expect(planned).toMatchObject({ verdict, rule, autonomy: { project: 'PAY', verdict: 'auto' } });
  expect(rowOf(planned)).toMatchObject({
    verdict,
    rule,
    project: 'PAY',
    level: level ?? 'announce',
    policy_verdict: 'auto',
  });
  const [judged] = world.reader.auditOf(cycle.cycleId).filter(({ kind }) => kind === 'policy.judged');
  expect(JSON.parse(judged?.data ?? '{}')).toMatchObject({ rule, autonomy: { level: level ?? 'announce' } });
});

test('what is only watched stays a proposal: nobody refused it, and it is over', async () => {
  const row = rowOf(await planAt('observe'));

  expect(row).toMatchObject({ status: 'proposed', ended_at: expect.any(String) });
});

test('a suggestion ends with what would have been sent, whoever approved it', async () => {
  const planned = await planAt('propose');

  const result = await world.call('executeAction', { cycle, planned });

  expect(result).toMatchObject({
    status: 'simulated',
    message: expect.stringContaining('a suggestion: jira.comment in PAY'),
  });
  expect(rowOf(planned)?.request).toContain('/issue/PAY-1/comment');
  expect(world.jira.received.filter(({ method }) => method === 'addComment')).toEqual([]);
});

test('what goes by a level that somebody chose is announced once, as what can be taken back', async () => {
  const planned = await planAt('announce');

  await world.call('executeAction', { cycle, planned });
  await world.call('executeAction', { cycle, planned }, { attempt: 2 });

  await expect(told()).resolves.toMatchObject([
    {
      place: 'C0TEAM',
      text: 'Comment on PAY-1: done without asking.',
      action_id: planned.actionId,
    },
  ]);
});

test('nothing is announced where nobody chose a level', async () => {
  const planned = await planAt(null);

  await expect(world.call('executeAction', { cycle, planned })).resolves.toMatchObject({
    status: 'executed',
  });

  await expect(told()).resolves.toEqual([]);
});

test('an edit is judged by the level that the request was shown under, not by what holds now', async () => {
  const planned = await planAt('approve');
  const contextHash = await world.storeContext(context());
  const by = { id: 'lead-1', name: 'Ana', channel: 'api' } as const;
  const order = { id: '1', kind: 'jira.comment', project: 'PAY', from: 'announce', to: 'observe' } as const;
  await world.deps.mirror.changeLevel(
    { ...order, by, actor: 'api:lead-1', why: '', evidence: {} },
    BUILT_IN_AUTONOMY,
  );

  const judged = await world.call('judgeEdit', {
    cycle,
    contextHash,
    planned,
    payload: { issueKey: 'PAY-1', body: 'Other words.' },
    by,
  });

  expect(judged).toMatchObject({ planned: { verdict: 'ask', autonomy: { level: 'approve' } } });
});

test('a rejection that is one too many costs a level', async () => {
  const deps = { ...world.deps, autonomy: { ...BUILT_IN_AUTONOMY, default: 'announce' } } as const;
  for (const n of [1, 2]) {
    cycle = cycleInput();
    await world.deps.mirror.startCycle(cycle, 'run-1');
    const { actionId, hash, ...rest } = await planAt('announce');
    const planned = { ...rest, actionId, hash };
    const approvalId = `approval-${n}`;
    const { cycleId } = cycle;
    const askedAt = '2026-11-23T10:00:00.000Z';
    await world.call('openApprovals', {
      cycleId,
      askedAt,
      requests: [{ approvalId, planned, deadline: '2026-11-24T10:00:00.000Z' }],
    });
    const decidedBy = { id: 'lead-1', name: 'Ana', channel: 'api' } as const;
    const words = { reason: 'wrong', note: null, decidedBy, decidedAt: world.deps.clock().toISOString() };
    const state = { approvalId, actionId, hash, status: 'rejected', ...words } as const;
    await world.call('settleApproval', { cycleId, state, actionStatus: 'rejected' }, { deps });
  }

  await expect(world.deps.mirror.heldLevels()).resolves.toMatchObject([
    { kind: 'jira.comment', level: 'approve' },
  ]);
});
