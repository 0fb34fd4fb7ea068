import { describe, expect, test } from '@jest/globals';
import { effectMark } from '../../src/activities/effect-mark.js';
import type { Action } from '../../src/domain/action.js';
import type { CycleInput, PlannedAction } from '../../src/domain/cycle.js';
import { comment, commentEvent, cycleInput, planned, transition } from '../support/builders.js';

const KEY = 'key of this installation';
const first = commentEvent({ changeKey: 'jira:10001:comment:1:created' });
const second = commentEvent({ changeKey: 'jira:10001:comment:2:created' });

function markOf(
  cycle: Partial<CycleInput>,
  { action = comment, ordinal = 1, key = KEY }: { action?: Action; ordinal?: number; key?: string } = {},
) {
  const input = cycleInput(cycle);
  return effectMark(key, input, planned(input.cycleId, 1, action, { ordinal }));
}

/** Would a cycle with the second mark take an effect with the first one for its own? */
function isTakenOver(made: ReturnType<typeof markOf>, by: ReturnType<typeof markOf>): boolean {
  return by.sought.some((mark) => made.answers.includes(mark));
}

test('nothing that carries a mark is older than what it answers, a day of difference between clocks aside', () => {
  const at = (occurredAt: string | null) => markOf({ event: { ...first, occurredAt } }).since;

  expect(at('2026-11-23T08:30:00.000Z')).toBe('2026-11-22T08:30:00.000Z');
  expect(at(null)).toBeNull();
});

describe('an effect for the same change', () => {
  test('is known to another cycle, whatever it is called and whatever it says', () => {
    const other: Action = { kind: 'jira.comment', payload: { issueKey: 'PAY-1', body: 'Other words.' } };

    expect(isTakenOver(markOf({ event: first }), markOf({ event: first }, { action: other }))).toBe(true);
  });

  test.each([
    ['of another change', markOf({ event: second })],
    ['of another kind', markOf({ event: first }, { action: transition })],
    ['further behind in its plan', markOf({ event: first }, { ordinal: 2 })],
    ['of another installation', markOf({ event: first }, { key: 'key of another' })],
  ])('is not one %s', (_what, made) => {
    expect(isTakenOver(made, markOf({ event: first }))).toBe(false);
  });

  test('is known also where it was folded into the cycle of a newer one', () => {
    const made = markOf({ event: second, alsoAnswers: [{ eventId: 'evt_0', event: first }] });

    expect(made.answers).toHaveLength(2);
    expect(isTakenOver(made, markOf({ event: first }))).toBe(true);
    expect(isTakenOver(made, markOf({ event: second }))).toBe(true);
  });

  test('is not known by what was only folded into the cycle that looks', () => {
    const looks = markOf({ event: second, alsoAnswers: [{ eventId: 'evt_0', event: first }] });

    expect(isTakenOver(markOf({ event: first }), looks)).toBe(false);
  });

  test('is known by all that was told of it where the vendor gives it no name', () => {
    const nameless = commentEvent({ changeKey: null, comment: { id: '7', text: 'push' } });

    expect(isTakenOver(markOf({ event: nameless }), markOf({ event: { ...nameless } }))).toBe(true);
    expect(isTakenOver(markOf({ event: nameless }), markOf({ event: { ...nameless, project: 'WEB' } }))).toBe(
      false,
    );
  });
});

test('what code decided on is never taken for an action of the model, in plans old and new', () => {
  const cycle = cycleInput({ event: first });
  const of = (overrides: Partial<PlannedAction>) =>
    effectMark(KEY, cycle, planned(cycle.cycleId, 1, comment, overrides)).answers[0];
  const marks = [
    of({ ordinal: 1 }),
    of({}),
    of({ actionId: `${cycle.cycleId}.m1`, origin: 'command' }),
    of({ actionId: `${cycle.cycleId}.e0a1b2c3d`, origin: 'breaker' }),
  ];

  expect(new Set(marks).size).toBe(marks.length);
});

test('a mark is hex, so that Bitbucket can show the first digits of it', () => {
  expect(markOf({ event: first }).answers[0]).toMatch(/^[0-9a-f]{24}$/);
});
