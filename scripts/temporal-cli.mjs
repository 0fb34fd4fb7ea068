/**
 * Finds the `temporal` binary, or gets it: TEMPORAL_CLI_PATH, PATH, the cache folder, the official download,
 * `go install`. Run as a program it prints the path; progress goes to stderr.
 */
import { accessSync, chmodSync, constants, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { say, step } from './progress.mjs';
import { runQuietly } from './run-tool.mjs';
import { ARCHIVE_URL, downloadCli } from './temporal-download.mjs';

/** The newest version that `go install` can build: later modules use replace directives. */
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal@v1.5.1';
const BINARY = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** Where a binary that was got once is kept. */
export function cacheFolder(env) {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'pm-agent');
}

/**
 * The binary that is on this machine already, or null.
 * @throws Error where TEMPORAL_CLI_PATH names nothing that can be run
 */
export function findCli(env) {
  if (env.TEMPORAL_CLI_PATH) {
    if (!isExecutable(env.TEMPORAL_CLI_PATH)) {
      throw new Error(
        `TEMPORAL_CLI_PATH: there is no program at ${env.TEMPORAL_CLI_PATH}; correct or unset it`,
      );
    }
    return env.TEMPORAL_CLI_PATH;
  }
  const cached = join(cacheFolder(env), BINARY);
  return programOnPath('temporal', env) ?? (isExecutable(cached) ? cached : null);
}

function programOnPath(name, env) {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, file)).find(isExecutable) ?? null;
}

/**
 * The binary; got where it is missing. Two processes that miss it at once get it once.
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [archive] where the official archive is downloaded from
 * @throws Error one message that names every way out
 */
export async function ensureCli(env = process.env, archive = ARCHIVE_URL) {
  return findCli(env) ?? getCli(env, archive);
}

async function getCli(env, archive) {
  const cache = cacheFolder(env);
  return withLock(
    join(cache, 'temporal.lock'),
    async () => findCli(env) ?? keep(cache, env, archive),
    () => say('Another process is getting the Temporal CLI; waiting for it …'),
  );
}

async function keep(cache, env, archive) {
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'getting-'));
  try {
    const got = await getInto(work, env, archive);
    chmodSync(got, 0o755);
    await runQuietly(got, ['--version'], { env });
    renameSync(got, join(cache, BINARY));
    return join(cache, BINARY);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function getInto(work, env, archive) {
  const failures = [];
  const ways = [
    {
      name: 'download',
      get: () => step('Downloading the Temporal CLI', () => downloadCli(work, BINARY, archive)),
    },
    { name: 'go install', get: () => buildWithGo(work, env) },
  ];
  for (const { name, get } of ways) {
    try {
      return await get();
    } catch (error) {
      failures.push(`${name}: ${describe(error)}`);
    }
  }
  throw new Error(waysOut(failures));
}

async function buildWithGo(work, env) {
  if (programOnPath('go', env) === null) {
    throw new Error('go is not on PATH');
  }
  return step('Building the Temporal CLI with go install (about 3 minutes, once)', async () => {
    await runQuietly('go', ['install', GO_PACKAGE], { env: { ...env, GOBIN: work, GOFLAGS: '-mod=mod' } });
    return join(work, BINARY);
  });
}

function describe(error) {
  return String(error.message).split('\n').slice(-3).join(' ');
}

function waysOut(failures) {
  return [
    'No Temporal server: none is configured, and no `temporal` binary could be found or got. Ways out:',
    '  - set TEMPORAL_ADDRESS=host:port to a Temporal server that runs',
    '  - install the Temporal CLI (https://docs.temporal.io/cli), or set TEMPORAL_CLI_PATH to it',
    '  - install Go 1.25 or newer, and it is built here once',
    `Tried: ${failures.join('; ')}`,
  ].join('\n');
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${await ensureCli()}\n`);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
