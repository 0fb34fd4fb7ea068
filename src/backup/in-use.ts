/** Does anything use the databases? Replacing a file under a running process would lose what it writes from then on. */
import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { ConfigError } from '../config/config.js';
import type { StoreConfig } from '../config/load.js';
import { commandLineOf, pidFile, type Role, readPid } from '../start/pid-files.js';

const WRITERS: readonly Role[] = ['start', 'api', 'worker'];
/** Another process that got the number of one that was killed is none of ours, nor is this command in a container of its own. */
const isRole = (role: Role, command: string) =>
  new RegExp(`(?:pm-agent(?:\\.mjs)?|bootstrap\\.mjs) ${role}\\b`).test(command);

/** @throws ConfigError one line that names the process, or the file that another one has open. */
export function refuseWhileInUse(config: StoreConfig): void {
  for (const role of WRITERS) {
    const pid = readPid(pidFile(config.dataDir, role));
    if (pid !== null && pid !== process.pid && isRole(role, commandLineOf(pid) ?? '')) {
      throw new ConfigError(
        `DATA_DIR: pm-agent runs on ${config.dataDir} (${role}, process ${pid}); stop it first, then restore`,
      );
    }
  }
  for (const [setting, file] of [
    ['DATA_DIR', config.inboxFile],
    ['DATABASE_URL', config.mirrorFile],
  ] as const) {
    if (existsSync(file) && isOpenElsewhere(file)) {
      throw new ConfigError(
        `${setting}: another process has ${file} open; stop whatever uses it (pm-agent in a container, a shell of SQLite) first`,
      );
    }
  }
}

/** Every open connection of a WAL file holds a shared lock, also one that does nothing: only alone is it locked for oneself. */
function isOpenElsewhere(file: string): boolean {
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { fileMustExist: true, timeout: 0 });
    database.pragma('locking_mode = EXCLUSIVE');
    database.exec('BEGIN EXCLUSIVE');
    database.exec('ROLLBACK');
    return false;
  } catch (error) {
    // A damaged file is what a restore is for.
    return /^SQLITE_(BUSY|LOCKED)/.test((error as { code?: string }).code ?? '');
  } finally {
    database?.close();
  }
}
