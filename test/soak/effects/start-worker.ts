/** One worker process of the soak, made ready before its job is known: loading takes as long as the work. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Parts } from '../../support/parts.js';
import type { Job, Line } from './job.js';

export interface StartedWorker {
  /** What it printed until it ended. */
  run(job: Job): Promise<{ readonly lines: readonly Line[]; readonly wasKilled: boolean }>;
  /** Without a job. */
  end(): Promise<void>;
}

const MOVED_CLOCK = fileURLToPath(new URL('../../support/moved-clock.mjs', import.meta.url));

/**
 * @param program what `bundleWorker` made
 * @param clockFile how far its clock is off, read all the while (moved-clock.mjs)
 */
export function startWorker(
  { dataDir, env }: Pick<Parts, 'dataDir' | 'env'>,
  program: string,
  clockFile: string,
): StartedWorker {
  const child = spawn(process.execPath, ['--import', MOVED_CLOCK, program], {
    cwd: dataDir,
    env: { ...env, CLOCK_FILE: clockFile },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const closed = new Promise<NodeJS.Signals | null>((done) =>
    child.once('close', (_code, signal) => done(signal)),
  );
  return {
    run: async (job) => {
      child.stdin.end(JSON.stringify(job));
      const wasKilled = (await closed) === 'SIGKILL';
      const lines = printed.split('\n').filter((line) => line !== '');
      return { lines: lines.map((line) => JSON.parse(line) as Line), wasKilled };
    },
    end: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
