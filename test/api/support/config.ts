/** A configuration as `loadConfig` makes it, for a folder of the test's own. */
import { join } from 'node:path';
import type { Config } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load.js';

export const SECRETS = { jira: 'jira-secret', bitbucket: 'bitbucket-secret', slack: 'slack-secret' } as const;

export function testConfig(dataDir: string, overrides: Partial<Config> = {}): Config {
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
  return { ...config, mirrorFile: join(dataDir, 'pm-agent.db'), ...overrides };
}
