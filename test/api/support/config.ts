/** A configuration as `loadConfig` makes it, for a folder of the test's own. */
import { join } from 'node:path';
import type { Config } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load.js';

export const SECRETS = { jira: 'jira-secret', bitbucket: 'bitbucket-secret', slack: 'slack-secret' } as const;

/** Given as they are, or made from what they replace. */
export type ConfigOverrides = Partial<Config> | ((base: Config) => Partial<Config>);

export function testConfig(dataDir: string, overrides: ConfigOverrides = {}): Config {
  const config = loadConfig(
    {
      DATA_DIR: dataDir,
      PORT: '8000',
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      JIRA_WEBHOOK_SECRET: SECRETS.jira,
      BITBUCKET_WEBHOOK_SECRET: SECRETS.bitbucket,
      SLACK_SIGNING_SECRET: SECRETS.slack,
    },
    { cwd: dataDir },
  );
  const base = { ...config, mirrorFile: join(dataDir, 'pm-agent.db') };
  return { ...base, ...(typeof overrides === 'function' ? overrides(base) : overrides) };
}
