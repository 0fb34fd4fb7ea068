/** Drills over real sockets: who may start them, who may read of them, and how the catch rate is counted. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { drillReport } from '../../src/api/drills.js';
import type { EndedDrill } from '../../src/audit/drills.js';
import type { DrillInput } from '../../src/domain/drill.js';
import { startTestApi, type TestApi } from './support/test-api.js';
import { makeToken } from './support/tokens.js';

let api: TestApi;
let started: DrillInput[];
beforeEach(async () => {
  started = [];
  api = await startTestApi({
    startDrill: async (drill) => {
      started.push(drill);
    },
    mirror: { endedDrills: () => DRILLS },
  });
});
afterEach(() => api.close());

function drill(outcome: EndedDrill['outcome'], overrides: Partial<EndedDrill> = {}): EndedDrill {
  return {
    id: 'drill-1',
    cycleId: 'cycle-jira-1',
    approvalId: 'a1',
    outcome,
    kind: 'jira.transition',
    wrong: 'PAY-1 was in progress',
    startedBy: 'lead-1',
    startedAt: '2026-11-23T10:00:00.000Z',
    endedAt: '2026-11-23T10:01:00.000Z',
    decidedBy: outcome === 'expired' ? null : 'ana',
    channel: 'api',
    given: '[]',
    ...overrides,
  };
}

const by = (id: string) => ({
  by: { id, name: id, channel: 'api' },
  at: '2026-11-23T10:00:30.000Z',
  note: null,
});
const DRILLS = [
  drill('caught'),
  drill('missed'),
  drill('missed', { decidedBy: 'bo' }),
  drill('expired'),
  drill('edited'),
  drill('caught', { decidedBy: 'bo', given: JSON.stringify([by('ana')]) }),
  drill('missed', { channel: 'temporal', decidedBy: 'somebody' }),
];

test('whoever approved missed it, also where somebody else caught it; a claimed name is nobody', () => {
  expect(drillReport({ endedDrills: () => DRILLS })).toMatchObject({
    overall: { caught: 2, missed: 3, rate: 0.4 },
    byApprover: [
      { id: 'ana', caught: 1, missed: 2, rate: 1 / 3 },
      { id: 'bo', caught: 1, missed: 1, rate: 0.5 },
    ],
  });
  expect(drillReport({ endedDrills: () => [] })).toEqual({
    overall: { caught: 0, missed: 0, rate: null },
    byApprover: [],
    drills: [],
  });
});

test('an admin starts one under ids that tell nothing, and reads what became of them', async () => {
  const begun = await fetch(`${api.url}/api/drills`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
  });

  expect(begun.status).toBe(202);
  expect(started).toMatchObject([
    { startedBy: 'local', cycleId: expect.stringMatching(/^cycle-jira-[0-9a-f-]{36}$/) },
  ]);
  const report = (await (await fetch(`${api.url}/api/drills`)).json()) as any;
  expect(report).toMatchObject({ overall: { caught: 2 }, items: expect.arrayContaining([]) });
  expect(report.items[0]).not.toHaveProperty('given');
});

test('who decides can neither start one nor look which requests were none', async () => {
  const { bearer } = makeToken(api.config, { scope: 'decide' });

  for (const method of ['GET', 'POST']) {
    const { status } = await fetch(`${api.url}/api/drills`, { method, headers: bearer });
    expect(status).toBe(403);
  }
  expect(started).toEqual([]);
});
