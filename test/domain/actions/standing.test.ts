import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Standing } from '../../../src/domain/actions/row.js';
import { driftOf, driftSentence, wholeDrift } from '../../../src/domain/actions/standing.js';

const standing: fc.Arbitrary<Standing> = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 5 }),
  fc.oneof(fc.string(), fc.constant(null), fc.integer(), fc.array(fc.string(), { maxLength: 3 })),
);

describe('what stands otherwise than it was seen', () => {
  test('is nothing where nothing changed, whatever else there is by now', () => {
    fc.assert(
      fc.property(standing, standing, (seen, further) => {
        expect(driftOf(seen, { ...further, ...seen })).toEqual([]);
      }),
    );
  });

  test('is every member that changed, and no other', () => {
    fc.assert(
      fc.property(standing, (seen) => {
        const now = Object.fromEntries(Object.keys(seen).map((member) => [member, { changed: true }]));

        expect(driftOf(seen, now).map(({ member }) => member)).toEqual(Object.keys(seen));
      }),
    );
  });

  test('is nothing where nothing was seen', () => {
    expect(driftOf(null, { status: 'Done' })).toEqual([]);
  });

  test('is told in words', () => {
    const drift = driftOf({ status: 'To Do', assignee: 'bo' }, { status: 'Done', assignee: null });

    expect(driftSentence(drift)).toBe(
      'the status is "Done", and was "To Do"; the assignee is empty, and was "bo"',
    );
  });
});

describe('all of what changed', () => {
  const before = `${'Same. '.repeat(60)}Ship on Friday.`;
  const after = `${'Same. '.repeat(60)}${'Ship on Monday, and not before. '.repeat(20)}`;

  test('is told where the sentence holds only what differs, old and new, to the last character', () => {
    const whole = wholeDrift(
      driftOf({ description: before, status: 'a' }, { description: after, status: 'b' }),
    );

    expect(whole).toContain(`The description was:\n${before}\n\nThe description is now:\n${after}`);
    expect(whole).toContain('The status was:\na\n\nThe status is now:\nb');
  });

  test('is the sentence where that holds everything', () => {
    expect(wholeDrift(driftOf({ status: 'a' }, { status: 'b' }))).toBeNull();
    expect(wholeDrift([])).toBeNull();
  });

  test('names people, and says what is empty', () => {
    const drift = driftOf({ assignee: '1:ana', description: before }, { assignee: null, description: after });

    expect(wholeDrift(drift, () => 'Ana')).toContain('The assignee was:\nAna\n\nThe assignee is now:\nempty');
  });
});
