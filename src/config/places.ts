/** Checks before anything opens a file: a wrong place ends a process at once, with the setting's name. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { makePrivateFolder } from '../database/private-files.js';
import { type Config, ConfigError } from './config.js';
import { errorCode } from './error-code.js';

const SQLITE_MAGIC = 'SQLite format 3\0';

/** Stands in DATA_DIR while a restore puts files in place: what is there then is neither the old nor the new. */
export function restoreMarkerIn(dataDir: string): string {
  return join(dataDir, 'restore-under-way');
}

/** @throws ConfigError one line that says what to do. */
export function refuseHalfRestored(dataDir: string): void {
  if (existsSync(restoreMarkerIn(dataDir))) {
    throw new ConfigError(
      `DATA_DIR: a restore into ${dataDir} was interrupted; run pm-agent restore <folder> again, which begins anew`,
    );
  }
}

/**
 * Makes DATA_DIR where it is missing and checks that it and the databases in it can be used.
 * @throws ConfigError one line that names DATA_DIR or DATABASE_URL.
 */
export function checkPlaces(config: Config): void {
  checkFolder('DATA_DIR', config.dataDir);
  refuseHalfRestored(config.dataDir);
  checkDatabase('DATA_DIR', config.inboxFile);
  checkDatabase('DATA_DIR', config.operatorsFile);
  checkFolder('DATABASE_URL', dirname(config.mirrorFile));
  checkDatabase('DATABASE_URL', config.mirrorFile);
}

function checkFolder(setting: string, folder: string): void {
  const probe = join(folder, `.write-test-${process.pid}`);
  try {
    makePrivateFolder(folder);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new ConfigError(
      `${setting}: cannot write to the folder ${folder} (${errorCode(error)}); name one that can be written`,
    );
  }
}

function checkDatabase(setting: string, file: string): void {
  if (!existsSync(file)) {
    return;
  }
  if (!statSync(file).isFile()) {
    throw new ConfigError(`${setting}: ${file} is not a file; name a database file`);
  }
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new ConfigError(
      `${setting}: cannot read and write ${file} (${errorCode(error)}); correct its owner or mode`,
    );
  }
  if (!looksLikeSqlite(file)) {
    throw new ConfigError(`${setting}: ${file} is not a SQLite database; move it away or name another file`);
  }
}

/** An empty file is a database that nobody wrote to yet. */
function looksLikeSqlite(file: string): boolean {
  const head = Buffer.alloc(SQLITE_MAGIC.length);
  const handle = openSync(file, 'r');
  try {
    const read = readSync(handle, head, 0, head.length, 0);
    return read === 0 || head.toString('latin1') === SQLITE_MAGIC;
  } finally {
    closeSync(handle);
  }
}
