/** Every variable that pm-agent reads, with its check, its default and what it is for. `.env.example` is compared with it. */
import { z } from 'zod';
import { byteSize } from './byte-size.js';
import { ConfigError } from './config.js';
import { DURATION_HINT, parseDuration } from './duration.js';
import { readSecretFiles } from './secret-files.js';
import { trustedProxies } from './trusted-proxies.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

function text() {
  return z.string().nullable().default(null);
}

function port(fallback: number) {
  return z
    .string()
    .default(String(fallback))
    .transform((value, context) => {
      const number = /^\d{1,5}$/.test(value) ? Number(value) : 0;
      if (number < 1 || number > 65_535) {
        context.addIssue({ code: 'custom', message: `"${value}" is not a port (1-65535)` });
      }
      return number;
    });
}

function count(fallback: number) {
  return z
    .string()
    .default(String(fallback))
    .transform((value, context) => {
      const number = /^\d{1,6}$/.test(value) ? Number(value) : 0;
      if (number < 1) {
        context.addIssue({ code: 'custom', message: `"${value}" is not a whole number of 1 or more` });
      }
      return number;
    });
}

function duration(fallback: string) {
  return z
    .string()
    .default(fallback)
    .transform((value, context) => {
      const milliseconds = parseDuration(value);
      if (milliseconds === null) {
        context.addIssue({ code: 'custom', message: `"${value}" is not ${DURATION_HINT}` });
      }
      return milliseconds ?? 0;
    });
}

/** Shorter ones would ask the vendors without a pause. */
function every(fallback: string, shortest: string) {
  return duration(fallback).refine((value) => value === 0 || value >= (parseDuration(shortest) ?? 0), {
    error: `is shorter than ${shortest}; write ${shortest} or more, or 0 for never`,
  });
}

function between(fallback: string, shortest: string, longest: string) {
  return duration(fallback).refine(
    (value) => value >= (parseDuration(shortest) ?? 0) && value <= (parseDuration(longest) ?? 0),
    { error: `is not from ${shortest} to ${longest}` },
  );
}

function sha256() {
  return z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'is not a sha256 (64 lower-case hexadecimal digits)' })
    .nullable()
    .default(null);
}

function choice<const T extends readonly [string, ...string[]]>(values: T, fallback: T[number]) {
  return z.enum(values, { error: wrongChoice(values) }).default(fallback as never);
}

function wrongChoice(values: readonly string[]) {
  return (issue: { input?: unknown }) => `"${String(issue.input)}" is not one of ${values.join(', ')}`;
}

function flag(fallback: 'true' | 'false') {
  return choice(['true', 'false', '1', '0'], fallback).transform(
    (value) => value === 'true' || value === '1',
  );
}

function url(example: string) {
  return z
    .string()
    .transform((value, context) => {
      if (!isHttpUrl(value)) {
        context.addIssue({ code: 'custom', message: `"${value}" is not a URL (for example ${example})` });
      }
      return value.replace(/\/+$/, '');
    })
    .nullable()
    .default(null);
}

function hosts() {
  return z
    .string()
    .default('')
    .transform((value, context) => {
      const names = value
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => name !== '');
      const wrong = names.find((name) => !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name));
      if (wrong !== undefined) {
        context.addIssue({
          code: 'custom',
          message: `"${wrong}" is no host (for example jira.acme.example)`,
        });
      }
      return names;
    });
}

function isHttpUrl(value: string): boolean {
  const parsed = URL.canParse(value) ? new URL(value) : null;
  return parsed !== null && (parsed.protocol === 'http:' || parsed.protocol === 'https:');
}

const SERVER = {
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Where the API listens. Another host than loopback needs a token: pm-agent token create, or PM_AGENT_ADMIN_TOKEN.',
    ),
  PORT: port(8000).describe('Port of the API.'),
  TRUSTED_PROXIES: trustedProxies().describe(
    'Reverse proxies in front of the API: what they say of a client’s address counts in limits. Default: none.',
  ),
  PM_AGENT_ADMIN_TOKEN: text().describe("The first operator's token. Secret."),
  PM_AGENT_URL: url('http://127.0.0.1:8000').describe(
    'Where the command line (and the sandbox) finds the API, and where links in Slack lead; default from HOST and PORT.',
  ),
  PM_AGENT_TOKEN: text().describe('Token that the command line sends. Secret.'),
  DATA_DIR: z
    .string()
    .default('./data')
    .describe("SQLite files, the dev server's file, generated secrets, pid files."),
  DATABASE_URL: text().describe('The mirror; default file:${DATA_DIR}/pm-agent.db.'),
  PM_AGENT_CONFIG: text().describe('Teams, people and policy; default ./pm-agent.yaml where it exists.'),
};

const TEMPORAL = {
  TEMPORAL_ADDRESS: text().describe('host:port of a Temporal server; then none is started.'),
  TEMPORAL_NAMESPACE: text().describe('Default: default.'),
  TEMPORAL_API_KEY: text().describe('For Temporal Cloud. Secret.'),
  TEMPORAL_TLS: text().describe('true or false; TEMPORAL_TLS_* as the Temporal tools read them.'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: text().describe('Client certificate (PEM).'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: text().describe('Client key (PEM).'),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: text().describe("The server's certificate authority (PEM)."),
  TEMPORAL_TLS_SERVER_NAME: text().describe('Name to check in the server certificate.'),
  TEMPORAL_DEV_PORT: port(7233).describe('Port of the Temporal dev server that pm-agent starts itself.'),
  TEMPORAL_UI_PORT: port(8233).describe('Port of its Web UI.'),
  TEMPORAL_CLI_PATH: text().describe('The temporal binary to use.'),
  TEMPORAL_TASK_QUEUE: z.string().default('pm-agent').describe('Task queue of the worker.'),
};

const BEHAVIOUR = {
  AGENT_MODE: choice(['default', 'simulation', 'production'], 'default').describe(
    'unset: acts on simulated vendors, simulates on real ones; simulation: writes to nobody; production: acts.',
  ),
  SANDBOX: choice(['auto', 'off', 'on'], 'auto').describe(
    'auto: simulate each vendor without credentials; off: missing credentials are an error; on: all.',
  ),
  SANDBOX_PORT: port(8090).describe('Port of the sandbox.'),
  SANDBOX_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Where the sandbox listens. It asks for no credentials: keep it off public networks.'),
  SANDBOX_URL: url('http://sandbox:8090').describe(
    'Where the others find the sandbox; default http://127.0.0.1:SANDBOX_PORT.',
  ),
  SANDBOX_STORY: choice(['on', 'off'], 'on').describe(
    'on: the first start plays a few events so that there is something to see.',
  ),
  EVENT_MAX_AGE: duration('24h').describe('Older signed events are quarantined; 0: no limit.'),
  ALLOW_UNSIGNED_WEBHOOKS: flag('false').describe(
    'true: a source without a webhook secret takes every delivery unchecked.',
  ),
  APPROVAL_TIMEOUT: duration('24h').describe('How long an approval waits; policy.deadline wins.'),
  RELAY_MAX_CYCLES: count(256).describe(
    'Cycles that work at once; more wait by priority. Raise it with the number of workers (about 250 each).',
  ),
  COALESCE_WINDOW: duration('2s').describe('How long events of one subject are gathered; 0s: no waiting.'),
  SWEEP_EVERY: every('10m', '10s').describe(
    'How often the vendors are searched for changes that no webhook told of; 0: never.',
  ),
  LOG_LEVEL: choice(LOG_LEVELS, 'info').describe(`One of ${LOG_LEVELS.join(', ')}.`),
  LOG_FORMAT: z
    .enum(['json', 'pretty'], { error: wrongChoice(['json', 'pretty']) })
    .nullable()
    .default(null)
    .describe('json or pretty; default json, pretty on a terminal.'),
};

const CLAUDE = {
  ANTHROPIC_API_KEY: text().describe('Key of the Claude API. Secret.'),
  ANTHROPIC_BASE_URL: url('https://api.anthropic.com').describe('Default https://api.anthropic.com.'),
  ANTHROPIC_MODEL: z.string().default('claude-sonnet-5-5').describe('Model of ordinary decisions.'),
  ANTHROPIC_MODEL_TRIAGE: z.string().default('claude-haiku-5-5').describe('Model of quick sorting.'),
  ANTHROPIC_MODEL_HARD: z.string().default('claude-opus-5-5').describe('Model of hard questions.'),
};

const VENDORS = {
  VENDOR_PRIVATE_HOSTS: hosts().describe(
    'Hosts of vendors that may lead inside the network, with commas between: an own Jira behind a private address.',
  ),
  JIRA_BASE_URL: url('https://your-site.atlassian.net').describe('Your Jira site; needed with a token.'),
  JIRA_SITE_URL: url('https://your-site.atlassian.net').describe(
    'Where people open Jira, if JIRA_BASE_URL is the gateway api.atlassian.com; default JIRA_BASE_URL.',
  ),
  JIRA_DEPLOYMENT: z
    .enum(['cloud', 'data_center'], { error: wrongChoice(['cloud', 'data_center']) })
    .nullable()
    .default(null)
    .describe(
      'cloud or data_center (REST v2, PAT as Bearer); default by JIRA_BASE_URL: atlassian.net and this machine are Cloud.',
    ),
  ATLASSIAN_SERVICE_ACCOUNT_EMAIL: text().describe('With it the token is sent as Basic, without as Bearer.'),
  ATLASSIAN_SERVICE_ACCOUNT_TOKEN: text().describe('API token of the Jira service account. Secret.'),
  JIRA_WEBHOOK_SECRET: text().describe('Secret of the Jira webhook. Secret.'),
  JIRA_WEBHOOK_SECRET_PREVIOUS: text().describe('The one before, during a rotation. Secret.'),
  JIRA_BODY_LIMIT: byteSize('1MB', '25MB').describe(
    'Larger deliveries of Jira are refused and found by the sweep; default 5MB, at most 25MB.',
  ),
  JIRA_MCP_COMMAND: text().describe(
    'Command of an MCP server to read Jira through first. It gets the Jira site and token as variables.',
  ),
  JIRA_MCP_ENV: text().describe('Names of further variables that this command gets, with commas between.'),
  JIRA_MCP_URL: url('https://mcp.example.com/mcp').describe(
    'Instead of a command: URL of an MCP server (streamable HTTP) to read Jira through as well.',
  ),
  JIRA_MCP_USERNAME: text().describe('With it the token is sent as Basic, without as Bearer.'),
  JIRA_MCP_TOKEN: text().describe('Token for JIRA_MCP_URL; the one of Jira is never sent there. Secret.'),
  JIRA_MCP_TIMEOUT: between('3s', '100ms', '10s').describe(
    'How long a read waits for the MCP server; after that what REST told counts alone.',
  ),
  JIRA_MCP_TOOL_SHA256: sha256().describe(
    "The one accepted hash of the MCP server's tool; a warning names the hash of one that was refused.",
  ),
  BITBUCKET_BASE_URL: url('https://api.bitbucket.org/2.0').describe('Default https://api.bitbucket.org/2.0.'),
  BITBUCKET_USERNAME: text().describe('With it the token is sent as Basic, without as Bearer.'),
  BITBUCKET_TOKEN: text().describe('Access token. Secret.'),
  BITBUCKET_WEBHOOK_SECRET: text().describe('Secret of the Bitbucket webhook. Secret.'),
  BITBUCKET_WEBHOOK_SECRET_PREVIOUS: text().describe('The one before, during a rotation. Secret.'),
  SLACK_API_URL: url('https://slack.com/api').describe('Default https://slack.com/api.'),
  SLACK_BOT_TOKEN: text().describe('Bot token (xoxb-…). Secret.'),
  SLACK_SIGNING_SECRET: text().describe('Signing secret of the Slack app. Secret.'),
  SLACK_SIGNING_SECRET_PREVIOUS: text().describe('The one before, during a rotation. Secret.'),
};

const schema = z.object({ ...SERVER, ...TEMPORAL, ...BEHAVIOUR, ...CLAUDE, ...VENDORS });

/** The environment, checked, with defaults. */
export type Environment = z.output<typeof schema>;

/** One row of the documentation of the environment. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  /** Its value may also come from the file that `<NAME>_FILE` names. */
  readonly secret: boolean;
}

export const VARIABLES: readonly Variable[] = Object.entries(schema.shape).map(([name, shape]) => {
  const description = shape.description ?? '';
  return { name, description, secret: description.endsWith('Secret.') };
});

const SECRET_NAMES = VARIABLES.filter((variable) => variable.secret).map((variable) => variable.name);

/**
 * Reads and checks every variable. An empty value counts as unset; `<SECRET>_FILE` names a file that holds a secret.
 * @throws ConfigError one line that names every setting that is wrong.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): Environment {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const result = schema.safeParse({ ...given, ...readSecretFiles(given, SECRET_NAMES) });
  if (!result.success) {
    throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  }
  return result.data;
}
