/** Several workers over one mirror, and the one that is started next: what a vendor asked one of them, all keep to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createMirror } from '../../src/audit/writer.js';
import { loadConfig } from '../../src/config/load.js';
import { openDatabase } from '../../src/database/open.js';
import { IntegrationError } from '../../src/integrations/integration-error.js';
import { issueOfPath } from '../../src/integrations/jira/limits.js';
import type { Call } from '../../src/integrations/traffic/call.js';
import { createDependencies } from '../../src/worker/dependencies.js';
import { createVendorTraffic, type VendorTraffic } from '../../src/worker/vendor-traffic.js';
import { openTestMirror, type TestMirror } from '../audit/support.js';
import { eventually } from '../support/eventually.js';
import { quietLog } from '../support/quiet-log.js';
import { startScriptedServer } from '../support/scripted-server.js';

let world: TestMirror;
let ends: (() => Promise<void>)[];
beforeEach(() => {
  world = openTestMirror();
  ends = [];
});
afterEach(async () => {
  for (const end of ends.toReversed()) {
    await end();
  }
  await world.close();
});

/** Another worker process: memory, connection and clients of its own, the same file. */
function startWorker(): VendorTraffic {
  const file = world.database.name;
  const database = openDatabase(file, { busyTimeoutMs: 1_000, log: quietLog });
  const mirror = createMirror({ database, file, clock: () => new Date(world.time) });
  ends.push(() => mirror.close());
  const config = { slack: { acts: false }, claude: { models: {} } } as Parameters<
    typeof createVendorTraffic
  >[0]['config'];
  const agentFile = () => ({ teams: [] }) as never;
  return createVendorTraffic({ config, agentFile, mirror, open: [], log: quietLog });
}

function jiraCall(method: string, path: string): Call {
  const write = method !== 'GET';
  return { sent: { service: 'jira', method, path, write }, resource: write ? issueOfPath(path) : null };
}

const READ = jiraCall('GET', '/rest/api/3/issue/PAY-1');
const COMMENT = jiraCall('POST', '/rest/api/3/issue/PAY-1/comment');
const MOVE = jiraCall('POST', '/rest/api/3/issue/PAY-1/transitions');
const OTHER_COMMENT = jiraCall('POST', '/rest/api/3/issue/PAY-2/comment');
const WAIT_MS = 30_000;

async function refuse(
  worker: VendorTraffic,
  call: Call,
  limitReason: string | null,
  retryAfterMs: number | null = WAIT_MS,
): Promise<void> {
  const refusal = new IntegrationError({
    service: 'jira',
    message: '429',
    status: 429,
    code: 'rate_limit',
    retryable: true,
    retryAfterMs,
    limitReason,
  });
  await expect(worker.jira.pass(call, () => Promise.reject(refusal))).rejects.toBe(refusal);
}

const rows = () => world.database.prepare('SELECT * FROM vendor_pauses').all();

/** The note is not waited for by the call that brought it. */
const noted = () => eventually(async () => expect(rows()).not.toEqual([]));

async function sends(worker: VendorTraffic, call: Call): Promise<boolean> {
  let sent = false;
  await worker.jira
    .pass(call, async () => {
      sent = true;
    })
    .catch((error: unknown) => expect(error).toMatchObject({ heldBack: true, code: 'rate_limit' }));
  return sent;
}

describe('a 429 that one worker got', () => {
  test.each([
    ['jira-per-issue-on-write', [COMMENT, MOVE], [READ, OTHER_COMMENT]],
    ['jira-burst-based', [COMMENT, OTHER_COMMENT], [READ, MOVE]],
    ['jira-quota-tenant-based', [COMMENT, OTHER_COMMENT, READ, MOVE], []],
  ])('for %s holds back just that in the others, for as long', async (reason, held, others) => {
    const [asked, other] = [startWorker(), startWorker()];

    await refuse(asked, COMMENT, reason);
    await noted();

    for (const call of held) {
      expect(await sends(other, call)).toBe(false);
      expect(other.jira.heldBack(call)?.retryAfterMs).toBeGreaterThan(WAIT_MS - 1_000);
    }
    for (const call of others) {
      expect(await sends(other, call)).toBe(true);
    }
    world.time += WAIT_MS;
    expect(await sends(other, COMMENT)).toBe(true);
    await eventually(async () => expect(rows()).toEqual([]));
  });

  test('holds back nothing of another vendor', async () => {
    const [asked, other] = [startWorker(), startWorker()];
    await refuse(asked, READ, null);
    await noted();

    const sent = { service: 'bitbucket', method: 'GET', path: '/user', write: false } as const;

    expect(other.bitbucket.heldBack({ sent, resource: null })).toBeNull();
  });

  test('is kept to by a worker that is started later, until it is over', async () => {
    await refuse(startWorker(), READ, null);
    await noted();
    world.time += WAIT_MS / 2;

    const later = startWorker();

    expect(later.jira.heldBack(COMMENT)?.retryAfterMs).toBeLessThanOrEqual((WAIT_MS / 2) * (4 / 3) + 1);
    expect(await sends(later, COMMENT)).toBe(false);
    world.time += WAIT_MS / 2;
    expect(await sends(later, COMMENT)).toBe(true);
  });

  test('without a time doubles from one worker to the next', async () => {
    const [first, second] = [startWorker(), startWorker()];
    await refuse(first, READ, null, null);
    await noted();
    world.time += 2_000;

    await refuse(second, READ, null, null);
    const third = startWorker();

    await eventually(async () => expect(third.jira.heldBack(READ)?.retryAfterMs).toBeGreaterThan(3_900));
  });

  test('does not shorten a longer pause that another noted', async () => {
    const [first, second] = [startWorker(), startWorker()];
    await refuse(first, READ, null);
    await noted();

    await world.mirror.pauses.note('jira', { key: 'everything', leftMs: 1_000, refusals: 1 });

    expect(second.jira.heldBack(READ)?.retryAfterMs).toBeGreaterThan(WAIT_MS - 1_000);
  });
});

describe('the record of pauses', () => {
  const pause = { key: 'everything', leftMs: WAIT_MS, refusals: 1 };

  test('drops only what is over: what was noted meanwhile stays', async () => {
    await world.mirror.pauses.note('jira', pause);

    await world.mirror.pauses.drop('jira', ['everything']);

    expect(world.mirror.pauses.read('jira', ['everything'])).toHaveLength(1);
  });

  test('counts what bears a time that has not come yet as over: the clock was set back', async () => {
    await world.mirror.pauses.note('jira', pause);

    world.time -= 3_600_000;

    expect(world.mirror.pauses.read('jira', ['everything'])).toMatchObject([{ leftMs: 0 }]);
  });

  test('does not grow: what is long over goes with the next note', async () => {
    await world.mirror.pauses.note('jira', { ...pause, key: 'resource PAY-1' });
    world.time += WAIT_MS + 61_000;

    await world.mirror.pauses.note('slack', pause);

    expect(rows()).toMatchObject([{ target: 'slack' }]);
  });

  test('that cannot be read holds up no call', async () => {
    const worker = startWorker();
    world.database.exec('DROP TABLE vendor_pauses');

    expect(await sends(worker, READ)).toBe(true);
  });
});

test('the clients of two workers over one DATA_DIR, and of one that is started later, keep to it', async () => {
  const jira = await startScriptedServer();
  const folder = mkdtempSync(join(tmpdir(), 'workers-'));
  ends.push(
    () => jira.close(),
    async () => rmSync(folder, { recursive: true, force: true }),
  );
  const config = loadConfig(
    {
      DATA_DIR: folder,
      JIRA_BASE_URL: jira.url,
      ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'any',
      JIRA_WEBHOOK_SECRET: ['one', 'of', 'ours'].join('-'),
    },
    { cwd: folder },
  );
  const start = () => {
    const worker = createDependencies(config, quietLog);
    ends.push(() => worker.close());
    return worker;
  };
  const [first, second] = [start(), start()];
  jira.answer({ status: 429, headers: { 'Retry-After': '60' }, body: {} });

  await expect(first.deps().jira.getIssue('PAY-1')).rejects.toMatchObject({ status: 429 });
  await eventually(async () => expect(first.mirror.pauses.read('jira', ['everything'])).toHaveLength(1));
  await expect(second.deps().jira.getIssue('PAY-2')).rejects.toMatchObject({ heldBack: true });
  const third = start();
  await expect(third.deps().jira.getIssue('PAY-3')).rejects.toMatchObject({ heldBack: true });

  expect(jira.received.map(({ path }) => path)).toEqual([expect.stringContaining('PAY-1')]);
});
