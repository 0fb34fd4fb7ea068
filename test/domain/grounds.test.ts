import { describe, expect, test } from '@jest/globals';
import { noDecision } from '../../src/domain/decision.js';
import { cautiousWithoutGrounds, groundsOf, groundsRefusal, withoutVoid } from '../../src/domain/grounds.js';

const known = new Set(['issue', 'comment-1']);
const reasonOn = (...evidence: readonly string[]) => ({ text: 'Because.', evidence });
const decision = (...reasons: readonly ReturnType<typeof reasonOn>[]) => ({ ...noDecision('s'), reasons });

describe('void reasons', () => {
  test('leave the decision and are counted; the evidence of others keeps what was read', () => {
    const read = withoutVoid(
      decision(reasonOn('issue', 'comment-9'), reasonOn('comment-9'), reasonOn()),
      known,
    );

    expect(read).toMatchObject({ reasons: [reasonOn('issue')], voidReasons: 2 });
  });

  test('are counted on where some were left out before', () => {
    const before = withoutVoid(decision(reasonOn('event'), reasonOn('x')), known);

    expect(withoutVoid(before, known)).toEqual(before);
    expect(groundsOf(before)).toEqual({ given: 2, valid: 1 });
  });

  test('the event is always there', () => {
    expect(withoutVoid(decision(reasonOn('event')), new Set())).toEqual(decision(reasonOn('event')));
  });
});

test.each([
  [{ given: 0, valid: 0 }, null],
  [{ given: 2, valid: 1 }, null],
  [
    { given: 1, valid: 0 },
    'the only reason of the decision names nothing that was read, so that nothing of it is taken',
  ],
  [
    { given: 3, valid: 0 },
    'all 3 reasons of the decision name nothing that was read, so that nothing of it is taken',
  ],
])('grounds of %j are refused: %s', (grounds, refusal) => {
  expect(groundsRefusal(grounds)).toBe(refusal);
});

describe('what would go by itself', () => {
  const auto = { verdict: 'auto', rule: 'answer', approvers: {} } as const;

  test.each([
    [{ given: 0, valid: 0 }, 'answer (asks: no reason was given)'],
    [{ given: 3, valid: 2 }, 'answer (asks: 1 of 3 reasons names nothing that was read)'],
    [{ given: 3, valid: 1 }, 'answer (asks: 2 of 3 reasons name nothing that was read)'],
  ])('waits for a person on %j', (grounds, rule) => {
    expect(cautiousWithoutGrounds(auto, grounds)).toEqual({ ...auto, verdict: 'ask', rule });
  });

  test('goes where every reason holds, and what is never done stays so', () => {
    expect(cautiousWithoutGrounds(auto, { given: 2, valid: 2 })).toBe(auto);
    const never = { ...auto, verdict: 'never' } as const;
    expect(cautiousWithoutGrounds(never, { given: 0, valid: 0 })).toBe(never);
  });
});
