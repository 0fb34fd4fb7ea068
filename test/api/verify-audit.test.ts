/** GET /api/audit/verify over a long log: everybody else is answered meanwhile. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/database/open.js';
import { writeLongChain } from '../support/long-chain.js';
import { quietLog } from '../support/quiet-log.js';
import { ask } from './support/sending.js';
import { startTestApi, type TestApi } from './support/test-api.js';

const ROWS = 50_000;

let api: TestApi;

beforeEach(async () => {
  api = await startTestApi();
  const database = openDatabase(api.config.mirrorFile, { busyTimeoutMs: 1_000, log: quietLog });
  writeLongChain(database, ROWS);
  database.close();
});
afterEach(() => api.close());

test('others are answered while it runs, and both who asked for it get the one result', async () => {
  const progress = { isDone: false };
  const verified = Promise.all([
    ask(`${api.url}/api/audit/verify`),
    ask(`${api.url}/api/audit/verify`),
  ]).finally(() => {
    progress.isDone = true;
  });

  let meanwhile = 0;
  while (!progress.isDone) {
    expect((await ask(`${api.url}/health`)).status).toBe(200);
    meanwhile += progress.isDone ? 0 : 1;
  }

  const [first, second] = await verified;
  expect(first.body).toMatchObject({ ok: true, rows: ROWS });
  expect(second.body).toEqual(first.body);
  expect(meanwhile).toBeGreaterThan(20);
});
