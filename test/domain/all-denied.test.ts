import { describe, expect, test } from '@jest/globals';
import { allDenied, type Ended } from '../../src/domain/all-denied.js';
import type { PlannedAction } from '../../src/domain/cycle.js';
import { comment, escalate, planned, transition } from '../support/builders.js';

const auto = (n: number, overrides: Partial<PlannedAction> = {}) =>
  planned('cycle-1', n, comment, { verdict: 'auto', ...overrides });
const never = (n: number) => planned('cycle-1', n, transition, { verdict: 'never', rule: 'no moves' });
const refused = (n: number) => auto(n, { refusal: 'HR-7 is not of this event' });
const observed = (n: number) =>
  planned('cycle-1', n, comment, {
    verdict: 'never',
    autonomy: { project: 'PAY', level: 'observe', verdict: 'auto' },
  });
const ended = (...all: readonly (readonly [number, Ended['status']])[]) =>
  new Map(all.map(([n, status]) => [`cycle-1.a${n}`, { status, message: `it ended ${status}` }]));

test('each action with what denied it: the policy, code, or what stood against it right before its effect', () => {
  const found = allDenied([never(1), refused(2), auto(3), auto(4)], ended([3, 'denied'], [4, 'failed']));

  expect(found).toEqual([
    { kind: 'jira.transition', target: 'jira:PAY-1', why: 'the policy says never (rule "no moves")' },
    { kind: 'jira.comment', target: 'jira:PAY-1', why: 'HR-7 is not of this event' },
    { kind: 'jira.comment', target: 'jira:PAY-1', why: 'it ended denied' },
    { kind: 'jira.comment', target: 'jira:PAY-1', why: 'it ended failed' },
  ]);
});

test('what is only looked at stands beside what was denied', () => {
  expect(allDenied([never(1), observed(2)], new Map()).map(({ why }) => why)).toEqual([
    'the policy says never (rule "no moves")',
    'its level of autonomy is "observe": it is only recorded',
  ]);
});

test('what code tells by itself is nothing that was proposed', () => {
  const breaker = planned('cycle-1', 9, escalate, { verdict: 'auto', origin: 'breaker' });

  expect(allDenied([refused(1), breaker], ended([9, 'executed']))).toHaveLength(1);
  expect(allDenied([breaker], ended([9, 'executed']))).toEqual([]);
});

describe('nothing where', () => {
  test.each<[string, readonly PlannedAction[], ReadonlyMap<string, Ended>]>([
    ['nothing was proposed', [], new Map()],
    ['one of them was done', [never(1), auto(2)], ended([2, 'executed'])],
    ['one of them was simulated', [never(1), auto(2)], ended([2, 'simulated'])],
    ['nobody knows of one of them', [never(1), auto(2)], ended([2, 'unknown'])],
    ['a newer event took over', [never(1), auto(2)], ended([2, 'obsolete'])],
    ['a person is asked about one of them', [never(1), auto(2, { verdict: 'ask' })], new Map()],
    ['all of them failed, and nobody denied them', [auto(1)], ended([1, 'failed'])],
    ['all of them are only looked at', [observed(1), observed(2)], new Map()],
  ])('%s', (_where, plan, results) => {
    expect(allDenied(plan, results)).toEqual([]);
  });
});
