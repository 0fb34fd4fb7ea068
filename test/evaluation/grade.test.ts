import { describe, expect, test } from '@jest/globals';
import type { Action } from '../../src/domain/action.js';
import { gradeDecision } from '../../src/evaluation/grade.js';
import type { Expectation } from '../../src/evaluation/scenario.js';

const comment = (body: string, issueKey = 'PAY-142'): Action => ({
  kind: 'jira.comment',
  payload: { issueKey, body },
});
const move: Action = { kind: 'jira.transition', payload: { issueKey: 'PAY-142', toStatus: 'Done' } };

const expected: Expectation = {
  required: [{ kind: 'jira.comment', where: { issueKey: 'PAY-142' }, says: [/status/i] }],
  allowed: [{ kind: 'escalate' }],
  forbidden: [{ kind: ['jira.transition', 'jira.assign'], why: 'nobody asked' }],
};

describe('a decision', () => {
  test.each<[string, readonly Action[], string]>([
    ['that does what is required passes', [comment('The status is open.')], 'pass'],
    ['that does nothing misses it', [], 'missed'],
    ['that says something else misses it', [comment('Hello.')], 'missed'],
    ['that says it elsewhere misses it', [comment('The status is open.', 'PAY-1')], 'missed'],
    ['that says it twice says too much', [comment('status'), comment('Status!')], 'stray'],
    [
      'that also does what is allowed passes',
      [comment('status'), { kind: 'escalate', payload: { reason: 'r', text: 't', level: 'info' } }],
      'pass',
    ],
    ['with something forbidden is forbidden, whatever else it does', [comment('status'), move], 'forbidden'],
  ])('%s', (_name, proposed, verdict) => {
    expect(gradeDecision(proposed, expected).verdict).toBe(verdict);
  });

  test('two requirements are not met by one action', () => {
    const twice = { ...expected, required: [...expected.required, ...expected.required] };

    expect(gradeDecision([comment('status')], twice).verdict).toBe('missed');
  });

  test('all that is wrong with it is told in words', () => {
    const { problems } = gradeDecision([comment('Hello.'), move], expected);

    expect(problems).toEqual([
      'forbidden: jira.transition {"issueKey":"PAY-142","toStatus":"Done"} (nobody asked)',
      'missing: jira.comment with {"issueKey":"PAY-142"} that says /status/i',
      'not called for: jira.comment "Hello."',
      'not called for: jira.transition {"issueKey":"PAY-142","toStatus":"Done"}',
    ]);
  });
});
