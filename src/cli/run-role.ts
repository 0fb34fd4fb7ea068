/** Runs one process of the product: pid file, signals, the supervisor's death, and one line for what cannot work. */
import { type Config, ConfigError } from '../config/config.js';
import { keepOthersOut } from '../config/data-folder.js';
import { errorCode } from '../config/error-code.js';
import { loadConfig } from '../config/load.js';
import { checkPlaces } from '../config/places.js';
import { createLogger, type Logger } from '../log.js';
import { pidFile, type Role, removePid, writePid } from '../start/pid-files.js';
import { CONFIG_ERROR_MESSAGE, SUPERVISED } from '../start/supervisor.js';
import type { Io } from './command.js';

export interface RunningRole {
  /** Resolves when it ended by itself. */
  readonly ended?: Promise<void>;
  close(): Promise<void>;
}

export type StartRole = (config: Config, log: Logger) => Promise<RunningRole>;

/** After the supervisor's death nobody waits: long work is cut, Temporal and the inbox remember it. */
const ORPHAN_GRACE_MS = 5_000;
const LISTEN_CODES = new Set(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL']);

/**
 * Starts the role and stays until a signal, the supervisor's death or its own end.
 * @returns the exit code: 0 after a signal, 1 where it could not start or ended by itself
 */
export async function runRole(
  role: Exclude<Role, 'start' | 'temporal'>,
  start: StartRole,
  io: Io,
): Promise<number> {
  const supervised = io.env[SUPERVISED] === '1' && process.send !== undefined;
  const told = toldToStop(supervised);
  const config = await orTellSupervisor(supervised, () => prepare(io));
  const log = createLogger(role, config.log);
  keepOthersOut(config, log);
  const file = pidFile(config.dataDir, role);
  writePid(file, process.pid);
  try {
    const starting = start(config, log);
    const first = await Promise.race([starting, told]);
    if (typeof first === 'string') {
      starting.catch(() => undefined);
      return 0;
    }
    const why = await Promise.race([told, ...endOf(first)]);
    log.info({ why }, 'stopping');
    await Promise.race([first.close(), ...(why === 'orphaned' ? [after(ORPHAN_GRACE_MS)] : [])]);
    return why === 'ended' ? 1 : 0;
  } catch (error) {
    await orTellSupervisor(supervised, () => {
      throw asConfigError(role, config, error) ?? error;
    });
    return 1;
  } finally {
    removePid(file, process.pid);
  }
}

type Why = 'signal' | 'orphaned' | 'ended';

/** Resolves at SIGTERM, SIGINT or when the supervisor is gone. Under a supervisor, Ctrl-C is the supervisor's to order. */
function toldToStop(supervised: boolean): Promise<Why> {
  return new Promise((resolve) => {
    process.on('SIGTERM', () => resolve('signal'));
    process.on('SIGHUP', () => resolve('signal'));
    process.on('SIGINT', () => {
      if (!supervised) {
        resolve('signal');
      }
    });
    if (supervised) {
      process.on('disconnect', () => resolve('orphaned'));
    }
  });
}

function endOf(running: RunningRole): Promise<Why>[] {
  return running.ended === undefined ? [] : [running.ended.then((): Why => 'ended')];
}

function prepare(io: Io): Config {
  const config = loadConfig(io.env, { cwd: io.cwd });
  checkPlaces(config);
  return config;
}

/** A supervisor that knows that the configuration is wrong does not try again. */
async function orTellSupervisor<T>(supervised: boolean, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    if (error instanceof ConfigError && supervised) {
      await new Promise<void>((resolve) => {
        process.send?.(CONFIG_ERROR_MESSAGE, undefined, undefined, () => resolve());
      });
    }
    throw error;
  }
}

/** What the operating system and SQLite refuse, as the setting to correct; null for everything else. */
function asConfigError(role: string, config: Config, error: unknown): ConfigError | null {
  const cause = error instanceof Error ? error.cause : undefined;
  const codes = [errorCode(error), errorCode(cause)];
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'DatabaseError') {
    return new ConfigError(message);
  }
  if (codes.some((code) => LISTEN_CODES.has(code))) {
    const [setting, port] =
      role === 'sandbox' ? ['SANDBOX_PORT', config.sandbox.port] : ['PORT', config.server.port];
    return new ConfigError(
      `${setting}: cannot listen on port ${port} (${codes.find((code) => LISTEN_CODES.has(code))}); stop what listens there or set another port`,
    );
  }
  return codes.some((code) => code.startsWith('SQLITE_'))
    ? new ConfigError(
        `DATA_DIR: cannot use a database in ${config.dataDir} (${message}); restore a backup or name another folder`,
      )
    : null;
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
