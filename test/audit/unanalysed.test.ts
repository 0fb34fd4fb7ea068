import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HOUR_MS } from '../../src/domain/limit.js';
import { cycleInput, escalate, planned } from '../support/builders.js';
import { openTestMirror, type TestMirror } from './support.js';

let at: TestMirror;
beforeEach(() => {
  at = openTestMirror();
});
afterEach(() => at.close());

const critical = { rule: 'critical work', why: 'PAY-1 has the priority Highest' };

async function started() {
  const cycle = cycleInput();
  await at.mirror.startCycle(cycle, 'run-1');
  return cycle;
}

function tell(cycleId: string, subject = 'jira:PAY-1') {
  return at.mirror.tellUnanalysed({
    cycleId,
    subject,
    critical,
    failureKind: 'unavailable',
    escalation: planned(cycleId, 9, escalate, { verdict: 'auto', origin: 'critical' }),
  });
}

async function end(cycle: ReturnType<typeof cycleInput>) {
  const ended = { status: 'completed', outcome: 'acted', summary: 's', error: null } as const;
  await at.mirror.finishCycle({ cycle, ...ended, runId: 'run-1' });
}

test('the first cycle of a subject tells of it, with a row in the ledger and one in the audit log', async () => {
  const { cycleId } = await started();

  const escalation = await tell(cycleId);

  expect(escalation?.actionId).toBe(`${cycleId}.a9`);
  expect(at.reader.getAction(`${cycleId}.a9`)).toMatchObject({ kind: 'escalate', status: 'proposed' });
  const entry = at.reader.auditOf(cycleId).find(({ kind }) => kind === 'critical.told');
  expect(JSON.parse(entry?.data ?? '')).toEqual({
    subject: 'jira:PAY-1',
    ...critical,
    failureKind: 'unavailable',
    escalation: `${cycleId}.a9`,
    told: 'slack:U0LEAD',
  });
});

test('asked again, also by another process, the same cycle gets the same escalation, and tells once', async () => {
  const { cycleId } = await started();
  const first = await tell(cycleId);
  await at.reopen();

  expect(await tell(cycleId)).toEqual(first);
  expect(at.reader.auditOf(cycleId).filter(({ kind }) => kind === 'critical.told')).toHaveLength(1);
});

test('another cycle of the subject tells of nothing while the first goes on, however long, and not within the hour', async () => {
  const first = await started();
  const second = await started();
  await tell(first.cycleId);
  at.time += 30 * HOUR_MS;
  expect(await tell(second.cycleId)).toBeNull();
  await end(first);

  expect(await tell(second.cycleId)).not.toBeNull();
  await end(second);
  const third = await started();
  expect(await tell(third.cycleId)).toBeNull();
  at.time += HOUR_MS;
  expect(await tell(third.cycleId)).not.toBeNull();
});

test('other subjects are told of', async () => {
  const first = await started();
  const second = await started();
  await tell(first.cycleId);

  expect(await tell(second.cycleId, 'jira:PAY-2')).not.toBeNull();
});

test('a cycle that waits for the model gives its lane back, runs on, and says what it waits for', async () => {
  const { cycleId } = await started();

  await at.mirror.parkCycle(cycleId, 'not analysed: …');

  expect(at.reader.getCycle(cycleId)?.cycle).toMatchObject({
    status: 'running',
    lane: 'parked',
    summary: 'not analysed: …',
  });
  await at.mirror.requestLane(cycleId);
  expect(at.reader.laneRequests()).toMatchObject([{ id: cycleId }]);
});
