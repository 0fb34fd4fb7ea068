import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Config } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import { checkPlaces } from '../../src/config/places.js';

function configIn(folder: string, env: NodeJS.ProcessEnv = {}): Config {
  return loadConfig({ TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'), ...env }, { cwd: folder });
}

function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'pm-agent-places-'));
}

test('checkPlaces accepts a folder that nothing was written to yet', () => {
  expect(() => checkPlaces(configIn(temporaryFolder()))).not.toThrow();
});

test('checkPlaces refuses a mirror that is a folder, naming DATABASE_URL', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'mirror.db'));
  expect(() => checkPlaces(configIn(folder, { DATABASE_URL: 'file:mirror.db' }))).toThrow(
    /^DATABASE_URL: .*is not a file/,
  );
});

test('checkPlaces refuses a file that is no database, naming the setting', () => {
  const folder = temporaryFolder();
  const config = configIn(folder);
  writeFileSync(config.inboxFile, 'this is a letter, not a database');
  expect(() => checkPlaces(config)).toThrow(/^DATA_DIR: .*inbox\.db is not a SQLite database/);
});

test('checkPlaces refuses a folder below a file, naming DATABASE_URL', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => checkPlaces(configIn(folder, { DATABASE_URL: 'file:file/mirror.db' }))).toThrow(
    /^DATABASE_URL: cannot write/,
  );
});
