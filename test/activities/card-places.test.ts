import { describe, expect, test } from '@jest/globals';
import { cardPlaces, placesToTell } from '../../src/activities/card-places.js';
import type { TeamSettings } from '../../src/activities/dependencies.js';
import type { PlacedCycle } from '../../src/audit/mirror.js';
import type { Person } from '../../src/domain/approval.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import { comment, planned, transition } from '../support/builders.js';

const team: TeamSettings = {
  id: 'payments',
  jiraProjects: ['PAY'],
  jiraBoard: null,
  repositories: [],
  slackChannel: 'C0PAY',
  lead: null,
  rules: '',
};
const person = (id: string, slack: string | null): Person => ({
  id,
  name: id,
  jira: null,
  bitbucket: null,
  slack,
  roles: [],
});
const people = [person('ana', 'U0ANA'), person('bo', 'U0BO'), person('cleo', null)];
const state = {
  approvalId: 'a1',
  actionId: 'c.a1',
  hash: '0',
  status: 'pending',
  decidedBy: null,
  decidedAt: null,
  reason: null,
  note: null,
} as const;
const fromJira: PlacedCycle = { team: 'payments', source: 'jira', project: 'PAY' };
const fromSlack: PlacedCycle = { team: null, source: 'slack', project: 'C0X' };

function places(
  cycle: PlacedCycle,
  deciders: readonly string[] | null,
  options: { teams?: readonly TeamSettings[]; slack?: boolean; action?: PlannedAction['action'] } = {},
) {
  const { teams = [team], slack = true, action = transition } = options;
  const deps = { teams, people, acts: { jira: true, bitbucket: true, slack } };
  return cardPlaces(deps, cycle, { planned: planned('c', 1, action, { deciders }) });
}

describe('a request is shown', () => {
  test.each([
    ['in the team’s channel', fromJira, null, ['C0PAY']],
    ['there also where the rule names people', fromJira, ['ana'], ['C0PAY']],
    [
      'to those whom the rule names, without a channel',
      { ...fromJira, team: null },
      ['ana', 'bo'],
      ['U0ANA', 'U0BO'],
    ],
    ['only to those of them who are in Slack', { ...fromJira, team: null }, ['ana', 'cleo'], ['U0ANA']],
    ['where it was asked, without either', fromSlack, null, ['C0X']],
    ['to the approvers rather than where it was asked', fromSlack, ['bo'], ['U0BO']],
    ['nowhere, without any of these', { ...fromJira, team: null }, null, []],
    ['nowhere for a rule that names nobody in Slack', { ...fromJira, team: null }, ['cleo'], []],
    ['in no channel of a team that is configured no more', { ...fromJira, team: 'gone' }, null, []],
  ] as const)('%s', (_name, cycle, deciders, expected) => {
    expect(places(cycle, deciders).places).toEqual(expected);
  });

  test('nowhere where nothing may be written to Slack', () => {
    expect(places(fromJira, null, { slack: false }).places).toEqual([]);
  });

  test('in no channel of a team that has none', () => {
    expect(places(fromJira, ['ana'], { teams: [{ ...team, slackChannel: null }] }).places).toEqual(['U0ANA']);
  });
});

test.each([
  [2_500, false],
  [2_501, true],
])('%d characters are long: %s', (length, expected) => {
  const action = { ...comment, payload: { issueKey: 'PAY-1', body: 'x'.repeat(length) } } as typeof comment;

  expect(places(fromJira, null, { action }).hasLongWords).toBe(expected);
});

test.each([
  [2, false],
  [20, true],
])('a line with %d labels is long: %s', (count, expected) => {
  const addLabels = Array.from({ length: count }, (_, n) => `label-${n}`);
  const none = { priority: null, removeLabels: [], dueDate: null, estimate: null, sprint: null };
  const payload = { issueKey: 'PAY-1', ...none, addLabels };

  expect(places(fromJira, null, { action: { kind: 'jira.update_fields', payload } }).hasLongWords).toBe(
    expected,
  );
});

test('an edit is told where it stands, and its long words too', () => {
  const deps = { people, acts: { jira: true, bitbucket: true, slack: true } };
  const edited = (body: string) => {
    const action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body } } as const;
    return placesToTell(deps, { what: 'edited', also: ['ana'], planned: planned('c', 1, action), state });
  };

  expect(edited('x'.repeat(2_501))).toEqual({ places: [], hasLongWords: true });
  expect(edited('short')).toEqual({ places: [], hasLongWords: false });
});

test('whoever is asked besides what changed is told that, too', () => {
  const deps = { people, acts: { jira: true, bitbucket: true, slack: true } };
  const drift = [{ member: 'status', was: 'To Do', is: 'Done' }];
  const note = { what: 'second_approver', also: ['ana'], planned: planned('c', 1, comment) };

  expect(placesToTell(deps, { ...note, state: { ...state, drift } })).toMatchObject({ hasChanged: true });
  expect(placesToTell(deps, { ...note, state })).not.toHaveProperty('hasChanged');
});
