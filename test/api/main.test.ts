/** The whole API process against a real Temporal: from a delivery to a decision applied by the real workflow. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningApi, runApi } from '../../src/api/main.js';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import type { MirrorWriter } from '../../src/audit/mirror.js';
import { createMirror } from '../../src/audit/writer.js';
import { type Config, ConfigError } from '../../src/config/config.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import { openInbox } from '../../src/inbox/store.js';
import { planned, transition } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { type FakeActivities, fakeActivities } from '../support/fake-activities.js';
import { quietLog } from '../support/quiet-log.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';
import { commentCreated } from './support/bodies.js';
import { testConfig } from './support/config.js';
import { ask, jiraHeaders, post } from './support/sending.js';
import { makeToken } from './support/tokens.js';

let temporal: TemporalHarness;
let folder: string;
let config: Config;

beforeAll(async () => {
  temporal = await openTemporal();
}, 60_000);
afterAll(() => temporal.close());

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'api-main-'));
  config = reaching(testConfig(folder), process.env.TEST_TEMPORAL_ADDRESS ?? '');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function reaching(base: Config, address: string): Config {
  return {
    ...base,
    server: { host: '127.0.0.1', port: 0, adminToken: null },
    coalesceWindowMs: 0,
    temporal: {
      ...base.temporal,
      address,
      taskQueue: `test-${randomUUID()}`,
      connectionOptions: { address },
    },
  };
}

function sendComment(api: RunningApi) {
  const raw = JSON.stringify(commentCreated({ n: randomUUID() }));
  return post(`${api.url}/webhooks/jira`, raw, jiraHeaders(raw));
}

function decide(api: RunningApi, id: string, body: Record<string, unknown>) {
  return ask(`${api.url}/api/approvals/${id}/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The mirror that the worker would own, and activities that write what a decision needs. */
function waitingCycle(mirror: MirrorWriter): FakeActivities {
  return fakeActivities((cycle) => [planned(cycle.cycleId, 1, transition)], {
    gatherContext: async (input) => {
      await mirror.startCycle(input, 'run-1');
      return { contextHash: 'none', title: 'PAY-142', nothingToDo: null };
    },
    planActions: async ({ cycle }) => {
      const actions = [planned(cycle.cycleId, 1, transition)];
      const step = { name: 'plan', attempt: 1, startedAt: new Date().toISOString(), detail: {} } as const;
      await mirror.recordPlan({ cycleId: cycle.cycleId, step, actions });
      return { actions, deadlineMs: null };
    },
    openApprovals: async (input) => {
      await mirror.openApprovals(input);
      return { moments: [] };
    },
    settleApproval: (input) => mirror.settleApproval(input),
  });
}

function openMirror(): MirrorWriter {
  const database = openDatabase(config.mirrorFile, { busyTimeoutMs: 1_000, log: quietLog });
  migrate(database, MIRROR_MIGRATIONS, { log: quietLog });
  return createMirror({ database, file: config.mirrorFile, clock: () => new Date() });
}

async function pendingApproval(api: RunningApi): Promise<any> {
  return eventually(async () => {
    const { body } = await ask(`${api.url}/api/approvals?status=pending`);
    expect(body.items).toHaveLength(1);
    return body.items[0];
  });
}

describe('a delivery', () => {
  test('becomes a workflow under the id of its 202, and a decision settles what waits', async () => {
    const mirror = openMirror();
    const fake = waitingCycle(mirror);
    const api = await runApi(config, quietLog);
    const seen = await temporal.withWorker(
      fake.activities,
      async () => {
        const accepted = await sendComment(api);
        const approval = await pendingApproval(api);
        const stale = await decide(api, approval.id, { decision: 'approve', hash: '0'.repeat(64) });
        const decided = await decide(api, approval.id, { decision: 'approve', hash: approval.hash });
        const result = await temporal.client.workflow.getHandle(accepted.body.cycleId).result();
        const late = await decide(api, approval.id, {
          decision: 'reject',
          hash: approval.hash,
          reason: 'late',
        });
        return { approval, stale, decided, result, late };
      },
      config.temporal.taskQueue,
    );
    await api.close();
    await mirror.close();

    expect(seen.stale.status).toBe(409);
    expect(seen.decided).toMatchObject({
      status: 200,
      body: { id: seen.approval.id, status: 'approved', decidedBy: 'local', channel: 'api' },
    });
    expect(seen.result).toMatchObject({ status: 'completed', outcome: 'acted' });
    expect(seen.late).toMatchObject({ status: 409, body: { error: { decidedBy: 'local' } } });
    expect(fake.executed()).toHaveLength(1);
  });

  test('is stored without Temporal, and ready says what is missing', async () => {
    config = reaching(config, '127.0.0.1:1');
    const api = await runApi(config, quietLog);
    const accepted = await sendComment(api);
    const ready = await ask(`${api.url}/ready`);
    const cycle = await ask(`${api.url}/api/cycles/${accepted.body.cycleId}`);
    await api.close();

    expect(accepted.status).toBe(202);
    expect(ready).toMatchObject({
      status: 200,
      body: { status: 'degraded', checks: { database: 'ok', temporal: 'degraded', worker: 'degraded' } },
    });
    expect(cycle.body.status).toBe('queued');
  });
});

test('a decision without a worker is recorded, survives a restart and is applied by the next worker', async () => {
  const mirror = openMirror();
  const fake = waitingCycle(mirror);
  let api = await runApi(config, quietLog);
  const { cycleId, approval } = await temporal.withWorker(
    fake.activities,
    async () => {
      const accepted = await sendComment(api);
      return { cycleId: accepted.body.cycleId, approval: await pendingApproval(api) };
    },
    config.temporal.taskQueue,
  );
  const recorded = await decide(api, approval.id, {
    decision: 'reject',
    hash: approval.hash,
    reason: 'not now',
  });
  await api.close();
  api = await runApi(config, quietLog);
  const result = await temporal.withWorker(
    fake.activities,
    () => temporal.client.workflow.getHandle(cycleId).result(),
    config.temporal.taskQueue,
  );
  const settled = await eventually(async () => {
    const { body } = await ask(`${api.url}/api/approvals/${approval.id}`);
    expect(body.recorded).toBeNull();
    return body;
  });
  await api.close();
  await mirror.close();

  expect(recorded).toMatchObject({ status: 202, body: { status: 'recorded' } });
  expect(result).toMatchObject({ status: 'completed', outcome: 'rejected' });
  expect(settled).toMatchObject({ status: 'rejected', decidedBy: 'local', reason: 'not now' });
}, 60_000);

describe('a start that cannot work', () => {
  test('because the port is taken names PORT and leaves nothing open', async () => {
    const other = createServer();
    await new Promise<void>((done) => {
      other.listen(0, '127.0.0.1', done);
    });
    const { port } = other.address() as { port: number };
    const start = runApi({ ...config, server: { ...config.server, port } }, quietLog);

    await expect(start).rejects.toThrow(ConfigError);
    await expect(start).rejects.toThrow(new RegExp(`^PORT: ${port} is already in use`));
    // The inbox has one writer: it opens again only when the first one is gone.
    openInbox({ file: config.inboxFile, log: quietLog }).close();
    await new Promise((done) => {
      other.close(done);
    });
  });

  test('because the host is not ours names HOST', async () => {
    const start = runApi({ ...config, server: { host: '203.0.113.1', port: 0, adminToken: 'x' } }, quietLog);

    await expect(start).rejects.toThrow(/^HOST: 203\.0\.113\.1 is not an address of this machine/);
  });

  test('because others could reach it and no token of the file counts names HOST', async () => {
    const open = { ...config, server: { host: '0.0.0.0', port: 0, adminToken: null } };
    makeToken(config, { expiresAt: '2026-01-01T00:00:00.000Z' });
    await expect(runApi(open, quietLog)).rejects.toThrow(/^HOST: "0\.0\.0\.0" is reachable from outside/);
    makeToken(config);

    await (await runApi(open, quietLog)).close();
  });
});

test('closing lets an answer under way end and takes no new one', async () => {
  const api = await runApi(config, quietLog);
  const raw = JSON.stringify(commentCreated());
  const { port } = new URL(api.url);
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path: '/webhooks/jira',
    method: 'POST',
    headers: { ...jiraHeaders(raw), 'content-length': raw.length },
  });
  const status = new Promise((done, fail) => {
    request.on('response', (response) => done(response.resume().statusCode)).on('error', fail);
  });
  await new Promise<void>((done) => {
    request.write(raw.slice(0, 20), () => done());
  });
  await ask(`${api.url}/health`); // the half delivery has arrived by now
  const startedAt = performance.now();
  const closed = api.close();
  request.end(raw.slice(20));

  expect(await status).toBe(202);
  await closed;
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  await expect(fetch(`${api.url}/health`)).rejects.toThrow();
});
