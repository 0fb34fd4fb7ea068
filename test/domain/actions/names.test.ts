/** What is told of an action names people; what is sent and hashed keeps their accounts. */
import { expect, test } from '@jest/globals';
import { jiraNames } from '../../../src/domain/account-names.js';
import { type Action, describeAction } from '../../../src/domain/action.js';
import { driftSentence } from '../../../src/domain/actions/standing.js';

const ANA = { id: 'ana', name: 'Ana', jira: '1:ana', bitbucket: null, slack: null, roles: [] };
const nameOf = jiraNames([ANA], () => [
  { id: '1:ana', name: 'ana in Jira' },
  { id: '1:bo', name: 'Bo' },
]);

test('a name is that of pm-agent.yaml, else that of the issue, else the id itself', () => {
  expect(['1:ana', '1:bo', '1:cy'].map(nameOf)).toEqual(['Ana', 'Bo (not in pm-agent.yaml)', '1:cy']);
});

test('nobody passes for somebody of pm-agent.yaml by taking their name', () => {
  const taken = jiraNames([ANA], () => [{ id: '1:eve', name: 'Ana' }]);

  expect(taken('1:eve')).not.toBe(taken('1:ana'));
});

test('where the file names no account at all, none is told apart', () => {
  expect(jiraNames([{ ...ANA, jira: null }], () => [{ id: '1:bo', name: 'Bo' }])('1:bo')).toBe('Bo');
});

function creating(issueType: string | null): Action {
  const words = { summary: 'Retry the webhook', description: 'It fails.' };
  return { kind: 'jira.create_issue', payload: { issueKey: 'PAY-1', as: 'follow_up', issueType, ...words } };
}

test.each<[Action, string]>([
  [
    { kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: '1:bo' } },
    'Assign PAY-1 to Bo (not in pm-agent.yaml)',
  ],
  [{ kind: 'jira.assign', payload: { issueKey: 'PAY-1', accountId: null } }, 'Unassign PAY-1'],
  [
    { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Done', assignee: '1:ana' } },
    'Move PAY-1 to Done (assigned to Ana)',
  ],
  [
    { kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Done', assignee: '' } },
    'Move PAY-1 to Done',
  ],
  [creating(null), 'Create a follow-up of PAY-1: Retry the webhook'],
  [creating('Epic'), 'Create a follow-up of the type Epic of PAY-1: Retry the webhook'],
])('%j is told with names and stays as it is', (action, line) => {
  const before = structuredClone(action);

  expect(describeAction(action, nameOf)).toBe(line);
  expect(action).toEqual(before);
});

test('a change of the assignee is told with names', () => {
  const drift = [
    { member: 'assignee', was: '1:ana', is: null },
    { member: 'status', was: '1:bo', is: 'Done' },
  ];

  expect(driftSentence(drift, nameOf)).toBe(
    'the assignee is empty, and was "Ana"; the status is "Done", and was "1:bo"',
  );
});
