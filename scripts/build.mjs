/** `npm run build`: TypeScript to dist, then the workflow bundle. Skipped where the sources did not change. */
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fingerprint, readStamp } from './fingerprint.mjs';
import { say, step } from './progress.mjs';
import { runQuietly } from './run-tool.mjs';

const INPUTS = ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json', 'scripts/build.mjs'];
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Builds into `root/dist`, unless the stamp there says that these very sources were built. */
export async function ensureBuilt(root) {
  const wanted = fingerprint(root, INPUTS);
  const dist = join(root, 'dist');
  if (readStamp(stampIn(dist)) === wanted) {
    return false;
  }
  await step('Compiling', () => compile(root, dist));
  await step('Bundling workflows', () => bundleWorkflows(dist));
  writeFileSync(stampIn(dist), `${wanted}\n`);
  return true;
}

/** The workflow bundle of these very sources; null where others were built, or none. */
export function bundleBuiltIn(root) {
  const dist = join(root, 'dist');
  return readStamp(stampIn(dist)) === fingerprint(root, INPUTS) ? bundleIn(dist) : null;
}

const stampIn = (dist) => join(dist, '.built-from');
const bundleIn = (dist) => join(dist, 'workflow-bundle.js');

/** Into a folder beside, then swapped in: what runs from dist meanwhile misses nothing, and a failed build harms nothing. */
async function compile(root, dist) {
  const next = join(root, 'node_modules', `.pm-agent-dist-${process.pid}`);
  const old = `${next}-old`;
  const options = ['--outDir', next, '--sourceRoot', join(root, 'src')];
  try {
    await runQuietly(process.execPath, [tsc(root), '-p', 'tsconfig.build.json', ...options], { cwd: root });
    if (existsSync(dist)) {
      renameSync(dist, old);
    }
    renameSync(next, dist);
  } finally {
    rmSync(next, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

function tsc(root) {
  const path = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(path)) {
    throw new Error('TypeScript is not installed: run `npm ci` first.');
  }
  return path;
}

async function bundleWorkflows(dist) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(dist, 'workflows', 'index.js'),
    logger: new DefaultLogger('WARN'),
  });
  writeFileSync(bundleIn(dist), code);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    say((await ensureBuilt(ROOT)) ? 'Built dist.' : 'dist is up to date.');
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
