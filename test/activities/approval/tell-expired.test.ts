import { afterEach, expect, test } from '@jest/globals';
import type { Action } from '../../../src/domain/action.js';
import { comment, cycleInput, planned } from '../../support/builders.js';
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

async function tell(deps: Parameters<typeof createWorld>[0], action: Action = comment) {
  world = createWorld(deps);
  const cycle = cycleInput();
  await world.deps.mirror.startCycle(cycle, 'run-1');
  const contextHash = await world.storeContext({ facts, items: [], omitted: [] });
  const asked = planned(cycle.cycleId, 2, action, { rule: 'careful' });
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
  expect(JSON.stringify(told.action)).toContain(
    'Nobody decided on \\"Comment on PAY-1\\" (rule \\"careful\\"',
  );
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
