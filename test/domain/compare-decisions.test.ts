import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Action } from '../../src/domain/action.js';
import { compareDecisions } from '../../src/domain/compare-decisions.js';

const key = fc.constantFrom('PAY-1', 'PAY-2');
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constant('jira.comment' as const),
    payload: fc.record({ issueKey: key, body: fc.string() }),
  }),
  fc.record({
    kind: fc.constant('jira.transition' as const),
    payload: fc.record({ issueKey: key, toStatus: fc.constantFrom('Done', 'In Review') }),
  }),
);
const actions = fc.array(action, { maxLength: 3 });

const say = (body: string, issueKey = 'PAY-1'): Action => ({
  kind: 'jira.comment',
  payload: { issueKey, body },
});

describe('two decisions', () => {
  test('are the same in any order, and themselves', () => {
    fc.assert(
      fc.property(actions, (list) => {
        expect(compareDecisions(list, list.toReversed())).toBe('same');
      }),
    );
  });

  test('are compared alike from both sides', () => {
    fc.assert(
      fc.property(actions, actions, (left, right) => {
        expect(compareDecisions(left, right)).toBe(compareDecisions(right, left));
      }),
    );
  });

  test('of another number are changed', () => {
    fc.assert(
      fc.property(actions, action, (list, one) => {
        expect(compareDecisions(list, [...list, one])).toBe('changed');
      }),
    );
  });

  test('that say the same thing otherwise are only reworded', () => {
    expect(compareDecisions([say('It is open.')], [say('Still open!')])).toBe('reworded');
  });

  test('that say the same elsewhere, or do another thing, are changed', () => {
    expect(compareDecisions([say('It is open.')], [say('It is open.', 'PAY-2')])).toBe('changed');
    expect(
      compareDecisions(
        [{ kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'Done' } }],
        [{ kind: 'jira.transition', payload: { issueKey: 'PAY-1', toStatus: 'In Review' } }],
      ),
    ).toBe('changed');
  });
});
