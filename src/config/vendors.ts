/** Which vendors are real, which the sandbox plays, and with what credentials each is spoken to. */
import { type Config, ConfigError } from './config.js';
import type { Environment } from './environment.js';
import { isLoopbackUrl } from './loopback.js';
import { together } from './together.js';

type Vendors = Pick<Config, 'bitbucket' | 'slack' | 'claude'> & {
  readonly jira: Omit<Config['jira'], 'mcp'>;
};
type VendorName = keyof Vendors;

interface Door {
  readonly label: string;
  readonly path: string;
  readonly tokenName: string;
  readonly token: string | null;
  readonly urlName: string;
  readonly url: string | null;
  readonly realUrl: string | null;
}

const SANDBOX_TOKEN = 'sandbox';

/** @throws ConfigError where SANDBOX=off and a token is missing, or a token is given without the site it is for. */
export function resolveVendors(env: Environment, sandboxUrl: string): Vendors {
  const doors = doorsOf(env);
  const vendor = (name: VendorName) => resolve(env, doors[name], sandboxUrl);
  const [jira, bitbucket, slack, claude] = together(
    () => vendor('jira'),
    () => vendor('bitbucket'),
    () => vendor('slack'),
    () => vendor('claude'),
  );
  return {
    jira: {
      ...jira.common,
      token: jira.token,
      email: jira.common.sandboxed ? null : env.ATLASSIAN_SERVICE_ACCOUNT_EMAIL,
      deployment: deploymentOf(env, jira.common),
      siteUrl: jira.common.sandboxed ? null : env.JIRA_SITE_URL,
    },
    bitbucket: {
      ...bitbucket.common,
      token: bitbucket.token,
      username: bitbucket.common.sandboxed ? null : env.BITBUCKET_USERNAME,
    },
    slack: { ...slack.common, botToken: slack.token },
    claude: {
      ...claude.common,
      apiKey: claude.token,
      models: {
        triage: env.ANTHROPIC_MODEL_TRIAGE,
        normal: env.ANTHROPIC_MODEL,
        hard: env.ANTHROPIC_MODEL_HARD,
      },
    },
  };
}

/** Sites of Cloud, and the gateway for scoped tokens, are Atlassian's own hosts; this machine plays Cloud. */
function deploymentOf(
  env: Environment,
  { baseUrl, sandboxed }: { readonly baseUrl: string; readonly sandboxed: boolean },
): Config['jira']['deployment'] {
  const isCloud =
    sandboxed || isLoopbackUrl(baseUrl) || /(?:^|\.)atlassian\.(?:net|com)$/.test(new URL(baseUrl).hostname);
  return env.JIRA_DEPLOYMENT ?? (isCloud ? 'cloud' : 'data_center');
}

/** Known before anything else is: also where a vendor's other settings are wrong. */
export function sandboxedVendors(env: Environment): { readonly [V in VendorName]: boolean } {
  const doors = doorsOf(env);
  return {
    jira: isSandboxed(env, doors.jira),
    bitbucket: isSandboxed(env, doors.bitbucket),
    slack: isSandboxed(env, doors.slack),
    claude: isSandboxed(env, doors.claude),
  };
}

function doorsOf(env: Environment): { readonly [V in VendorName]: Door } {
  return {
    jira: {
      label: 'Jira',
      path: 'jira',
      tokenName: 'ATLASSIAN_SERVICE_ACCOUNT_TOKEN',
      token: env.ATLASSIAN_SERVICE_ACCOUNT_TOKEN,
      urlName: 'JIRA_BASE_URL',
      url: env.JIRA_BASE_URL,
      realUrl: null,
    },
    bitbucket: {
      label: 'Bitbucket',
      path: 'bitbucket',
      tokenName: 'BITBUCKET_TOKEN',
      token: env.BITBUCKET_TOKEN,
      urlName: 'BITBUCKET_BASE_URL',
      url: env.BITBUCKET_BASE_URL,
      realUrl: 'https://api.bitbucket.org/2.0',
    },
    slack: {
      label: 'Slack',
      path: 'slack',
      tokenName: 'SLACK_BOT_TOKEN',
      token: env.SLACK_BOT_TOKEN,
      urlName: 'SLACK_API_URL',
      url: env.SLACK_API_URL,
      realUrl: 'https://slack.com/api',
    },
    claude: {
      label: 'Claude',
      path: 'anthropic',
      tokenName: 'ANTHROPIC_API_KEY',
      token: env.ANTHROPIC_API_KEY,
      urlName: 'ANTHROPIC_BASE_URL',
      url: env.ANTHROPIC_BASE_URL,
      realUrl: 'https://api.anthropic.com',
    },
  };
}

function resolve(env: Environment, door: Door, sandboxUrl: string) {
  return isSandboxed(env, door) ? simulated(env, door, sandboxUrl) : real(env, door);
}

function isSandboxed(env: Environment, door: Door): boolean {
  return env.SANDBOX === 'on' || (env.SANDBOX === 'auto' && door.token === null);
}

/** Another base URL counts only on this machine: without credentials nothing is sent to a real vendor by accident. */
function simulated(env: Environment, door: Door, sandboxUrl: string) {
  const own = door.url !== null && isLoopbackUrl(door.url) ? door.url : null;
  const baseUrl = own ?? `${sandboxUrl}/${door.path}`;
  return {
    common: {
      baseUrl,
      privateHosts: [new URL(baseUrl).hostname],
      sandboxed: true,
      acts: env.AGENT_MODE !== 'simulation',
    },
    token: SANDBOX_TOKEN,
  };
}

function real(env: Environment, door: Door) {
  if (door.token === null) {
    throw new ConfigError(
      `${door.tokenName}: missing, and SANDBOX=off simulates nothing; set it, or unset SANDBOX to have ${door.label} simulated`,
    );
  }
  const baseUrl = door.url ?? door.realUrl;
  if (baseUrl === null) {
    throw new ConfigError(
      `${door.urlName}: missing although ${door.tokenName} is set; name the site that the token is for`,
    );
  }
  return {
    common: {
      baseUrl,
      privateHosts: env.VENDOR_PRIVATE_HOSTS,
      sandboxed: false,
      acts: env.AGENT_MODE === 'production',
    },
    token: door.token,
  };
}
