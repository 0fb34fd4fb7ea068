/** The processes of `pm-agent start`, as a table. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.js';
import { type Part, SUPERVISED } from './supervisor.js';
import { launchTemporal } from './temporal-server.js';

/** First things first: nothing new comes in, running work ends, then what it stood on. */
export const STOP_ORDER = ['api', 'worker', 'sandbox', 'temporal'] as const;

const PROGRAM = fileURLToPath(new URL('../../bin/pm-agent.mjs', import.meta.url));

/** In-flight activities get 30 s from the worker itself. */
const GRACE_MS = { api: 10_000, worker: 40_000, sandbox: 5_000, temporal: 10_000 };

export interface Plan {
  /** The binary to start a dev server with; null where another server is used. */
  readonly temporalCli: string | null;
  readonly sandbox: boolean;
}

/** The parts that this configuration needs, in the order they start. */
export function partsOf(config: Config, plan: Plan, env: NodeJS.ProcessEnv): readonly Part[] {
  const childEnv = { ...env, LOG_FORMAT: config.log.format, [SUPERVISED]: '1' };
  const role = (name: 'api' | 'worker' | 'sandbox'): Part => ({
    name,
    graceMs: GRACE_MS[name],
    launch: () => launchRole(name, childEnv),
  });
  const { temporalCli } = plan;
  return [
    ...(temporalCli === null
      ? []
      : [
          {
            name: 'temporal',
            graceMs: GRACE_MS.temporal,
            launch: () => launchTemporal(config, temporalCli, env),
          },
        ]),
    ...(plan.sandbox ? [role('sandbox')] : []),
    role('api'),
    role('worker'),
  ];
}

/** The IPC channel is how a role learns that its supervisor is gone. */
function launchRole(role: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...(NODE_FLAGS[role] ?? []), PROGRAM, role], {
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/**
 * A smaller nursery costs the throughput nothing measurable, and keeps five megabytes of the API and thirty of the
 * worker (which fills it with the SDK's modules while it starts) for others. One thread of V8 beside the API's own instead
 * of four keeps another five; acknowledging is as fast (`npm run bench -- ack`).
 */
export const NODE_FLAGS: Readonly<Record<string, readonly string[]>> = {
  api: ['--max-semi-space-size=4', '--v8-pool-size=1'],
  worker: ['--max-semi-space-size=4'],
};
