import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { restoreBackup } from '../../src/backup/restore.js';
import { takeBackup } from '../../src/backup/take-backup.js';
import type { StoreConfig } from '../../src/config/load.js';
import { refuseHalfRestored, restoreMarkerIn } from '../../src/config/places.js';
import { pidFile, writePid } from '../../src/start/pid-files.js';
import { comment, onTestEnd, temporaryFolder } from '../inbox/support.js';
import { cycleInput } from '../support/builders.js';
import { quietLog } from '../support/quiet-log.js';
import { makeToken, openStores, revokeToken, rowsOf, storeConfig } from './support.js';

/** An event and a cycle before the backup, and one of each after it; everything is closed. */
async function backedUp(): Promise<{ readonly config: StoreConfig; readonly folder: string }> {
  const config = storeConfig();
  const stores = openStores(config);
  await stores.inbox.accept(comment({ deliveryId: 'before' }));
  await stores.mirror.startCycle(cycleInput({ cycleId: 'cycle-before' }), 'run-1');
  const { folder } = await takeBackup({ config, to: null, log: quietLog, clock: () => new Date() });
  await stores.inbox.accept(comment({ deliveryId: 'after' }));
  await stores.mirror.startCycle(cycleInput({ cycleId: 'cycle-after' }), 'run-1');
  await stores.close();
  return { config, folder };
}

function restore(config: StoreConfig, folder: string, clock: () => Date = () => new Date()) {
  return restoreBackup({ config, folder, log: quietLog, clock });
}

const deliveries = (config: StoreConfig) =>
  rowsOf<{ id: string }>(config.inboxFile, 'SELECT delivery_id AS id FROM webhooks ORDER BY seq').map(
    (row) => row.id,
  );
const cycles = (config: StoreConfig) =>
  rowsOf<{ id: string }>(config.mirrorFile, 'SELECT id FROM cycles ORDER BY id').map((row) => row.id);

describe('a restore', () => {
  test('puts the copies in place, keeps what was there, and notes itself in both', async () => {
    const { config, folder } = await backedUp();

    const { restore: noted, asides, placed } = await restore(config, folder);

    expect(placed).toEqual(['inbox', 'mirror']);
    expect(deliveries(config)).toEqual(['before']);
    expect(cycles(config)).toEqual(['cycle-before']);
    expect(asides).toHaveLength(1);
    const aside = {
      ...config,
      inboxFile: join(asides[0] ?? '', 'inbox.db'),
      mirrorFile: join(asides[0] ?? '', 'pm-agent.db'),
    };
    expect(deliveries(aside)).toEqual(['before', 'after']);
    expect(cycles(aside)).toEqual(['cycle-after', 'cycle-before']);
    for (const file of [config.inboxFile, config.mirrorFile]) {
      expect(
        rowsOf(
          file,
          'SELECT restored_at AS at, taken_at AS takenAt, fence_floor AS fenceFloor FROM restores',
        ),
      ).toEqual([noted]);
    }
    const [row] = rowsOf<{ data: string }>(
      config.mirrorFile,
      `SELECT data FROM audit_log WHERE kind = 'restored'`,
    );
    expect(JSON.parse(row?.data ?? '')).toMatchObject({ copyHead: { seq: 1 }, lostHead: { seq: 2 } });
    expect(readdirSync(config.dataDir).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  test('can be done twice, and each has a higher floor', async () => {
    const { config, folder } = await backedUp();

    const first = await restore(config, folder);
    const back = new Date(Date.parse(first.restore.at) - 60_000);
    const second = await restore(config, folder, () => back);

    expect(second.restore.fenceFloor).toBeGreaterThan(first.restore.fenceFloor);
    expect(deliveries(config)).toEqual(['before']);
  });

  test('works where nothing is left, into a folder that is not there', async () => {
    const { folder } = await backedUp();
    const elsewhere = storeConfig(join(temporaryFolder(), 'new', 'data'));

    const { asides } = await restore(elsewhere, folder);

    expect(asides).toEqual([]);
    expect(deliveries(elsewhere)).toEqual(['before']);
    expect(statSync(elsewhere.inboxFile).mode & 0o777).toBe(0o600);
  });

  test('brings back what is damaged, whose remains tell nothing', async () => {
    const { config, folder } = await backedUp();
    for (const file of [config.inboxFile, config.mirrorFile]) {
      writeFileSync(file, 'no database at all');
    }

    await restore(config, folder);

    expect(deliveries(config)).toEqual(['before']);
    const [row] = rowsOf<{ data: string }>(
      config.mirrorFile,
      `SELECT data FROM audit_log WHERE kind = 'restored'`,
    );
    expect(JSON.parse(row?.data ?? '')).toMatchObject({ lostHead: null });
  });

  test('gives whoever could use the old files the new ones', async () => {
    const { config, folder } = await backedUp();
    chmodSync(config.inboxFile, 0o640);

    await restore(config, folder);

    expect(statSync(config.inboxFile).mode & 0o777).toBe(0o640);
  });

  test('of a backup from before there were cycles leaves an empty ledger that knows it', async () => {
    const { config, folder } = await backedUp();
    const manifest = JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')) as {
      stores: { name: string }[];
    };
    manifest.stores = manifest.stores.filter(({ name }) => name !== 'mirror');
    writeFileSync(join(folder, 'backup.json'), JSON.stringify(manifest));

    await restore(config, folder);

    expect(cycles(config)).toEqual([]);
    expect(rowsOf(config.mirrorFile, 'SELECT 1 FROM restores')).toHaveLength(1);
  });
});

describe('tokens', () => {
  test('that were revoked since the backup stay revoked', async () => {
    const config = storeConfig();
    const stores = openStores(config);
    const id = makeToken(config, 'lost laptop');
    const { folder } = await takeBackup({ config, to: null, log: quietLog, clock: () => new Date() });
    await stores.close();
    revokeToken(config, id);

    const { placed } = await restore(config, folder);

    expect(placed).not.toContain('operators');
    expect(
      rowsOf<{ at: string | null }>(config.operatorsFile, 'SELECT revoked_at AS at FROM tokens'),
    ).toEqual([{ at: expect.any(String) }]);
  });

  test.each([
    ['is gone', (file: string) => rmSync(file)],
    ['is damaged', (file: string) => writeFileSync(file, 'no database at all')],
  ])('come back where their file %s', async (_what, harm) => {
    const config = storeConfig();
    const stores = openStores(config);
    makeToken(config, 'laptop');
    const { folder } = await takeBackup({ config, to: null, log: quietLog, clock: () => new Date() });
    await stores.close();
    harm(config.operatorsFile);

    const { placed } = await restore(config, folder);

    expect(placed).toContain('operators');
    expect(rowsOf(config.operatorsFile, 'SELECT name FROM tokens')).toEqual([{ name: 'laptop' }]);
  });
});

describe('nothing is changed', () => {
  async function refused(config: StoreConfig, folder: string, why: RegExp): Promise<void> {
    const before = [config.inboxFile, config.mirrorFile].map((file) => readFileSync(file));

    await expect(restore(config, folder)).rejects.toThrow(why);

    expect([config.inboxFile, config.mirrorFile].map((file) => readFileSync(file))).toEqual(before);
    expect(readdirSync(config.dataDir).filter((name) => /restor/.test(name))).toEqual([]);
  }

  test.each(['start', 'api', 'worker'] as const)('while %s runs', async (role) => {
    const { config, folder } = await backedUp();
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', 'pm-agent', role]);
    onTestEnd(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    writePid(pidFile(config.dataDir, role), child.pid ?? 0);

    await refused(config, folder, new RegExp(`pm-agent runs on .*\\(${role}, process ${child.pid}\\)`));
  });

  test('by a pid file whose process is gone, or is another program by now', async () => {
    const { config, folder } = await backedUp();
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    onTestEnd(() => void child.kill('SIGKILL'));
    await once(child, 'spawn');
    writePid(pidFile(config.dataDir, 'api'), child.pid ?? 0);
    writePid(pidFile(config.dataDir, 'worker'), 2 ** 22 + 1);

    await expect(restore(config, folder)).resolves.toMatchObject({ placed: ['inbox', 'mirror'] });
  });

  test.each([
    ['inbox', true],
    ['inbox', false],
    ['mirror', true],
    ['mirror', false],
  ] as const)(
    'while another process has the %s open (only to read: %s), wherever it runs',
    async (store, readonly) => {
      const { config, folder } = await backedUp();
      const file = store === 'inbox' ? config.inboxFile : config.mirrorFile;
      const sqlite = createRequire(import.meta.url).resolve('better-sqlite3');
      const script = `const D = require(${JSON.stringify(sqlite)}); const d = new D(${JSON.stringify(file)}, { readonly: ${readonly} });
      d.prepare('SELECT count(*) FROM sqlite_schema').get(); console.log('open'); setTimeout(() => {}, 60000);`;
      const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      onTestEnd(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');

      await expect(restore(config, folder)).rejects.toThrow(`another process has ${file} open`);
      expect(deliveries(config)).toEqual(['before', 'after']);
    },
  );

  test('by a folder that is no backup, or was not finished', async () => {
    const { config, folder } = await backedUp();
    rmSync(join(folder, 'backup.json'));

    await refused(config, folder, /is no backup, or one that was not finished/);
    await refused(config, join(folder, 'none'), /is no backup/);
  });

  test('by a copy that is missing, was changed, or is damaged', async () => {
    const { config, folder } = await backedUp();
    const copy = join(folder, 'pm-agent.db');
    const bytes = readFileSync(copy);

    appendFileSync(copy, 'x');
    await refused(config, folder, /is not as it was written/);
    rmSync(copy);
    await refused(config, folder, /pm-agent\.db is missing/);
    writeFileSync(copy, bytes);
    await expect(restore(config, folder)).resolves.toBeDefined();
  });

  test('by a backup of a newer pm-agent', async () => {
    const { config } = await backedUp();
    const newer = new Database(config.inboxFile);
    newer.exec(`INSERT INTO schema_migrations (id, name, applied_at) VALUES (99, 'from the future', '')`);
    newer.close();
    const other = storeConfig();
    const future = join(temporaryFolder(), 'future');
    mkdirSync(future);
    await expect(takeBackup({ config, to: future, log: quietLog, clock: () => new Date() })).rejects.toThrow(
      /has version 99/,
    );
    expect(existsSync(other.inboxFile)).toBe(false);
  });

  test('by what its manifest says of places outside its folder', async () => {
    const { config, folder } = await backedUp();
    const manifest = readFileSync(join(folder, 'backup.json'), 'utf8');
    writeFileSync(join(folder, 'backup.json'), manifest.replace('"inbox.db"', '"../../inbox.db"'));

    await refused(config, folder, /is not as pm-agent backup writes it \(at stores\.0\.file\)/);
  });
});

test('a restore that was interrupted keeps everybody from starting, until it is done again', async () => {
  const { config, folder } = await backedUp();
  writeFileSync(restoreMarkerIn(config.dataDir), '');
  rmSync(config.inboxFile);
  expect(() => refuseHalfRestored(config.dataDir)).toThrow('run pm-agent restore <folder> again');

  await restore(config, folder);

  expect(() => refuseHalfRestored(config.dataDir)).not.toThrow();
  expect(deliveries(config)).toEqual(['before']);
});
