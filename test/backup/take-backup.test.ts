import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type Database from 'better-sqlite3';
import { MIRROR_MIGRATIONS } from '../../src/audit/migrations.js';
import { type BackupOptions, takeBackup } from '../../src/backup/take-backup.js';
import { restoreMarkerIn } from '../../src/config/places.js';
import { copyDatabase } from '../../src/database/copy.js';
import { INBOX_MIGRATIONS } from '../../src/inbox/migrations.js';
import { comment, temporaryFolder } from '../inbox/support.js';
import { cycleInput, planned, comment as proposal } from '../support/builders.js';
import { quietLog } from '../support/quiet-log.js';
import { makeToken, openStores, rowsOf, storeConfig } from './support.js';

const config = () => storeConfig();

function backup(options: Partial<BackupOptions> & Pick<BackupOptions, 'config'>) {
  return takeBackup({ to: null, log: quietLog, clock: () => new Date(), ...options });
}

describe('a backup', () => {
  test('is taken while others write, and holds what was committed when it began', async () => {
    const stores = config();
    const { inbox, mirror } = openStores(stores);
    makeToken(stores, 'laptop');
    await inbox.accept(comment());
    await mirror.startCycle(cycleInput(), 'run-1');

    const { folder, manifest } = await backup({ config: stores });
    await inbox.accept(comment());

    expect(readdirSync(folder).sort()).toEqual(['backup.json', 'inbox.db', 'operators.db', 'pm-agent.db']);
    expect(manifest.stores.map(({ name, schema }) => [name, schema])).toEqual([
      ['inbox', INBOX_MIGRATIONS.at(-1)?.id],
      ['mirror', MIRROR_MIGRATIONS.at(-1)?.id],
      ['operators', 1],
    ]);
    const count = (file: string, table: string) =>
      rowsOf<{ n: number }>(join(folder, file), `SELECT count(*) AS n FROM ${table}`)[0]?.n;
    expect(count('inbox.db', 'webhooks')).toBe(1);
    expect(count('pm-agent.db', 'cycles')).toBe(1);
    expect(count('operators.db', 'tokens')).toBe(1);
    expect(JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8'))).toEqual(manifest);
  });

  test('is readable by its owner only, and stands below DATA_DIR by its time', async () => {
    const stores = config();
    openStores(stores);
    const now = new Date('2026-11-23T10:00:00.000Z');

    const { folder } = await backup({ config: stores, clock: () => now });

    expect(folder).toBe(join(stores.dataDir, 'backups', '2026-11-23T10-00-00.000Z'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(folder)) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
  });

  test('goes into an empty folder that is named, and into no other', async () => {
    const stores = config();
    openStores(stores);
    const to = join(temporaryFolder(), 'deep', 'backup');

    await expect(backup({ config: stores, to })).resolves.toMatchObject({ folder: to });
    await expect(backup({ config: stores, to })).rejects.toThrow(/it is there and not empty.*--to/);
  });

  test('is none where nothing was stored yet, or where a restore was interrupted', async () => {
    const stores = config();
    await expect(backup({ config: stores })).rejects.toThrow('nothing to back up yet');

    openStores(stores);
    writeFileSync(restoreMarkerIn(stores.dataDir), '');
    await expect(backup({ config: stores })).rejects.toThrow('run pm-agent restore <folder> again');
  });

  test('that fails leaves nothing behind', async () => {
    const stores = config();
    openStores(stores);
    const to = join(temporaryFolder(), 'backup');
    let copies = 0;
    const copy = (database: Database.Database, file: string) => {
      copies += 1;
      copyDatabase(database, file);
      if (copies === 2) {
        throw new Error('no space left');
      }
    };

    await expect(backup({ config: stores, to, copy })).rejects.toThrow('no space left');

    expect(existsSync(to)).toBe(false);
    mkdirSync(to);
    await expect(backup({ config: stores, to })).resolves.toMatchObject({ folder: to });
  });
});

/**
 * The copies are made one after the other. What the inbox's copy calls open is looked up in the ledger's copy before it is
 * done again: an effect between the two copies must be in the ledger then.
 */
test('an effect that is carried out between the two copies is in the ledger of those who think it is still to be done', async () => {
  const stores = config();
  const { inbox, mirror } = openStores(stores);
  const delivery = comment();
  await inbox.accept(delivery);
  const cycle = cycleInput({ cycleId: delivery.cycleId });
  const action = planned(cycle.cycleId, 1, proposal, { verdict: 'auto' });
  const step = (name: 'plan' | 'execute') => ({ name, attempt: 1, startedAt: cycle.receivedAt, detail: {} });

  async function carryOut(): Promise<void> {
    await mirror.startCycle(cycle, 'run-1');
    await mirror.recordPlan({ cycleId: cycle.cycleId, step: step('plan'), actions: [action] });
    const result = { status: 'executed', remoteId: '20009', message: 'done' } as const;
    const { cycleId } = cycle;
    await mirror.recordResult({ cycleId, actionId: action.actionId, result, step: step('execute') });
    await inbox.tables.write(() => inbox.tables.rows.finish(cycleId, { reason: null, at: new Date() }));
  }

  let copies = 0;
  const { folder } = await backup({
    config: stores,
    copy: async (database, file) => {
      copyDatabase(database, file);
      copies += 1;
      if (copies === 1) {
        await carryOut();
      }
    },
  });

  const isOpen = rowsOf<{ status: string }>(join(folder, 'inbox.db'), 'SELECT status FROM webhooks');
  const ledger = rowsOf<{ status: string }>(join(folder, 'pm-agent.db'), 'SELECT status FROM actions');
  expect(isOpen).toEqual([{ status: 'received' }]);
  expect(ledger).toEqual([{ status: 'executed' }]);
});
