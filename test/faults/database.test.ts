/** The disk is full, the file is locked or damaged: nothing unstored is acknowledged, nothing acknowledged is lost. F17 and F18 are in test/database. */
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { eventually } from '../support/eventually.js';
import { commentDelivery } from '../support/jira-deliveries.js';
import { createParts, type Parts } from '../support/parts.js';

const run = promisify(execFile);

let parts: Parts;
beforeEach(async () => {
  // Temporal stays away at first: what is looked at here is what is stored and acknowledged.
  parts = await createParts();
});
afterEach(() => parts.dispose());

/** What was acknowledged comes to its end once the rest is there. */
async function promisesHold(): Promise<void> {
  for (const part of ['sandbox', 'temporal', 'worker'] as const) {
    await parts.start(part);
  }
  expect(await parts.broken()).toEqual([]);
}

const inboxFile = () => join(parts.dataDir, 'inbox.db');

/** From now on no file of this process may grow beyond `bytes`: what a full disk looks like. */
async function limitFileSize(pid: number, bytes: string): Promise<void> {
  await run('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`]);
}

test('F14: a full disk: 503 with Retry-After, reads go on, and it recovers by itself', async () => {
  await parts.start('api');
  const kept = await parts.deliver(commentDelivery(), 'f14-before');
  await limitFileSize(parts.pidOf('api'), '4096');

  const refused = await fetch(`${parts.api}/webhooks/jira`, parts.signed(commentDelivery(), 'f14-full'));
  const ready = await fetch(`${parts.api}/ready`);
  const read = await fetch(`${parts.api}/api/events/${kept.body.eventId}`);
  await limitFileSize(parts.pidOf('api'), 'unlimited');
  const after = await parts.deliver(commentDelivery(), 'f14-after');

  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(ready.status).toBe(503);
  expect(read.status).toBe(200);
  expect(after.status).toBe(202);
  await parts.kill('api');
  await parts.start('api');
  expect(await deliveries()).toEqual(['f14-after', 'f14-before']);
  await promisesHold();
}, 120_000);

test('F15: a long writer holds the lock: 503 soon, and the process answers everything else meanwhile', async () => {
  await parts.start('api');
  await parts.deliver(commentDelivery(), 'f15-before');
  const stranger = new Database(inboxFile());
  stranger.exec('BEGIN IMMEDIATE');

  const refused = await fetch(`${parts.api}/webhooks/jira`, parts.signed(commentDelivery(), 'f15-locked'));
  const lagMs = await longestPauseMs(5_000);
  stranger.exec('ROLLBACK');
  stranger.close();
  const after = await parts.deliver(commentDelivery(), 'f15-after');

  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  // It waits 400 ms for a lock; the rest is what a busy machine adds. SQLite's own default would freeze the loop for 5 s.
  expect(lagMs).toBeLessThan(1_000);
  expect(after.status).toBe(202);
  expect(await deliveries()).toEqual(['f15-after', 'f15-before']);
  await promisesHold();
}, 120_000);

test('F16: a damaged file: the process refuses to start, says what to do, and leaves the file as it is', async () => {
  await parts.start('api');
  for (let n = 0; n < 50; n += 1) {
    await parts.deliver(commentDelivery(), `f16-${n}`);
  }
  await parts.stop('api');
  const bytes = readFileSync(inboxFile());
  bytes.fill(0xa5, 4_096, 8_192);
  writeFileSync(inboxFile(), bytes);

  const started = spawnSync(process.execPath, [join(process.cwd(), 'bin', 'pm-agent.mjs'), 'api'], {
    cwd: parts.dataDir,
    env: parts.env,
    encoding: 'utf8',
    timeout: 20_000,
  });

  expect(started.status).toBe(1);
  expect(started.stderr + started.stdout).toMatch(/inbox\.db is damaged.*pm-agent restore/);
  expect(readFileSync(inboxFile()).equals(bytes)).toBe(true);
}, 60_000);

async function deliveries(): Promise<readonly string[]> {
  return eventually(async () => {
    const answer = await fetch(`${parts.api}/api/events?limit=500`);
    const { items } = (await answer.json()) as { items: { deliveryId: string }[] };
    return items.map((item) => item.deliveryId);
  });
}

/** How long the process took at most to answer that it lives, asked again and again. */
async function longestPauseMs(forMs: number): Promise<number> {
  const until = Date.now() + forMs;
  let longest = 0;
  while (Date.now() < until) {
    const askedAt = Date.now();
    await fetch(`${parts.api}/health`);
    longest = Math.max(longest, Date.now() - askedAt);
  }
  return longest;
}
