import { afterEach, describe, expect, test } from '@jest/globals';
import type { Action } from '../../../src/domain/action.js';
import { BUILT_IN_POLICY, type PolicyRule } from '../../../src/domain/policy.js';
import { comment, cycleInput, planned } from '../../support/builders.js';
import { berlin } from '../../support/calendars.js';
import { facts } from '../support/vendor-data.js';
import { createWorld, type World } from '../support/world.js';

let world: World;
afterEach(() => world.dispose());

const lead = { id: 'lead-1', name: 'Ana', jira: null, bitbucket: null, slack: 'U0LEAD', roles: ['lead'] };
const team = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: null,
  lead: 'lead-1',
  rules: '',
};

async function tell(
  deps: Parameters<typeof createWorld>[0],
  action: Action = comment,
  changes: Parameters<typeof planned>[3] = {},
) {
  world = createWorld(deps);
  const cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext({ facts, items: [], omitted: [] });
  const asked = planned(cycle.cycleId, 2, action, { rule: 'careful', ...changes });
  const told = await world.call('tellExpired', { cycle, contextHash, planned: asked });
  expect(await world.call('tellExpired', { cycle, contextHash, planned: asked })).toEqual(told);
  return { told, cycle };
}

test("what nobody decided is told to the team's lead, once, and by code alone", async () => {
  const { told, cycle } = await tell({ deps: { people: [lead], teams: [team] } });

  expect(told).toMatchObject({
    actionId: `${cycle.cycleId}.x2`,
    verdict: 'auto',
    origin: 'expired',
    refusal: null,
    action: { kind: 'escalate', payload: { to: 'U0LEAD', reason: 'nobody decided in time' } },
  });
  expect(JSON.stringify(told.action)).toContain('It was about \\"Comment on PAY-1\\" (rule \\"careful\\"');
});

test('an action whose name looks like a credential is told of without it', async () => {
  const move: Action = {
    kind: 'jira.transition',
    payload: { issueKey: 'PAY-1', toStatus: 'AKIAIOSFODNN7EXAMPLE' },
  };

  const { told } = await tell({ deps: { people: [lead], teams: [team] } }, move);

  expect(told.refusal).toBeNull();
  expect(JSON.stringify(told.action)).toContain('withheld]');
});

test('where nobody can be told, that is what it says', async () => {
  const { told } = await tell({ deps: { people: [], teams: [] } });

  expect(told.refusal).toContain('nobody can be told');
});

describe('where the team has a calendar', () => {
  const AT_NIGHT = '2026-11-30T19:00:00.000Z';
  const MORNING = '2026-12-01T08:00:00.000Z';
  const at = (moment: string, rules: readonly PolicyRule[] = []) => ({
    deps: {
      people: [lead],
      teams: [{ ...team, calendar: berlin }],
      clock: () => new Date(moment),
      policy: { ...BUILT_IN_POLICY, version: 'p1', rules: [...rules] },
    },
  });

  test.each([
    ['at night the notice waits for the morning', AT_NIGHT, MORNING],
    ['by day it leaves at once', MORNING, undefined],
  ])('%s', async (_what, moment, notBefore) => {
    const { told } = await tell(at(moment));

    expect(told.notBefore).toBe(notBefore);
  });

  test('that of the request counts, as it was when it was asked', async () => {
    const nights = { ...berlin, from: 1_140, to: 1_380 };
    const { told } = await tell(at(AT_NIGHT), comment, { calendar: nights });

    expect(told.notBefore).toBeUndefined();
  });

  test('it is judged by the hour at which it is told, and what is denied waits for nothing', async () => {
    const never = (time: string): PolicyRule => ({
      name: `nobody is told ${time}`,
      when: { action: ['escalate'], time: [time] },
      verdict: 'never',
    });
    expect((await tell(at(AT_NIGHT, [never('off')]))).told).toMatchObject({
      verdict: 'auto',
      notBefore: MORNING,
    });
    await world.dispose();

    const { told } = await tell(at(AT_NIGHT, [never('working')]));
    expect(told).toMatchObject({ verdict: 'never' });
    expect(told.notBefore).toBeUndefined();
  });
});
