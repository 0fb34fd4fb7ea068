import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAgentFile } from './agent-file.js';
import { type AgentFile, type Config, ConfigError } from './config.js';
import { type Environment, readEnvironment } from './environment.js';
import { resolveJiraMcp } from './jira-mcp.js';
import { isLoopbackHost, isLoopbackUrl } from './loopback.js';
import { resolveTemporal } from './temporal.js';
import { together } from './together.js';
import { resolveVendors, sandboxedVendors } from './vendors.js';
import { readVersion } from './version.js';
import { checkWebhookSecrets, resolveWebhookSecrets } from './webhook-doors.js';
import { generatedSecrets, generatedSecretsIfMade } from './webhook-secrets.js';

export interface LoadOptions {
  /** What relative paths start from; default the working directory. */
  readonly cwd?: string;
  /** Writes nothing: secrets that were not made yet are missing from the answer. */
  readonly onlyLook?: boolean;
}

/**
 * The configuration of every process, from the environment and pm-agent.yaml. Writes one file where it is missing:
 * `DATA_DIR/secrets.json`, for simulated sources.
 * @throws ConfigError one line that names each setting that is wrong and what to do.
 */
export function loadConfig(env: NodeJS.ProcessEnv, options: LoadOptions = {}): Config {
  const cwd = options.cwd ?? process.cwd();
  const checked = readEnvironment(env);
  const dataDir = resolve(cwd, checked.DATA_DIR);
  const operatorsFile = operatorsFileIn(dataDir);
  const sandboxUrl = checked.SANDBOX_URL ?? `http://127.0.0.1:${checked.SANDBOX_PORT}`;
  const [, file, temporal, mirrorFile, vendors] = together(
    () => refuseOpenServer(checked, operatorsFile),
    () => agentFileOf(checked, cwd),
    () => resolveTemporal(env, checked),
    () => mirrorFileOf(checked.DATABASE_URL, dataDir, cwd),
    () => resolveVendors(checked, sandboxUrl),
    () => checkWebhookSecrets(checked, sandboxedVendors(checked)),
  );
  const generated = options.onlyLook === true ? generatedSecretsIfMade : generatedSecrets;
  return {
    version: readVersion(),
    server: { host: checked.HOST, port: checked.PORT, adminToken: checked.PM_AGENT_ADMIN_TOKEN },
    trustedProxies: checked.TRUSTED_PROXIES,
    publicUrl: checked.PM_AGENT_URL,
    dataDir,
    inboxFile: inboxFileIn(dataDir),
    mirrorFile,
    operatorsFile,
    sandboxFile: join(dataDir, 'sandbox.db'),
    temporal,
    agentMode: checked.AGENT_MODE,
    sandbox: {
      mode: checked.SANDBOX,
      port: checked.SANDBOX_PORT,
      host: checked.SANDBOX_HOST,
      story: checked.SANDBOX_STORY === 'on',
      url: sandboxUrl,
    },
    ...vendors,
    jira: {
      ...vendors.jira,
      mcp: resolveJiraMcp(checked, { env, jira: vendors.jira, sandboxUrl, dataDir }),
    },
    webhookSecrets: resolveWebhookSecrets(checked, () => generated(dataDir)),
    allowUnsignedWebhooks: checked.ALLOW_UNSIGNED_WEBHOOKS,
    bodyLimits: checked.JIRA_BODY_LIMIT === null ? {} : { jira: checked.JIRA_BODY_LIMIT },
    eventMaxAgeMs: checked.EVENT_MAX_AGE === 0 ? null : checked.EVENT_MAX_AGE,
    approvalTimeoutMs: checked.APPROVAL_TIMEOUT,
    coalesceWindowMs: checked.COALESCE_WINDOW,
    sweepEveryMs: checked.SWEEP_EVERY === 0 ? null : checked.SWEEP_EVERY,
    relayMaxCycles: checked.RELAY_MAX_CYCLES,
    log: logOf(checked),
    agentFilePath: agentFilePathOf(checked, cwd),
    file,
  };
}

/**
 * Where the command line finds the API, and with which token: the first operator's own on its own machine.
 * Needs no vendor credentials and no files.
 */
export interface ClientConfig {
  /** Without a trailing slash. */
  readonly url: string;
  readonly token: string | null;
}

/** @throws ConfigError one line that names the setting and what to do. */
export function loadClientConfig(env: NodeJS.ProcessEnv): ClientConfig {
  const checked = readEnvironment(env);
  const url = checked.PM_AGENT_URL ?? serverUrl(checked.HOST, checked.PORT);
  const ownToken = isLoopbackUrl(url) ? checked.PM_AGENT_ADMIN_TOKEN : null;
  return { url, token: checked.PM_AGENT_TOKEN ?? ownToken };
}

/** What `pm-agent token` needs: its file, the inbox that knows when a token was used, and the people. */
export interface TokenConfig {
  readonly operatorsFile: string;
  readonly inboxFile: string;
  readonly people: AgentFile['people'];
}

/**
 * Reads no credentials: a token can be made before anything else is configured, and where the API refuses to start
 * without one.
 * @throws ConfigError one line that names the setting and what to do.
 */
export function loadTokenConfig(env: NodeJS.ProcessEnv, options: { readonly cwd: string }): TokenConfig {
  const checked = readEnvironment(env);
  const dataDir = resolve(options.cwd, checked.DATA_DIR);
  return {
    operatorsFile: operatorsFileIn(dataDir),
    inboxFile: inboxFileIn(dataDir),
    people: agentFileOf(checked, options.cwd).people,
  };
}

/** What `pm-agent backup` and `restore` need: where the databases are, and whether the sweep refills what a restore lost. */
export interface StoreConfig {
  readonly version: string;
  readonly dataDir: string;
  readonly inboxFile: string;
  readonly mirrorFile: string;
  readonly operatorsFile: string;
  /** Null: never. */
  readonly sweepEveryMs: number | null;
}

/**
 * Reads no credentials and no pm-agent.yaml: what is damaged elsewhere must not keep anybody from a backup.
 * @throws ConfigError one line that names the setting and what to do.
 */
export function loadStoreConfig(env: NodeJS.ProcessEnv, options: { readonly cwd: string }): StoreConfig {
  const checked = readEnvironment(env);
  const dataDir = resolve(options.cwd, checked.DATA_DIR);
  return {
    version: readVersion(),
    dataDir,
    inboxFile: inboxFileIn(dataDir),
    mirrorFile: mirrorFileOf(checked.DATABASE_URL, dataDir, options.cwd),
    operatorsFile: operatorsFileIn(dataDir),
    sweepEveryMs: checked.SWEEP_EVERY === 0 ? null : checked.SWEEP_EVERY,
  };
}

/** The URL under which this machine reaches a server that listens on `host`. */
export function serverUrl(host: string, port: number): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function logOf(checked: Environment): Config['log'] {
  return {
    level: checked.LOG_LEVEL,
    format: checked.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json'),
  };
}

function agentFileOf(checked: Environment, cwd: string): AgentFile {
  return readAgentFile(
    agentFilePathOf(checked, cwd),
    checked.PM_AGENT_CONFIG === null ? null : 'PM_AGENT_CONFIG',
  );
}

function agentFilePathOf(checked: Environment, cwd: string): string {
  return resolve(cwd, checked.PM_AGENT_CONFIG ?? 'pm-agent.yaml');
}

function operatorsFileIn(dataDir: string): string {
  return join(dataDir, 'operators.db');
}

function inboxFileIn(dataDir: string): string {
  return join(dataDir, 'inbox.db');
}

/** Whether a file that is there holds a token that counts, the API looks up itself when it starts. */
function refuseOpenServer(checked: Environment, operatorsFile: string): void {
  if (checked.PM_AGENT_ADMIN_TOKEN === null && !existsSync(operatorsFile)) {
    refuseOpenHost(checked.HOST);
  }
}

/** @throws ConfigError where others than this machine could reach the API, which nobody has a token for. */
export function refuseOpenHost(host: string): void {
  if (!isLoopbackHost(host)) {
    throw new ConfigError(
      `HOST: "${host}" is reachable from outside and no token is configured; make one (pm-agent token create), set PM_AGENT_ADMIN_TOKEN, or HOST=127.0.0.1`,
    );
  }
}

function mirrorFileOf(url: string | null, dataDir: string, cwd: string): string {
  if (url === null) {
    return join(dataDir, 'pm-agent.db');
  }
  if (/^postgres(ql)?:/.test(url)) {
    throw new ConfigError(
      'DATABASE_URL: this version keeps its mirror in SQLite; write file:<path>, or unset it',
    );
  }
  const path = /^file:(.+)$/.exec(url)?.[1];
  if (path === undefined) {
    throw new ConfigError('DATABASE_URL: not file:<path> (for example file:./data/pm-agent.db)');
  }
  return path.startsWith('///') ? fileURLToPath(url) : resolve(cwd, path);
}
