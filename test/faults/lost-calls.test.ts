/** kill -9 while the model is asked: the call may have been paid, and stands in the ledger at what was held for it, once. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';
import { callsTo, ended, json, makeTrouble } from '../support/vendor-trouble.js';

interface Ledger {
  readonly cost: number;
  readonly modelCalls: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly cost: number;
    readonly costIsEstimate: boolean;
    readonly error: string | null;
  }[];
}

let parts: Parts;
beforeAll(async () => {
  parts = await createParts();
  await parts.startAll();
}, 120_000);
afterAll(() => parts.dispose());

/** What `pm-agent explain` prints. */
async function explained(cycleId: string): Promise<string> {
  const program = new URL('../../bin/pm-agent.mjs', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'explain', cycleId], {
    cwd: parts.dataDir,
    env: { ...parts.env, NODE_OPTIONS: '' },
  });
  return stdout;
}

test('the next try books the lost call, and the event is answered all the same', async () => {
  await makeTrouble(parts, { vendor: 'anthropic', match: 'messages$', kind: 'delay', ms: 60_000, times: 1 });
  const cycleId = 'cycle-jira-lost-call';
  await parts.deliver(commentDelivery({ key: 'PAY-2' }), 'lost-call');
  await eventually(async () => {
    expect((await callsTo(parts, 'anthropic', /messages$/)).length).toBeGreaterThan(0);
  });
  await parts.kill('worker');
  await parts.start('worker');

  await ended(parts, cycleId, 90_000);

  const { cost, modelCalls } = await json<Ledger>(`${parts.api}/api/cycles/${cycleId}`);
  const lost = modelCalls.filter(({ outcome }) => outcome === 'lost');
  expect(lost).toMatchObject([{ costIsEstimate: true, error: expect.stringContaining('no word of it') }]);
  expect(lost[0]?.cost).toBeGreaterThan(0);
  expect(modelCalls.some(({ outcome }) => outcome === 'answered')).toBe(true);
  expect(cost).toBeCloseTo(modelCalls.reduce((sum, call) => sum + call.cost, 0));
  const text = await explained(cycleId);
  expect(text).toMatch(/at the most; lost: no word of it came back \(try 1\)/);
  expect(await parts.broken()).toEqual([]);
}, 180_000);
