/**
 * What `npm start`, `npm test`, `npm run bench` and `npm run soak` run first. Node built-ins only: it works before
 * anything is installed. Each step is skipped where nothing changed.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { say } from './progress.mjs';
import { runForeground } from './run-tool.mjs';
import { cacheFolder, ensureCli } from './temporal-cli.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];

const MODES = { start, test, bench, soak };

/** The one line to print where this Node is too old, else null. */
export function nodeComplaint(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOldEnough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return isOldEnough ? null : `pm-agent needs Node ${OLDEST_NODE.join('.')} or newer; this is ${version}.`;
}

/** NODE_OPTIONS with what jest needs for ES modules, keeping what is there. */
export function testNodeOptions(existing) {
  const wanted = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const given = (existing ?? '').split(' ').filter((option) => option !== '');
  return [...given, ...wanted.filter((option) => !given.includes(option))].join(' ');
}

async function setUp() {
  const name = createHash('sha256').update(ROOT).digest('hex').slice(0, 12);
  await withLock(
    join(cacheFolder(process.env), `setup-${name}.lock`),
    async () => {
      await ensureInstalled(ROOT);
      await ensureBuilt(ROOT);
    },
    () => say('Another process is setting this folder up; waiting for it …'),
  );
}

/** Hands over to the supervisor in this very process, so that a signal to it reaches the one that keeps order. */
async function start(args) {
  await setUp();
  const { main } = await import(pathToFileURL(join(ROOT, 'dist', 'cli', 'main.js')).href);
  return main(['start', ...args]);
}

async function test(args) {
  await setUp();
  const env = { ...(await withCli()), NODE_OPTIONS: testNodeOptions(process.env.NODE_OPTIONS) };
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  return runForeground(process.execPath, [jest, ...args], { cwd: ROOT, env });
}

async function bench(args) {
  return runScript(join(ROOT, 'bench', 'run.ts'), args);
}

async function soak(args) {
  return runScript(join(ROOT, 'test', 'soak', 'main.ts'), args);
}

async function runScript(script, args) {
  await setUp();
  return runForeground(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: ROOT,
    env: await withCli(),
  });
}

/** The environment with a Temporal CLI in it, unless a server is named. */
async function withCli() {
  return process.env.TEMPORAL_ADDRESS
    ? process.env
    : { ...process.env, TEMPORAL_CLI_PATH: await ensureCli(process.env) };
}

async function main([mode, ...args]) {
  const complaint = nodeComplaint(process.versions.node);
  if (complaint !== null) {
    throw new Error(complaint);
  }
  const run = Object.hasOwn(MODES, mode ?? '') ? MODES[mode] : null;
  if (run === null) {
    say(`usage: node scripts/bootstrap.mjs <${Object.keys(MODES).join('|')}> [arguments]`);
    return 2;
  }
  if (existsSync('.env')) {
    process.loadEnvFile('.env');
  }
  return run(args);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.exitCode = await main(process.argv.slice(2));
    // A handle that something left open must not keep a stopped process alive.
    setTimeout(() => process.exit(), 1_000).unref();
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
