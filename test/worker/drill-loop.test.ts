import { expect, test } from '@jest/globals';
import type { DrillInput } from '../../src/domain/drill.js';
import { drawOnce } from '../../src/worker/drill-loop.js';
import { quietLog } from '../support/quiet-log.js';

const REQUESTS = Array.from({ length: 1_000 }, (_, n) => `request-${n}`);

async function drawn(rate: number, markKey = 'key'): Promise<readonly string[]> {
  const started: DrillInput[] = [];
  await drawOnce({
    mirror: { realRequests: async () => REQUESTS },
    rate: () => rate,
    approvalTimeoutMs: 60_000,
    markKey,
    start: async (drill) => {
      started.push(drill);
    },
    clock: () => new Date('2026-11-23T10:00:00Z'),
    log: quietLog,
  });
  return started.map(({ cycleId }) => cycleId);
}

test('each request draws by its own id: the same ones each time, other ones elsewhere', async () => {
  const first = await drawn(0.1);

  await expect(drawn(0.1)).resolves.toEqual(first);
  await expect(drawn(0.1, 'key of another installation')).resolves.not.toEqual(first);
});

test('as many as the rate says: none at 0, all at 1, about a tenth at 0.1', async () => {
  await expect(drawn(0)).resolves.toEqual([]);
  expect(new Set(await drawn(1)).size).toBe(1_000);
  const tenth = (await drawn(0.1)).length;
  expect(tenth).toBeGreaterThan(60);
  expect(tenth).toBeLessThan(140);
});
