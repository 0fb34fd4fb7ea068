/** What Temporal's pages tell of an action: in the words of its card, with names in place of ids, and safe to show. */
import { expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import type { Person } from '../../src/domain/approval.js';
import type { ContextFacts } from '../../src/domain/context.js';
import { withSaid } from '../../src/domain/said.js';
import { planned } from '../support/builders.js';

const person = (id: string, name: string, jira: string | null): Person => ({
  id,
  name,
  jira,
  bitbucket: null,
  slack: null,
  roles: [],
});
const rules = {
  people: [person('lead-1', 'Ana Lindqvist', '712020:ana'), person('bo', 'Bo Chen', null)],
  output: { linkHosts: [], mentions: [], secrets: [] },
  acts: { jira: true, bitbucket: true, slack: true },
};
const assign = (accountId: string): Action => ({
  kind: 'jira.assign',
  payload: { issueKey: 'PAY-1', accountId },
});

function known(name: string): Pick<ContextFacts, 'issue'> {
  return { issue: { people: [{ id: '712020:eve', name }] } as unknown as ContextFacts['issue'] };
}

test('accounts have the names of pm-agent.yaml, else those of the issue', () => {
  const one = planned('c', 1, assign('712020:ana'));
  const other = planned('c', 1, assign('712020:eve'));

  expect(withSaid(one, rules, known('Eve')).said.what).toBe('Assign PAY-1 to Ana Lindqvist');
  expect(withSaid(other, rules, known('Eve')).said.what).toBe('Assign PAY-1 to Eve (not in pm-agent.yaml)');
  expect(withSaid(other, rules, { issue: null }).said.what).toBe('Assign PAY-1 to 712020:eve');
});

test('whoever may decide at some time is named, by the id that a signal has to give', () => {
  const one = planned('c', 1, assign('712020:ana'), {
    deciders: ['lead-1', 'gone'],
    escalation: [{ afterMs: 1, deciders: ['bo'] }],
  });

  expect(withSaid(one, rules, known('Eve')).said.people).toEqual({
    'lead-1': 'Ana Lindqvist',
    bo: 'Bo Chen',
  });
});

test('what changed is told with names, and once more after an edit', () => {
  const drift = [{ member: 'assignee', was: null, is: '712020:ana' }];
  const changed = withSaid(planned('c', 1, assign('712020:eve')), rules, known('Eve'), drift);

  expect(changed.said.drift).toBe('the assignee is "Ana Lindqvist", and was empty');
  expect(withSaid({ ...changed, action: assign('712020:ana') }, rules, known('Eve')).said).toMatchObject({
    what: 'Assign PAY-1 to Ana Lindqvist',
    drift: changed.said.drift,
  });
});

test('nothing in it is hidden, leads elsewhere or calls anybody', () => {
  const { said } = withSaid(
    planned('c', 1, assign('712020:eve')),
    rules,
    known('Ana\u202e\u200b [here](https://evil.example/x) @channel'),
    [{ member: 'title', was: 'a', is: 'see https://evil.example/y\u200b' }],
  );

  const text = JSON.stringify(said);
  expect(text).not.toMatch(/[\u202e\u200b]|https:\/\/evil|@channel/);
  expect(text).toContain('hxxps://evil[.]example');
});

test.each([
  [
    'what is only suggested',
    'propose',
    true,
    'jira.assign in PAY is at the level propose, so whoever agrees does it by hand',
  ],
  ['what is asked in a simulation', 'approve', false, 'pm-agent runs in simulation (AGENT_MODE)'],
  ['what is sent once it is approved', 'approve', true, undefined],
] as const)('it tells why nothing is sent: %s', (_what, level, jira, why) => {
  const autonomy = { level, project: 'PAY', verdict: 'auto' } as const;
  const one = planned('c', 1, assign('712020:ana'), { autonomy });
  const acts = { ...rules.acts, jira };

  expect(withSaid(one, { ...rules, acts }, known('Eve')).said.nothingSent).toBe(why);
});
