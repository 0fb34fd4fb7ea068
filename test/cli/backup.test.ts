/** `pm-agent backup` and `pm-agent restore` as an operator meets them. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openStores, storeConfig } from '../backup/support.js';
import { comment, temporaryFolder } from '../inbox/support.js';
import { pmAgent, type Ran } from './support.js';

async function withStores() {
  const folder = temporaryFolder();
  const config = storeConfig(join(folder, 'data'));
  const stores = openStores(config);
  await stores.inbox.accept(comment());
  const command = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> =>
    pmAgent(args, { DATA_DIR: config.dataDir, ...env }, folder);
  return { folder, config, stores, command };
}

test('backup says where it is, what is in it and what is not, and how to bring it back', async () => {
  const { config, command } = await withStores();

  const ran = await command(['backup']);

  const [name = ''] = readdirSync(join(config.dataDir, 'backups'));
  const folder = join(config.dataDir, 'backups', name);
  expect(ran).toMatchObject({ code: 0, err: '' });
  expect(ran.out).toContain(`Backed up to ${folder}`);
  expect(ran.out).toMatch(/inbox\.db +\d+\.\d MB +events/);
  expect(ran.out).toContain('Not in it: .env, pm-agent.yaml');
  expect(ran.out).toContain(`pm-agent restore ${folder}`);
});

test('backup and restore, named relative to where one stands, and as JSON', async () => {
  const { folder, config, stores, command } = await withStores();

  const made = JSON.parse((await command(['backup', '--to', 'mine', '--json'])).out) as { folder: string };
  await stores.close();
  const ran = await command(['restore', 'mine', '--json']);

  expect(made.folder).toBe(join(folder, 'mine'));
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.out)).toMatchObject({
    at: expect.any(String),
    takenAt: expect.any(String),
    placed: ['inbox.db', 'pm-agent.db'],
    asides: [expect.stringContaining(config.dataDir)],
  });
});

test('restore says what was done and what comes next', async () => {
  const { stores, command } = await withStores();
  const { folder } = JSON.parse((await command(['backup', '--json'])).out) as { folder: string };
  await stores.close();

  const { out } = await command(['restore', folder]);

  expect(out).toMatch(/^Restored inbox\.db, pm-agent\.db as of .* UTC \(0 min ago\)\./);
  expect(out).toMatch(/What was there before is in .*before-restore-/);
  expect(out).toContain('Tokens stay as they are now. Everybody has to sign in again.');
  expect(out).toContain('searches the vendors for what happened since');
});

test('restore warns where nothing will be searched for', async () => {
  const { stores, command } = await withStores();
  const { folder } = JSON.parse((await command(['backup', '--json'])).out) as { folder: string };
  await stores.close();

  const { out } = await command(['restore', folder], { SWEEP_EVERY: '0' });

  expect(out).toContain('does NOT look for what happened since: SWEEP_EVERY is 0');
});

test.each([
  ['where there is nothing yet', ['backup'], /there is nothing to back up yet/],
  ['from what is no backup', ['restore', 'nowhere'], /nowhere is no backup/],
])('one line, and exit code 1, %s', async (_what, args, why) => {
  const folder = temporaryFolder();

  const ran = await pmAgent(args, { DATA_DIR: join(folder, 'data') }, folder);

  expect(ran.code).toBe(1);
  expect(ran.err).toMatch(why);
  expect(ran.err.trim().split('\n')).toHaveLength(1);
});

test('no process starts over a restore that was interrupted', async () => {
  const { config, stores, command } = await withStores();
  await stores.close();
  writeFileSync(join(config.dataDir, 'restore-under-way'), '');

  const ran = await command(['api']);

  expect(ran).toMatchObject({ code: 1 });
  expect(ran.err).toContain('run pm-agent restore <folder> again');
  rmSync(join(config.dataDir, 'restore-under-way'));
});
