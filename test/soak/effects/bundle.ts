import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Beside the compiled product, as deep below package.json as that looks for it. */
const BUNDLE = fileURLToPath(new URL('../../../dist/soak/effects-worker.mjs', import.meta.url));

/** The worker process in one file: loading five hundred sources would take a run longer than its work. Answers its path. */
export async function bundleWorker(): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    outfile: BUNDLE,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return BUNDLE;
}
