import { afterEach, expect, test } from '@jest/globals';
import { type FakeServer, fakeServer, pmAgent } from './support.js';

let api: FakeServer;
afterEach(() => api.close());

const PAUSED = {
  paused: true,
  since: '2026-11-23T10:00:00.000Z',
  by: 'lead-1',
  byName: 'Ana Lindqvist',
  reason: 'wrong project',
  heldCount: 101,
  held: [
    {
      id: 'cycle-1.a1',
      kind: 'jira.comment',
      target: 'jira:PAY-1',
      status: 'proposed',
      proposedAt: '2026-11-23T09:59:00.000Z',
    },
  ],
};

test('pause says by whom, what still works and what is held', async () => {
  api = await fakeServer({ 'POST /api/pause': { body: PAUSED } });

  const ran = await pmAgent(['pause', '--reason', 'wrong project'], { PM_AGENT_URL: api.url });

  expect(ran.code).toBe(0);
  for (const words of [
    'Paused by Ana Lindqvist at 2026-11-23 10:00:00 UTC: wrong project',
    'npx pm-agent resume',
    '101 held',
    'cycle-1.a1',
  ]) {
    expect(ran.out).toContain(words);
  }
});

const GOES_ON = { paused: false, since: null, byName: null, reason: null, held: [], heldCount: 0 };

const RESUMED = 'Resumed: effects leave again. What was held goes on within half a minute.\n';

test.each([
  [{ body: PAUSED }, RESUMED],
  [{ body: GOES_ON }, 'Nothing was paused: effects leave.\n'],
  [{ status: 500, body: { error: { message: 'the mirror cannot be read' } } }, RESUMED],
])(
  'resume says whether anything was paused, and goes where that cannot be told (%#)',
  async (before, out) => {
    api = await fakeServer({ 'GET /api/pause': before, 'POST /api/resume': { body: GOES_ON } });

    expect(await pmAgent(['resume'], { PM_AGENT_URL: api.url })).toMatchObject({ code: 0, out });
  },
);

test('who may not is told so', async () => {
  const error = { code: 'insufficient_scope', message: 'this needs the scope admin' };
  api = await fakeServer({ 'POST /api/resume': { status: 403, body: { error } } });

  const ran = await pmAgent(['resume'], { PM_AGENT_URL: api.url });

  expect(ran.code).toBe(1);
  expect(ran.err).toContain('this needs the scope admin (403)');
});

test('prints the answer as JSON for programs', async () => {
  api = await fakeServer({ 'POST /api/pause': { body: PAUSED } });

  const ran = await pmAgent(['pause', '--json'], { PM_AGENT_URL: api.url });

  expect(JSON.parse(ran.out)).toEqual(PAUSED);
});
