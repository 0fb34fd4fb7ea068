import { loadConfig } from '../config/load.js';
import { createLogger } from '../log.js';
import type { Register } from './command.js';

/** `pm-agent start`: Temporal (where none runs), sandbox (where credentials are missing), API and worker. */
export const registerStart: Register = (program, run) => {
  program
    .command('start')
    .description('run everything: API, worker, a Temporal dev server and the sandbox where they are needed')
    .action(() =>
      run(async (io) => {
        const config = loadConfig(io.env, { cwd: io.cwd });
        const { runStart } = await import('../start/main.js');
        return runStart({
          config,
          log: createLogger('start', config.log),
          env: io.env,
          cwd: io.cwd,
          out: io.out,
        });
      }),
    );
};
