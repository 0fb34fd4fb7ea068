import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Standing } from '../../../src/domain/actions/row.js';
import { driftOf, driftSentence } from '../../../src/domain/actions/standing.js';

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
