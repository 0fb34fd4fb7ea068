import { expect, test } from '@jest/globals';
import { createBackoff } from '../../../src/inbox/relay/backoff.js';

test('pauses double from half a second to fifteen and end with a success', () => {
  let now = 0;
  const backoff = createBackoff(
    () => now,
    () => 1,
  );
  const pauses = Array.from({ length: 7 }, () => {
    backoff.fail();
    return backoff.remainingMs();
  });

  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  now += 14_999;
  expect(backoff.remainingMs()).toBe(1);
  now += 2;
  expect([backoff.remainingMs(), backoff.isFailing()]).toEqual([0, true]);
  backoff.succeed();
  expect(backoff.isFailing()).toBe(false);
});

test('jitter takes up to half of a pause away', () => {
  const backoff = createBackoff(
    () => 0,
    () => 0,
  );

  backoff.fail();

  expect(backoff.remainingMs()).toBe(250);
});
