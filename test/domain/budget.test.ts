import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BudgetQuestion, dayStart, isDayUsedUp, overBudget } from '../../src/domain/budget.js';

const ASKED: BudgetQuestion = {
  budgets: { perEvent: 0.5, perSubjectPerDay: 2, perProjectPerDay: 10, perDay: 25 },
  spent: { onEvent: 0, onSubjectToday: 0, onProjectToday: 0, today: 0 },
  atMost: 0.2,
  subject: 'jira:PAY-1',
  project: 'PAY',
};

describe('a budget', () => {
  test('has room for a call that fits', () => {
    expect(overBudget(ASKED)).toBeNull();
    expect(
      overBudget({
        ...ASKED,
        spent: { onEvent: 0.3, onSubjectToday: 1.8, onProjectToday: 9.8, today: 24.8 },
      }),
    ).toBeNull();
  });

  test.each([
    [
      'an event',
      { onEvent: 0.31, onSubjectToday: 0, onProjectToday: 0, today: 0 },
      /on this event.*budgets\.perEvent allows \$0\.5000/,
    ],
    [
      'a subject and day',
      { onEvent: 0, onSubjectToday: 1.9, onProjectToday: 1.9, today: 1.9 },
      /on jira:PAY-1 today.*perSubjectPerDay/,
    ],
    [
      'a project and day',
      { onEvent: 0, onSubjectToday: 0, onProjectToday: 9.9, today: 9.9 },
      /on PAY today.*perProjectPerDay/,
    ],
    [
      'a day',
      { onEvent: 0, onSubjectToday: 0, onProjectToday: 0, today: 25 },
      /went on today.*perDay allows \$25/,
    ],
  ])('of %s is named, with what went on it', (_name, spent, words) => {
    expect(overBudget({ ...ASKED, spent })).toMatch(words);
  });

  test('of a project does not count for what is of none', () => {
    const spent = { onEvent: 0, onSubjectToday: 0, onProjectToday: 99, today: 0 };
    expect(overBudget({ ...ASKED, project: null, spent })).toBeNull();
  });

  test('is never exceeded by what it lets through', () => {
    const amount = fc.double({ min: 0, max: 30, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, amount, (onEvent, onProjectToday, today, atMost) => {
        const spent = { onEvent, onSubjectToday: onEvent, onProjectToday, today };
        const { budgets } = ASKED;
        fc.pre(overBudget({ ...ASKED, spent, atMost }) === null);
        expect(onEvent + atMost).toBeLessThanOrEqual(budgets.perEvent);
        expect(onProjectToday + atMost).toBeLessThanOrEqual(budgets.perProjectPerDay);
        expect(today + atMost).toBeLessThanOrEqual(budgets.perDay);
      }),
    );
  });

  test('begins anew with the UTC day', () => {
    expect(dayStart(new Date('2026-11-23T23:59:59.999Z'))).toBe('2026-11-23T00:00:00.000Z');
  });
});

describe('the day’s budget is used up', () => {
  const spent = { event: 0, subject: 0, project: 0, day: 24, trials: 0 };
  const refusal = overBudget({
    ...ASKED,
    atMost: 2,
    budgets: { ...ASKED.budgets, perEvent: 9, perSubjectPerDay: 9 },
    spent: { ...ASKED.spent, today: 24 },
  });

  test('where it is spent, or an event was refused by it', () => {
    expect(isDayUsedUp({ spent, refusals: [] }, { perDay: 25 })).toBe(false);
    expect(isDayUsedUp({ spent, refusals: [] }, { perDay: 24 })).toBe(true);
    expect(isDayUsedUp({ spent, refusals: [`no usable decision: ${refusal}`] }, { perDay: 25 })).toBe(true);
  });

  test('not any more once it was raised, and not by another budget', () => {
    const other = overBudget({ ...ASKED, spent: { ...ASKED.spent, onProjectToday: 10 } });

    expect(isDayUsedUp({ spent, refusals: [String(refusal)] }, { perDay: 50 })).toBe(false);
    expect(isDayUsedUp({ spent, refusals: [String(other)] }, { perDay: 25 })).toBe(false);
  });
});
