import { expect, test } from '@jest/globals';
import { AUTONOMY_LEVELS } from '../../src/domain/autonomy.js';
import { suggestionSentence, whyNothingSent } from '../../src/domain/nothing-sent.js';

const ACTS = { jira: true, bitbucket: true, slack: true };
const assign = { kind: 'jira.assign', project: 'PAY', level: null, status: 'awaiting_approval' } as const;

test('at the level propose a yes sends nothing, and at no other one', () => {
  const why = AUTONOMY_LEVELS.map((level) => whyNothingSent({ ...assign, level }, ACTS));

  expect(why).toEqual([
    null,
    'jira.assign in PAY is at the level propose, so whoever agrees does it by hand',
    null,
    null,
  ]);
});

test('in simulation a yes sends nothing to that vendor', () => {
  expect(whyNothingSent(assign, { ...ACTS, jira: false })).toContain('simulation (AGENT_MODE)');
  expect(whyNothingSent(assign, { ...ACTS, slack: false })).toBeNull();
});

test('what was sent is no suggestion, whatever holds by now', () => {
  const executed = { ...assign, status: 'executed' } as const;

  expect(whyNothingSent(executed, { jira: false, bitbucket: false, slack: false })).toBeNull();
});

test('the sentence says what becomes of the answer', () => {
  expect(suggestionSentence('why')).toBe('Suggestion only: your answer is recorded, nothing is sent (why)');
});
