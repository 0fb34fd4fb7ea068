import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compact, compactItem } from '../../src/reasoning/compact.js';

test('an item is shown without what is empty and what it says twice', () => {
  const data = {
    id: '20001',
    author: { id: '712020:ana', name: 'Ana' },
    body: '',
    labels: [],
    dueDate: null,
    done: false,
    points: 0,
    created: '2026-11-23T10:00:59.123Z',
    updated: '2026-11-23T10:00:59.123Z',
  };

  expect(compactItem({ id: 'comment-20001', data })).toEqual({
    author: { id: '712020:ana', name: 'Ana' },
    body: '',
    done: false,
    points: 0,
    created: '2026-11-23T10:00Z',
  });
});

test('an edit, an id that is nowhere else, and a time inside a text stay', () => {
  const data = {
    id: '7',
    body: 'Since 2026-11-23T10:00:59Z it fails.',
    created: '2026-11-23T10:00:59Z',
    updated: '2026-11-23T10:00:58Z',
  };

  expect(compactItem({ id: 'comment-20001', data })).toEqual({
    ...data,
    created: '2026-11-23T10:00Z',
    updated: '2026-11-23T10:00Z',
  });
});

test('no text is lost or changed, but for times', () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string(), { minLength: 1 }), (text, list) => {
      fc.pre(![text, ...list].some((one) => one.endsWith('Z')));
      expect(compact({ text, inner: { list } })).toEqual({ text, inner: { list } });
    }),
  );
});

test.each([
  ['2026-11-23T10:00:59.123456+00:00', '2026-11-23T10:00Z'],
  ['2026-11-23T11:00:59.123+0100', '2026-11-23T10:00Z'],
  ['2026-11-23T00:30:00-09:30', '2026-11-23T10:00Z'],
  ['2026-99-23T11:00:59+01:00', '2026-99-23T11:00:59+01:00'],
])('a time of any zone is shown in UTC: %s', (time, shown) => {
  expect(compact({ time })).toEqual({ time: shown });
});
