import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Beside the compiled product, as deep below package.json as that looks for it. */
const BUNDLE = fileURLToPath(new URL('../../../dist/soak/effects-worker.mjs', import.meta.url));

/** What packages in it that are CommonJS load with. */
const REQUIRE =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);";

/**
 * The worker process in one file, packages included: loading all their files would take a run as long as its work.
 * Answers its path.
 */
export async function bundleWorker(): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Native, and found from the place of its own files.
    external: ['better-sqlite3'],
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
  return BUNDLE;
}
