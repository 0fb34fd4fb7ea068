import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { askTemporal, createReadiness, type TemporalState } from '../../src/api/readiness.js';
import type { Config } from '../../src/config/config.js';
import { createLazyClient } from '../../src/inbox/relay/temporal.js';
import { fakeActivities } from '../support/fake-activities.js';
import { openTemporal, type TemporalHarness } from '../support/temporal.js';

let vendor: Server;
let here: string;

beforeAll(async () => {
  vendor = createServer((socket) => socket.destroy());
  await new Promise<void>((done) => {
    vendor.listen(0, '127.0.0.1', done);
  });
  here = `http://127.0.0.1:${(vendor.address() as { port: number }).port}/jira`;
});
afterAll(
  () =>
    new Promise<void>((done) => {
      vendor.close(() => done());
    }),
);

function vendorsAt(urls: Partial<Record<string, string>>): Config {
  const vendorAt = (name: string) => ({ baseUrl: urls[name] ?? here });
  return {
    jira: vendorAt('jira'),
    bitbucket: vendorAt('bitbucket'),
    slack: vendorAt('slack'),
    claude: vendorAt('claude'),
  } as unknown as Config;
}

function readiness(
  parts: {
    writable?: boolean;
    now?: () => number;
    urls?: Partial<Record<string, string>>;
    temporal?: () => Promise<TemporalState>;
    fileProblems?: readonly string[];
    outages?: readonly string[];
    isDayUsedUp?: boolean;
  } = {},
) {
  return createReadiness({
    inbox: {
      assertWritable: () => {
        if (parts.writable === false) {
          throw new Error('disk full');
        }
      },
    },
    config: vendorsAt(parts.urls ?? {}),
    temporal: parts.temporal ?? (async () => ({ reachable: true, workerPolls: false })),
    fileProblems: () => parts.fileProblems ?? [],
    outages: () => parts.outages ?? [],
    isDayUsedUp: () => parts.isDayUsedUp === true,
    now: parts.now ?? Date.now,
  });
}

describe('the checks', () => {
  test('name what is there, what is not, and what is not configured', async () => {
    const urls = { bitbucket: 'http://127.0.0.1:1', claude: '' };

    expect(await readiness({ urls }).check()).toEqual({
      database: 'ok',
      configuration: 'ok',
      budget: 'ok',
      temporal: 'ok',
      worker: 'degraded',
      jira: 'ok',
      bitbucket: 'degraded',
      slack: 'ok',
      claude: 'off',
    });
  });

  test('see at once that the database cannot be written', async () => {
    expect((await readiness({ writable: false }).check()).database).toBe('degraded');
  });

  test('tell that pm-agent.yaml as it stands is not the one in force', async () => {
    expect((await readiness({ fileProblems: ['it is empty now'] }).check()).configuration).toBe('degraded');
  });

  test('ask others only now and then', async () => {
    let time = 0;
    let asked = 0;
    const temporal = async () => {
      asked += 1;
      return { reachable: true, workerPolls: true };
    };
    const checks = readiness({ now: () => time, temporal });
    await Promise.all([checks.check(), checks.check()]);
    time = 1_999;
    await checks.check();
    const first = asked;
    time = 2_000;
    await checks.check();

    expect([first, asked]).toEqual([1, 2]);
  });

  test('ask again also after the clock was set back (F35)', async () => {
    let asked = 0;
    const checks = createReadiness({
      inbox: { assertWritable: () => undefined },
      config: vendorsAt({}),
      temporal: async () => {
        asked += 1;
        return { reachable: true, workerPolls: true };
      },
      fileProblems: () => [],
    });
    const real = Date.now;
    await checks.check();
    try {
      Date.now = () => real() - 3_600_000;
      await sleep(2_050);
      await checks.check();
    } finally {
      Date.now = real;
    }

    expect(asked).toBe(2);
  });
});

describe('Temporal', () => {
  let temporal: TemporalHarness;
  beforeAll(async () => {
    temporal = await openTemporal();
  }, 60_000);
  afterAll(() => temporal.close());

  test('is reachable without a worker, and has one while one polls', async () => {
    const ask = (taskQueue: string) =>
      askTemporal(temporal.client.connection, { namespace: 'default', taskQueue }, Date.now);
    const { activities } = fakeActivities(() => []);
    const alone = await ask('nobody-polls-here');
    const polled = await temporal.withWorker(activities, async (taskQueue) => {
      let state = await ask(taskQueue);
      for (let tries = 0; tries < 3_000 && !state.workerPolls; tries += 1) {
        await new Promise((done) => {
          setTimeout(done, 20);
        });
        state = await ask(taskQueue);
      }
      return state;
    });

    expect(alone).toEqual({ reachable: true, workerPolls: false });
    expect(polled).toEqual({ reachable: true, workerPolls: true });
  });

  test('that is away is an answer within the second', async () => {
    const { connection } = createLazyClient({ address: '127.0.0.1:1', namespace: 'default' });
    const startedAt = performance.now();
    const state = await askTemporal(connection, { namespace: 'default', taskQueue: 'x' }, Date.now);
    await connection.close();

    expect(state).toEqual({ reachable: false, workerPolls: false });
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });
});

test('a vendor whose calls are held back is degraded, also where only a part of it is', async () => {
  expect(await readiness({ outages: ['claude:claude-opus-9'] }).check()).toMatchObject({
    claude: 'degraded',
    jira: 'ok',
  });
  expect(await readiness({ outages: ['jira'] }).check()).toMatchObject({ claude: 'ok', jira: 'degraded' });
});

test('a day whose budget is used up is degraded', async () => {
  expect(await readiness({ isDayUsedUp: true }).check()).toMatchObject({
    budget: 'degraded',
    database: 'ok',
  });
  expect(await readiness().check()).toMatchObject({ budget: 'ok' });
});
