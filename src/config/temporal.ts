import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type Config, ConfigError } from './config.js';
import type { Environment } from './environment.js';

/**
 * How Temporal is reached: TEMPORAL_* variables and TOML profiles as the Temporal tools read them; without an address,
 * the dev server that pm-agent starts.
 * @param env the raw environment, for what only @temporalio/envconfig reads.
 */
export function resolveTemporal(env: NodeJS.ProcessEnv, checked: Environment): Config['temporal'] {
  const given = fromEnvconfig(env, checked.TEMPORAL_API_KEY);
  const named = given.connectionOptions.address;
  const address = named ?? `127.0.0.1:${checked.TEMPORAL_DEV_PORT}`;
  if (!/^(\[[\da-f:.]+\]|[^\s/:]+)(:\d{1,5})?$/i.test(address)) {
    throw new ConfigError(`TEMPORAL_ADDRESS: "${address}" is not host:port (for example 127.0.0.1:7233)`);
  }
  return {
    address,
    external: named !== undefined,
    namespace: given.namespace ?? 'default',
    taskQueue: checked.TEMPORAL_TASK_QUEUE,
    devPort: checked.TEMPORAL_DEV_PORT,
    uiPort: checked.TEMPORAL_UI_PORT,
    cliPath: checked.TEMPORAL_CLI_PATH,
    connectionOptions: { ...withoutUndefined(given.connectionOptions), address },
  };
}

function fromEnvconfig(env: NodeJS.ProcessEnv, apiKey: string | null) {
  const variables = Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    ),
  );
  try {
    return loadClientConnectConfig({
      overrideEnvVars: apiKey === null ? variables : { ...variables, TEMPORAL_API_KEY: apiKey },
    });
  } catch (error) {
    throw new ConfigError(`TEMPORAL_*: ${String((error as { message?: unknown }).message ?? error)}`);
  }
}

function withoutUndefined(options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
