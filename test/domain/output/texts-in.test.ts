import { expect, test } from '@jest/globals';
import { textsIn } from '../../../src/domain/output/texts-in.js';

test('is every text of a value in its order, without the names of members', () => {
  const value = { a: 'one', b: [2, 'two', { c: ['three'], d: null }], e: true, f: 'four' };

  expect(textsIn(value)).toEqual(['one', 'two', 'three', 'four']);
});

test('is found at any depth', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}"at the bottom"${']'.repeat(100_000)}`);

  expect(textsIn(deep)).toEqual(['at the bottom']);
});
