import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { editDistance } from '../../src/domain/edit-distance.js';
import { costPerEffect, type OverseenRequest, oversightOf, percentile } from '../../src/domain/oversight.js';
import { concernsOf, suggestionsOf } from '../../src/domain/oversight-concerns.js';

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);

function request(
  askedAt: string,
  decidedAt: string | null,
  outcome: OverseenRequest['outcome'],
  words = 'Short.',
): OverseenRequest {
  return {
    kind: 'jira.comment',
    askedAt: at(askedAt),
    shownAt: at(askedAt),
    decidedAt: decidedAt === null ? null : at(decidedAt),
    workedMs: decidedAt === null ? null : at(decidedAt) - at(askedAt),
    risk: 'G2',
    outcome,
    shown: words,
    proposed: outcome === 'edited' ? 'Shorter.' : null,
  };
}

/** The worked example of the metric catalogue (O11). */
const EXAMPLE = [
  request('09:00:00', '09:04:00', 'clean'),
  request('09:10:00', '09:30:00', 'edited'),
  request('10:00:00', '10:01:00', 'rejected'),
  request('11:00:00', '13:00:00', 'expired'),
  request('11:30:00', '11:30:02', 'clean'),
  request('12:00:00', null, 'open'),
];

test('the worked example comes to its expected numbers', () => {
  expect(oversightOf(EXAMPLE)).toMatchObject({
    decided: 4,
    latency: { seconds: [2, 60, 240, 1200], p50: 60, p85: 1200 },
    workLatency: { seconds: [2, 60, 240, 1200], p50: 60, p85: 1200 },
    accepted: { count: 3, of: 4, share: 0.75 },
    edited: { count: 1, of: 3, share: 1 / 3 },
    clean: { count: 2, of: 4, share: 0.5 },
    rejected: { count: 1, of: 4 },
    expired: { count: 1, of: 5, share: 0.2 },
    rubberStamps: { count: 1, of: 4, share: 0.25 },
  });
  expect(costPerEffect(0.12 + 0.3 + 0.08 + 0.05 + 0.1 + 0.2, 3)).toBeCloseTo(0.2833, 4);
  expect(costPerEffect(0.85, 0)).toBeNull();
});

test('of nothing nothing is known, and nothing is 0', () => {
  expect(oversightOf([])).toEqual({
    decided: 0,
    latency: { seconds: [], p50: null, p85: null },
    workLatency: { seconds: [], p50: null, p85: null },
    edits: { earlier: null, later: null },
    ...Object.fromEntries(
      ['accepted', 'edited', 'clean', 'rejected', 'expired', 'rubberStamps', 'undone', 'harmless'].map(
        (name) => [name, { count: 0, of: 0, share: null }],
      ),
    ),
    editDistance: null,
  });
});

describe('a decision is a rubber stamp', () => {
  const stamps = (seconds: string, characters: number) =>
    oversightOf([request('10:00:00', `10:00:${seconds}`, 'clean', 'x'.repeat(characters))]).rubberStamps
      .count;

  test('below the time that reading takes, 25 characters a second', () => {
    expect([stamps('39.999', 1_000), stamps('40.000', 1_000)]).toEqual([1, 0]);
  });

  test('from when it was shown last: what changed since the question was not there to be read', () => {
    const reopened = { ...request('09:00:00', '10:00:03', 'clean'), shownAt: at('10:00:00') };

    expect(oversightOf([reopened])).toMatchObject({
      rubberStamps: { count: 1, of: 1 },
      latency: { seconds: [3_603] },
    });
  });

  test('below five seconds, however short it is', () => {
    expect([stamps('04.999', 1), stamps('05.000', 1)]).toEqual([1, 0]);
  });
});

test('a percentile is a measured value, and at least its share is not above it', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), (values, p) => {
      const sorted = values.toSorted((one, other) => one - other);

      const found = percentile(sorted, p) ?? Number.NaN;

      expect(sorted).toContain(found);
      expect(sorted.filter((one) => one <= found).length * 100).toBeGreaterThanOrEqual(p * sorted.length);
    }),
  );
  expect(
    percentile(
      Array.from({ length: 100 }, (_, n) => n + 1),
      7,
    ),
  ).toBe(7);
});

describe('the distance of an edit', () => {
  test.each([
    ['kitten', 'sitting', 3 / 7],
    ['', '', 0],
    ['abc', '', 1],
    ['same', 'same', 0],
    ['moved to Done', 'moved to Doing', 2 / 14],
  ])('from "%s" to "%s"', (one, other, expected) => {
    expect(editDistance(one, other)).toBeCloseTo(expected, 10);
  });

  test('is symmetric, between 0 and 1, and 0 for equal texts only', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        const distance = editDistance(one, other);

        expect(distance).toBe(editDistance(other, one));
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(1);
        expect(distance === 0).toBe(one === other);
      }),
    );
  });
});

describe('a concern is told', () => {
  const many = (outcome: OverseenRequest['outcome'], count: number, to = '10:10:00') =>
    Array.from({ length: count }, () => request('10:00:00', to, outcome));

  test('where a fifth is rejected, or more than a fifth is stamped', () => {
    expect(concernsOf(oversightOf([...many('clean', 4), ...many('rejected', 1)]))).toEqual([
      expect.stringContaining('20 % were rejected'),
    ]);
    expect(concernsOf(oversightOf([...many('clean', 4), ...many('clean', 2, '10:00:01')]))).toEqual([
      expect.stringContaining('33 % were decided faster'),
    ]);
    expect(concernsOf(oversightOf(many('clean', 5)))).toEqual([]);
  });

  test('where more than two of a hundred that were done were taken back, whoever was asked', () => {
    const taken = (executed: number, undone: number) => concernsOf(oversightOf([], { executed, undone }));

    expect(taken(100, 3)).toEqual([expect.stringMatching(/^3 % of what was done were taken back: /)]);
    expect(taken(100, 2)).toEqual([]);
    expect(taken(4, 4)).toEqual([]);
    expect(oversightOf([], { executed: 4, undone: 1 }).undone).toEqual({ count: 1, of: 4, share: 0.25 });
  });

  test('not of fewer than five', () => {
    expect(concernsOf(oversightOf(many('rejected', 4)))).toEqual([]);
  });

  const HOUR = 3_600_000;
  const waited = (hours: readonly number[]) =>
    hours.map((one) => ({ ...request('10:00:00', '23:00:00', 'clean'), workedMs: one * HOUR }));

  test('where the slowest wait more than four working hours, whatever the clock on the wall says', () => {
    expect(concernsOf(oversightOf(waited([1, 1, 1, 1, 4])))).toEqual([]);
    expect(concernsOf(oversightOf(waited([1, 1, 1, 1, 4.25])))).toEqual([
      expect.stringMatching(/^85 % waited up to 4\.3 working hours, more than 4: route it elsewhere/),
    ]);
    // Of seven the sixth is P85: one slow one among them is none of its business.
    expect(concernsOf(oversightOf(waited([1, 1, 1, 1, 1, 1, 9])))).toEqual([]);
  });

  const edited = (from: string, minute: number): OverseenRequest => ({
    ...request('10:00:00', `10:${minute}:00`, 'edited', 'abcdefghij'),
    proposed: from,
  });

  test('where edits go further than they used to, by a tenth of the text', () => {
    const before = Array.from({ length: 5 }, (_, n) => request('10:00:00', `10:1${n}:00`, 'clean'));
    const after = (from: string) => Array.from({ length: 5 }, (_, n) => edited(from, 20 + n));
    const rising = oversightOf([...after('abcdefghiX'), ...before]);

    expect(rising.edits).toEqual({ earlier: 0, later: 0.1 });
    expect(concernsOf(rising)).toEqual([expect.stringContaining('edits went from 0 % to 10 % of the text')]);
    expect(concernsOf(oversightOf([...after('abcdefghijX'), ...before]))).toEqual([]);
    expect(oversightOf([...after('x').slice(1), ...before]).edits).toEqual({ earlier: null, later: null });
  });
});

describe('asking less is offered', () => {
  const clean = (count: number, others: Partial<OverseenRequest> = {}) =>
    Array.from({ length: count }, () => ({ ...request('10:00:00', '10:10:00', 'clean'), ...others }));
  const no = request('10:00:00', '10:10:00', 'rejected');
  const offered = (requests: readonly OverseenRequest[]) => suggestionsOf(oversightOf(requests)).length;

  test('from thirty decisions on of which nineteen in twenty took what was proposed', () => {
    expect(suggestionsOf(oversightOf([...clean(38), no, no]))).toEqual([
      expect.stringMatching(/^95 % of 40 that can be undone were approved as proposed: let it go by itself/),
    ]);
    expect(offered([...clean(37), no, no, no])).toBe(0);
    expect(offered(clean(30))).toBe(1);
    expect(offered(clean(29))).toBe(0);
  });

  test('not for what cannot be undone, and not for grade G3', () => {
    expect(offered(clean(30, { kind: 'escalate' }))).toBe(0);
    expect(offered(clean(30, { risk: 'G3' }))).toBe(0);
    expect(offered([...clean(29), ...clean(30, { risk: 'G3' })])).toBe(0);
  });
});
