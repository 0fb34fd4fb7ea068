import { expect, test } from '@jest/globals';
import { parseDuration } from '../../src/config/duration.js';

test.each([
  ['0', 0],
  ['0s', 0],
  ['500ms', 500],
  ['3s', 3_000],
  ['1.5s', 1_500],
  ['15m', 900_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
])('parseDuration reads %s', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each(['', '5', '-3s', '3 s', '3S', '1h30m', 'soon', '3sec'])('parseDuration refuses "%s"', (text) => {
  expect(parseDuration(text)).toBeNull();
});
