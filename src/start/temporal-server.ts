/** The Temporal dev server that pm-agent starts itself: tuned, kept in DATA_DIR, with its Web UI. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.js';
import { SEARCH_ATTRIBUTES } from '../workflows/messages.js';
import { temporalFile } from './find-temporal.js';
import { pidFile } from './pid-files.js';

const GUARD = fileURLToPath(new URL('./guard.js', import.meta.url));

/**
 * As shipped, the dev server reads each task at most every 50 ms; with the first four one cycle takes 40 ms instead of
 * 350 ms. Without the fifth it ignores the priority of a workflow. The last lets it remember the search attributes: as
 * shipped it reads them from its file several times for each workflow, one reader at a time.
 */
const TUNING = [
  'history.transferProcessorMaxPollRPS=2000',
  'system.enableActivityEagerExecution=true',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'matching.useNewMatcher=true',
  'system.forceSearchAttributesCacheRefreshOnRead=false',
];

/**
 * As shipped, the dev server keeps a rollback journal and syncs several times a commit. A write-ahead log needs one sync
 * and half the bytes; FULL keeps what was committed through a power loss. 64 MB of cache (negative: KB; as shipped 2 MB)
 * hold the sixty indexes that each workflow touches (docs/decisions/0023).
 */
const PRAGMAS = ['journal_mode=WAL', 'synchronous=FULL', 'cache_size=-65536', 'wal_autocheckpoint=8000'];

const ATTRIBUTE_TYPES = { KEYWORD: 'Keyword', BOOL: 'Bool' } as const;

/** Arguments of `temporal`. */
export function temporalArguments(config: Config): string[] {
  const { devPort, uiPort, namespace } = config.temporal;
  return [
    'server',
    'start-dev',
    '--ip=127.0.0.1',
    `--port=${devPort}`,
    `--ui-port=${uiPort}`,
    `--db-filename=${temporalFile(config.dataDir)}`,
    '--log-level=error',
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...SEARCH_ATTRIBUTES.flatMap((key) => ['--search-attribute', `${key.name}=${ATTRIBUTE_TYPES[key.type]}`]),
    ...TUNING.flatMap((value) => ['--dynamic-config-value', value]),
    ...PRAGMAS.flatMap((value) => ['--sqlite-pragma', value]),
  ];
}

/** Where the server's own words go. */
export function temporalLog(dataDir: string): string {
  return join(dataDir, 'run', 'temporal.log');
}

/** Starts it under the guard. */
export function launchTemporal(config: Config, cli: string, env: NodeJS.ProcessEnv): ChildProcess {
  mkdirSync(join(config.dataDir, 'run'), { recursive: true });
  const output = openSync(temporalLog(config.dataDir), 'a');
  try {
    return spawn(
      process.execPath,
      [
        GUARD,
        pidFile(config.dataDir, 'temporal'),
        temporalFile(config.dataDir),
        cli,
        ...temporalArguments(config),
      ],
      { env, detached: true, stdio: ['pipe', output, output] },
    );
  } finally {
    closeSync(output);
  }
}
