/** The processes of the product: `api`, `worker`, `sandbox`. Each loads its own code only when it runs. */
import type { Config } from '../config/config.js';
import { loadClientConfig } from '../config/load.js';
import type { Logger } from '../log.js';
import type { Register } from './command.js';
import { type RunningRole, runRole } from './run-role.js';

/** `pm-agent api` */
export const registerApi: Register = (program, run) => {
  program
    .command('api')
    .description('run the API: webhooks, cycles, approvals')
    .action(() => run((io) => runRole('api', startApi, io)));
};

/** `pm-agent worker` */
export const registerWorker: Register = (program, run) => {
  program
    .command('worker')
    .description('run the Temporal worker: reasoning and effects')
    .action(() => run((io) => runRole('worker', startWorker, io)));
};

/** `pm-agent sandbox` */
export const registerSandbox: Register = (program, run) => {
  program
    .command('sandbox')
    .description('run the simulated Jira, Bitbucket, Slack and Claude')
    .action(() => run((io) => runRole('sandbox', startSandbox(io.env), io)));
};

async function startApi(config: Config, log: Logger): Promise<RunningRole> {
  const { runApi } = await import('../api/main.js');
  return runApi(config, log);
}

async function startWorker(config: Config, log: Logger): Promise<RunningRole> {
  const { runWorker } = await import('../worker/main.js');
  return runWorker(config, log);
}

function startSandbox(env: NodeJS.ProcessEnv) {
  return async (config: Config, log: Logger): Promise<RunningRole> => {
    const { runSandbox } = await import('../sandbox/main.js');
    const { jira, bitbucket, slack } = config.webhookSecrets;
    return runSandbox({
      host: config.sandbox.host ?? '127.0.0.1',
      port: config.sandbox.port,
      file: config.sandboxFile,
      webhookTarget: loadClientConfig(env).url,
      secrets: { jira: jira[0] ?? null, bitbucket: bitbucket[0] ?? null, slack: slack[0] ?? null },
      agentName: config.file.agent.name,
      log,
    });
  };
}
