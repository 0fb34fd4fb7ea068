import { type ResourceLimits, Worker } from 'node:worker_threads';

/**
 * Starts a thread from the module beside the caller: `script` without its ending. From sources (tests) a thread needs a
 * loader for them, which `execArgv` does not give to threads.
 * @param moduleUrl the caller's `import.meta.url`
 */
export function startThread(
  moduleUrl: string,
  script: `./${string}`,
  options: { readonly workerData: unknown; readonly resourceLimits: ResourceLimits },
): Worker {
  if (!moduleUrl.endsWith('.ts')) {
    return new Worker(new URL(`${script}.js`, moduleUrl), options);
  }
  const { href } = new URL(`${script}.ts`, moduleUrl);
  return new Worker(`import('tsx/esm/api').then((tsx) => tsx.tsImport('${href}', '${href}'))`, {
    workerData: options.workerData,
    eval: true,
  });
}
