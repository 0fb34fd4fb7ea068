/** A budget that had no room: who hears of it, and how often. */
import { afterEach, expect, test } from '@jest/globals';
import { createRecordActivities } from '../../src/activities/record.js';
import { BUILT_IN_AUTONOMY } from '../../src/domain/autonomy.js';
import { budgetIn, overBudget } from '../../src/domain/budget.js';
import type { PmEvent } from '../../src/domain/event.js';
import { commentEvent, cycleInput } from '../support/builders.js';
import { context } from './support/vendor-data.js';
import { createWorld, type World, type WorldOptions } from './support/world.js';

let world: World;
afterEach(() => world.dispose());

const team = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: 'C0PAY',
  lead: null,
  rules: '',
};
const BUDGETS = { perEvent: 1, perSubjectPerDay: 1, perProjectPerDay: 1, perDay: 1 };
const NOTHING = { onEvent: 0, onSubjectToday: 0, onProjectToday: 0, today: 0 };
const spentOn = (what: keyof typeof NOTHING) =>
  overBudget({
    budgets: BUDGETS,
    spent: { ...NOTHING, [what]: 1 },
    atMost: 0.2,
    subject: 'jira:PAY-1',
    project: 'PAY',
  }) ?? '';

const begin = (deps: WorldOptions['deps'] = {}) => {
  world = createWorld({ deps: { teams: [team], ...deps } });
};
async function told(event: PmEvent, failure: string, asked: number | null = 0) {
  const cycle = cycleInput({ event });
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext(context());
  const tell = () =>
    createRecordActivities(world.deps).tellOverBudget({ cycle, contextHash, failure, asked });
  const answer = await tell();
  expect(await tell()).toEqual(answer);
  return answer;
}
const alerts = () => world.mirror.circuits.due();

test.each([
  ['onEvent', 'perEvent'],
  ['onSubjectToday', 'perSubjectPerDay'],
  ['onProjectToday', 'perProjectPerDay'],
  ['today', 'perDay'],
] as const)('what has no room is named: %s', async (spent, budget) => {
  begin();

  expect(budgetIn(spentOn(spent))).toBe(budget);
  expect(await told(commentEvent(), spentOn(spent))).toMatchObject({
    action: {
      kind: 'jira.comment',
      payload: { issueKey: 'PAY-1', body: expect.stringContaining(`budgets.${budget}`) },
    },
    verdict: 'auto',
    rule: 'over budget',
    refusal: null,
  });
  expect(await alerts()).toMatchObject([
    { target: 'budget', place: 'C0PAY', text: expect.stringContaining(budget) },
  ]);
});

test('who asked is answered once a subject and day, and the team hears once a budget and day', async () => {
  begin();
  const elsewhere = commentEvent({
    subject: 'jira:PAY-2',
    issue: { id: '10002', key: 'PAY-2', summary: null },
  });

  expect(await told(commentEvent(), spentOn('onProjectToday'))).not.toBeNull();
  expect(await told(commentEvent(), spentOn('onProjectToday'))).toBeNull();
  expect(await told(elsewhere, spentOn('onProjectToday'))).not.toBeNull();
  expect(await alerts()).toHaveLength(1);
  await told(elsewhere, spentOn('today'));
  expect(await alerts()).toHaveLength(2);
});

test('where nobody asked only the team hears; where nothing may be written, or nobody is named, it does not', async () => {
  begin();
  expect(await told(commentEvent(), spentOn('today'), null)).toBeNull();
  expect(await alerts()).toHaveLength(1);
  await world.dispose();

  begin({ acts: { jira: true, bitbucket: true, slack: false } });
  await told(commentEvent(), spentOn('today'));
  expect(await alerts()).toEqual([]);
});

test('the policy’s never holds for it as well', async () => {
  begin({
    policy: {
      version: 'v1',
      default: 'auto',
      deadlineMs: null,
      rules: [{ name: 'no comments', when: { action: ['jira.comment'] }, verdict: 'never' }],
    },
  });

  expect(await told(commentEvent(), spentOn('today'))).toMatchObject({
    verdict: 'never',
    rule: 'no comments',
  });
});

test('where the agent only watches, whoever asked is not answered, and the team hears all the same', async () => {
  begin({ autonomy: { ...BUILT_IN_AUTONOMY, default: 'observe' } });

  expect(await told(commentEvent(), spentOn('today'))).toMatchObject({
    verdict: 'never',
    rule: 'over budget (observes: jira.comment in PAY is at the level observe)',
  });
  expect(await alerts()).toHaveLength(1);
});
