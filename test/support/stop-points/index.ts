/** The settings of a worker process that is told to end, or killed, while actions stand at a point. */
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Point } from '../../soak/effects/points.js';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** Beside the compiled product, so that it finds the same packages. */
const OUT = here('../../../dist/stop-points');

/** Compiles what such a process loads. */
export async function prepareStopPoints(): Promise<void> {
  await build({
    entryPoints: [here('./preload.ts'), here('./wrap-mirror.ts')],
    outdir: OUT,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // The product's own: what an activity knows of itself is kept there.
    external: ['@temporalio/*'],
    logLevel: 'error',
  });
}

export interface Stop {
  readonly point: Point;
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** How many actions have to stand there. */
  readonly together: number;
}

export function stopEnv({ point, signal, together }: Stop): NodeJS.ProcessEnv {
  return {
    NODE_OPTIONS: `--import ${pathToFileURL(join(OUT, 'preload.mjs')).href}`,
    STOP_AT: point,
    STOP_SIGNAL: signal,
    STOP_TOGETHER: String(together),
  };
}
