import { expect, test } from '@jest/globals';
import { type Patience, type Standing, waitForStandstill } from './standstill.js';

const patience: Patience = { standstillMs: 200, mostMs: 20_000, lookEveryMs: 5, sayEveryMs: 20 };

/** Answers these one after the other, and the last one for ever. */
function standings(list: readonly Standing[]): () => Standing {
  let next = 0;
  return () => list[Math.min(next++, list.length - 1)] ?? { left: 0, fingerprint: '' };
}

test('ends as soon as nothing is left, however long that took', async () => {
  const slow = Array.from({ length: 120 }, (_, n) => ({ left: 120 - n, fingerprint: String(n) }));

  const end = await waitForStandstill(
    standings([...slow, { left: 0, fingerprint: 'x' }]),
    () => undefined,
    patience,
  );

  expect(end).toMatchObject({ why: 'done', left: 0 });
  expect(end.tookMs).toBeGreaterThan(patience.standstillMs);
});

test('gives up when nothing changes any more, and only then', async () => {
  const lines: string[] = [];
  const moving = Array.from({ length: 20 }, (_, n) => ({ left: 7, fingerprint: String(n) }));

  const end = await waitForStandstill(standings(moving), (line) => lines.push(line), patience);

  expect(end).toMatchObject({ why: 'standstill', left: 7 });
  expect(end.tookMs).toBeGreaterThanOrEqual(patience.standstillMs + 20 * patience.lookEveryMs - 5);
  expect(lines[0]).toBe('7 left');
  expect(lines.at(-1)).toMatch(/^7 left, 0\.0 a second/);
});

test('what moves for ever is not waited for for ever', async () => {
  let n = 0;
  const end = await waitForStandstill(
    () => ({ left: 3, fingerprint: String(n++) }),
    () => undefined,
    { ...patience, mostMs: 300 },
  );

  expect(end).toMatchObject({ why: 'too long', left: 3 });
});
