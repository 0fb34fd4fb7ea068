import { afterEach, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

let api: FakeServer;
afterEach(() => api.close());

const share = (count: number, of: number) => ({ count, of, share: of === 0 ? null : count / of });
const MEASURES = {
  decided: 8,
  latency: { unit: 's', clock: 'wall', p50: 60, p85: 1200, seconds: null },
  workLatency: { unit: 's', clock: 'work', p50: 45, p85: 600, seconds: null },
  accepted: share(6, 8),
  edited: share(2, 6),
  clean: share(4, 8),
  rejected: share(2, 8),
  expired: share(0, 8),
  rubberStamps: share(1, 8),
  undone: share(1, 4),
  editDistance: 0.25,
  concerns: ['25 % were rejected: suspend it'],
  suggestions: ['97 % of 30 were approved: let it go'],
};

const BODY = {
  since: '2026-10-24T10:00:00.000Z',
  asOf: '2026-11-23T10:00:00.000Z',
  cost: { unit: 'USD', total: 0.85, effects: 3, perEffect: 0.85 / 3 },
  overall: { ...MEASURES, latency: { ...MEASURES.latency, p50: null, p85: null } },
  byKind: [{ kind: 'jira.comment', ...MEASURES }],
};

test('shows each kind and all of them, and what is worth a second look', async () => {
  api = await fakeServer({ 'GET /api/oversight': { body: BODY } });

  const ran = await pmAgent(['oversight'], { PM_AGENT_URL: api.url });

  expect(ran.code).toBe(0);
  expect(ran.out).toMatch(
    /jira\.comment +8 +60 s +20 min +45 s +10 min +50 % \(4\/8\) +33 % \(2\/6\) +25 % +25 % \(2\/8\)/,
  );
  expect(ran.out).toMatch(/jira\.comment .* 13 % \(1\/8\) +25 % \(1\/4\)\n/);
  expect(ran.out).toContain('The model cost $0.8500; 3 proposals were carried out, $0.2833 for each\n');
  expect(ran.out).toMatch(/all +8 +– +– /);
  expect(ran.out).toContain('jira.comment: 25 % were rejected: suspend it\n');
  expect(ran.out).toContain('jira.comment: 97 % of 30 were approved: let it go\n');
});

test("says that the stand-in's amounts are no money", async () => {
  api = await fakeServer({
    'GET /': { body: { sandboxed: ['claude'] } },
    'GET /api/oversight': { body: BODY },
  });

  const { out } = await pmAgent(['oversight'], { PM_AGENT_URL: api.url });

  expect(out).toContain(
    'The model cost $0.8500 (simulated); 3 proposals were carried out, $0.2833 (simulated) for each (a stand-in, not Claude: no money was spent)\n',
  );
});
