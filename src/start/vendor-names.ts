import type { Config } from '../config/config.js';

const NAMES = { jira: 'Jira', bitbucket: 'Bitbucket', slack: 'Slack', claude: 'Claude' } as const;
const VENDORS = ['jira', 'bitbucket', 'slack', 'claude'] as const;

/** Names of the vendors that the sandbox plays. */
export function simulatedVendors(config: Config): string[] {
  return VENDORS.filter((vendor) => config[vendor].sandboxed).map((vendor) => NAMES[vendor]);
}

/** Names of the vendors that are spoken to for real. */
export function realVendors(config: Config): string[] {
  return VENDORS.filter((vendor) => !config[vendor].sandboxed).map((vendor) => NAMES[vendor]);
}
