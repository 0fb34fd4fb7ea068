/** An effect of which nobody knows whether it was done goes to a person: whoever steps in for the team is told, once. */
import { afterEach, expect, test } from '@jest/globals';
import type { ActivityDeps, TeamSettings } from '../../src/activities/dependencies.js';
import { createExecuteAction } from '../../src/activities/execute-action.js';
import { guarded } from '../../src/activities/failure.js';
import { untoldTold } from '../../src/activities/tell-unknown.js';
import { createUndoAction } from '../../src/activities/undo-action.js';
import type { Action } from '../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { MAX_WRITE_ATTEMPTS } from '../../src/domain/effect.js';
import { cycleInput, planned } from '../support/builders.js';
import { vendorError } from './support/vendor-data.js';
import { createWorld, environment, type World, type WorldOptions } from './support/world.js';

const lost = vendorError('timeout', { retryable: true, outcomeUnknown: true });
const comment: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'In progress.' } };
const review: Action = {
  kind: 'bitbucket.pr_comment',
  payload: { repository: 'acme/pay-api', pullRequestId: 7, body: 'Nice.' },
};

const team = (id: string, overrides: Partial<TeamSettings> = {}): TeamSettings => ({
  id,
  jiraProjects: [],
  jiraBoard: null,
  repositories: [],
  slackChannel: `C0${id.toUpperCase()}`,
  lead: null,
  rules: '',
  ...overrides,
});
const TEAMS: Partial<ActivityDeps> = {
  teams: [team('pay', { lead: 'lea', jiraProjects: ['PAY'] }), team('web')],
  people: [{ id: 'lea', name: 'Lea', jira: null, bitbucket: null, slack: 'U0LEA', roles: [] }],
};
const LOST_ANSWERS: WorldOptions = {
  jira: { findCommentByAction: () => null, addComment: () => Promise.reject(lost) },
  bitbucket: { findCommentByAction: () => null, addComment: () => Promise.reject(lost) },
};

let world: World;
let cycle: CycleInput;
let action: PlannedAction;
afterEach(() => world.dispose());

async function propose(
  proposed: Action,
  { deps = {}, ...options }: WorldOptions = {},
  overrides: Partial<PlannedAction> = {},
  owner: string | null = 'pay',
): Promise<void> {
  world = createWorld({ ...options, deps: { ...TEAMS, ...deps } });
  cycle = cycleInput();
  action = planned(cycle.cycleId, 1, proposed, { verdict: 'auto', ...overrides });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const step = { name: 'plan', attempt: 1, startedAt: '2026-11-23T10:00:00.000Z', detail: {} } as const;
  const { cycleId } = cycle;
  await world.deps.mirror.recordPlan({ cycleId, step, actions: [action], team: owner });
}

async function lastAttempt() {
  const activity = guarded(createExecuteAction(world.deps, [1]));
  return environment(MAX_WRITE_ATTEMPTS).run(activity, { cycle, planned: action });
}

const alerts = async () => (await world.mirror.circuits.due()).map(({ place, text }) => ({ place, text }));

test.each(['auto', 'ask'] as const)(
  'an action with the verdict %s: the lead is told what to look at and how to settle it',
  async (verdict) => {
    await propose(comment, LOST_ANSWERS, { verdict });

    expect(await lastAttempt()).toMatchObject({ status: 'unknown' });

    const { actionId } = action;
    expect(await alerts()).toEqual([{ place: 'U0LEA', text: expect.any(String) }]);
    const [{ text } = { text: '' }] = await alerts();
    expect(text).toContain('Comment on PAY-1: it is not known whether this was done');
    expect(text).toContain('Look at https://acme.atlassian.net/browse/PAY-1');
    expect(text).toContain(`npx pm-agent settle ${actionId} --done`);
    expect(text).toContain(`npx pm-agent settle ${actionId} --not-done`);
  },
);

test('it is told once, also where its last attempt is made again', async () => {
  await propose(review, LOST_ANSWERS);

  await lastAttempt();
  await lastAttempt();

  expect(await alerts()).toHaveLength(1);
  expect((await alerts())[0]?.text).toContain('https://bitbucket.org/acme/pay-api/pull-requests/7');
});

test('of an event that no team owns every team is told', async () => {
  await propose(comment, LOST_ANSWERS, {}, null);

  await lastAttempt();

  expect((await alerts()).map(({ place }) => place).toSorted()).toEqual(['C0WEB', 'U0LEA']);
});

test('nothing is wished for where nothing may be written to Slack', async () => {
  await propose(comment, { ...LOST_ANSWERS, deps: { acts: { jira: true, bitbucket: true, slack: false } } });

  expect(await lastAttempt()).toMatchObject({ status: 'unknown' });

  expect(await alerts()).toEqual([]);
});

test('an action that failed, or was done, is no such thing', async () => {
  const refused = vendorError('invalid', { status: 400 });
  await propose(comment, { jira: { findCommentByAction: () => null, addComment: [refused] } });

  expect(await lastAttempt()).toMatchObject({ status: 'failed' });

  expect(await alerts()).toEqual([]);
});

test('what a restore lost is told in one message, with what to look at and how to settle it', () => {
  world = createWorld({ deps: TEAMS });
  const lost = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ actionId: `cycle-1.a${n + 1}`, target: 'jira:PAY-1' }));
  const { textOf, placesOf } = untoldTold(world.deps, { at: '2026-11-23T10:00:00.000Z' });

  const one = textOf(lost(1));

  expect(one).toContain('restored at 2026-11-23T10:00:00.000Z. Of one effect from before, nobody knows');
  expect(one).toContain('- `cycle-1.a1`: https://acme.atlassian.net/browse/PAY-1');
  expect(one).toContain('`npx pm-agent settle <action> --done`');
  expect(textOf(lost(12))).toMatch(/- `cycle-1\.a10`.*\nand 2 more: `npx pm-agent settle` lists them\.$/);
  expect(placesOf(null)).toEqual(['U0LEA', 'C0WEB']);
});

test('an undo of which nobody knows whether it was done is told as well', async () => {
  await propose(comment, {
    jira: { addComment: () => '20009' },
    jiraEdits: {
      getComment: () => ({ created: 'a', updated: 'a', updatedBy: null }),
      deleteComment: () => Promise.reject(lost),
    },
  });
  await environment().run(guarded(createExecuteAction(world.deps, [1])), { cycle, planned: action });

  const undo = guarded(createUndoAction(world.deps, [1]));
  const undoId = `${action.actionId}.u1`;
  const by = { id: 'ana', name: 'Ana', channel: 'api' } as const;
  const result = await environment(MAX_WRITE_ATTEMPTS).run(undo, { actionId: action.actionId, undoId, by });

  expect(result).toMatchObject({ status: 'unknown' });
  expect((await alerts())[0]?.text).toContain(`npx pm-agent settle ${undoId} --done`);
});
