import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { checkConfig } from '../../src/config/check.js';
import { ConfigError } from '../../src/config/config.js';
import { loadClientConfig, loadConfig, loadTokenConfig, serverUrl } from '../../src/config/load.js';

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'pm-agent-config-'));
});

function load(env: NodeJS.ProcessEnv) {
  // No profile of the person who runs the tests may reach in.
  return loadConfig({ TEMPORAL_CONFIG_FILE: join(cwd, 'none.toml'), ...env }, { cwd });
}

function messageOf(env: NodeJS.ProcessEnv): string {
  try {
    load(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

/** Everything a real Jira needs, as a base for what is wrong with one part. */
const REAL_JIRA = {
  JIRA_BASE_URL: 'https://acme.atlassian.net/',
  ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'token-1',
  JIRA_WEBHOOK_SECRET: 'secret-1',
};

const REAL_REST = {
  BITBUCKET_TOKEN: 'token-2',
  BITBUCKET_WEBHOOK_SECRET: 'secret-2',
  SLACK_BOT_TOKEN: 'xoxb-3',
  SLACK_SIGNING_SECRET: 'secret-3',
  ANTHROPIC_API_KEY: 'sk-ant-4',
};

describe('loadConfig with nothing set', () => {
  test('simulates every vendor and acts on it', () => {
    const config = load({});
    for (const vendor of ['jira', 'bitbucket', 'slack', 'claude'] as const) {
      expect(config[vendor]).toMatchObject({ sandboxed: true, acts: true });
    }
    expect(config.jira).toMatchObject({ baseUrl: 'http://127.0.0.1:8090/jira', token: 'sandbox' });
    expect(config.claude.baseUrl).toBe('http://127.0.0.1:8090/anthropic');
  });

  test("has the contract's defaults", () => {
    expect(load({})).toMatchObject({
      server: { host: '127.0.0.1', port: 8000, adminToken: null },
      dataDir: join(cwd, 'data'),
      inboxFile: join(cwd, 'data', 'inbox.db'),
      mirrorFile: join(cwd, 'data', 'pm-agent.db'),
      temporal: {
        address: '127.0.0.1:7233',
        external: false,
        namespace: 'default',
        taskQueue: 'pm-agent',
        devPort: 7233,
        uiPort: 8233,
      },
      agentMode: 'default',
      sandbox: { mode: 'auto', port: 8090, story: true, url: 'http://127.0.0.1:8090' },
      eventMaxAgeMs: 86_400_000,
      approvalTimeoutMs: 86_400_000,
      coalesceWindowMs: 2_000,
      sweepEveryMs: 600_000,
      claude: {
        models: { triage: 'claude-haiku-5-5', normal: 'claude-sonnet-5-5', hard: 'claude-opus-5-5' },
      },
    });
  });

  test('makes a webhook secret for each simulated source and keeps it', () => {
    const first = load({}).webhookSecrets;
    expect(first.jira).toHaveLength(1);
    expect(first.jira[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(load({}).webhookSecrets).toEqual(first);
  });

  test('counts an empty variable as unset', () => {
    expect(load({ PORT: '', ANTHROPIC_API_KEY: ' ' })).toMatchObject({
      server: { port: 8000 },
      claude: { sandboxed: true },
    });
  });
});

test('loadConfig reads whom to believe about addresses, and how large a delivery may be', () => {
  expect(load({})).toMatchObject({ trustedProxies: [], bodyLimits: {} });
  expect(
    load({ TRUSTED_PROXIES: ' 127.0.0.1, 10.0.0.0/8,,fd00::/8 ', JIRA_BODY_LIMIT: '25 MB' }),
  ).toMatchObject({
    trustedProxies: ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'],
    bodyLimits: { jira: 25 * 1024 * 1024 },
  });
});

describe('loadConfig refuses, in one line that names the setting,', () => {
  const cases: readonly (readonly [string, NodeJS.ProcessEnv, RegExp])[] = [
    ['a port that is none', { PORT: '80x' }, /^PORT: "80x" is not a port \(1-65535\)$/],
    ['port 0', { PORT: '0' }, /^PORT: /],
    ['a port above the last', { SANDBOX_PORT: '65536' }, /^SANDBOX_PORT: "65536" is not a port/],
    ['a dev port that is none', { TEMPORAL_DEV_PORT: 'x' }, /^TEMPORAL_DEV_PORT: /],
    [
      'a proxy that is no address',
      { TRUSTED_PROXIES: '127.0.0.1, caddy' },
      /^TRUSTED_PROXIES: "caddy" is neither an address nor a range/,
    ],
    ['a proxy cut short', { TRUSTED_PROXIES: '10' }, /^TRUSTED_PROXIES: "10"/],
    ['a range that is none', { TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES: "10\.0\.0\.0\/33"/],
    ['a proxy that is everybody', { TRUSTED_PROXIES: '0.0.0.0/0' }, /^TRUSTED_PROXIES: "0\.0\.0\.0\/0"/],
    ['a proxy that is everybody of IPv6', { TRUSTED_PROXIES: '::/0' }, /^TRUSTED_PROXIES: "::\/0"/],
    ['an open host without a token', { HOST: '0.0.0.0' }, /^HOST: .*PM_AGENT_ADMIN_TOKEN/],
    [
      'an unknown mode',
      { AGENT_MODE: 'prod' },
      /^AGENT_MODE: "prod" is not one of default, simulation, production$/,
    ],
    ['an unknown sandbox mode', { SANDBOX: 'yes' }, /^SANDBOX: "yes" is not one of auto, off, on$/],
    ['a story that is neither on nor off', { SANDBOX_STORY: '1' }, /^SANDBOX_STORY: /],
    ['a duration without a unit', { EVENT_MAX_AGE: '24' }, /^EVENT_MAX_AGE: "24" is not a duration/],
    [
      'a sweep without a pause',
      { SWEEP_EVERY: '5s' },
      /^SWEEP_EVERY: is shorter than 10s; write 10s or more, or 0 for never$/,
    ],
    ['a window that is no duration', { COALESCE_WINDOW: 'soon' }, /^COALESCE_WINDOW: /],
    ['a timeout that is no duration', { APPROVAL_TIMEOUT: '-1h' }, /^APPROVAL_TIMEOUT: /],
    ['a log level that is none', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL: "loud"/],
    ['a log format that is none', { LOG_FORMAT: 'xml' }, /^LOG_FORMAT: "xml" is not one of json, pretty$/],
    ['a switch that is none', { ALLOW_UNSIGNED_WEBHOOKS: 'maybe' }, /^ALLOW_UNSIGNED_WEBHOOKS: /],
    [
      'a base URL that is none',
      { JIRA_BASE_URL: 'acme.atlassian.net' },
      /^JIRA_BASE_URL: "acme.atlassian.net" is not a URL/,
    ],
    ['a base URL of another scheme', { SLACK_API_URL: 'ftp://slack.com' }, /^SLACK_API_URL: /],
    [
      'an address with a scheme',
      { TEMPORAL_ADDRESS: 'http://temporal:7233' },
      /^TEMPORAL_ADDRESS: .*host:port/,
    ],
    [
      'a client certificate that is not there',
      { TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere/a', TEMPORAL_TLS_CLIENT_KEY_PATH: '/nowhere/b' },
      /^TEMPORAL_\*: .*\/nowhere/,
    ],
    ['PostgreSQL', { DATABASE_URL: 'postgres://u:hidden@db/pm' }, /^DATABASE_URL: .*SQLite/],
    ['another database', { DATABASE_URL: 'mysql://db/pm' }, /^DATABASE_URL: not file:<path>/],
    ['a token without its site', { ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 't' }, /^JIRA_BASE_URL: missing/],
    [
      'a real source without a secret',
      { BITBUCKET_TOKEN: 't' },
      /^BITBUCKET_WEBHOOK_SECRET: missing.*ALLOW_UNSIGNED_WEBHOOKS/,
    ],
    ['a previous secret alone', { SLACK_SIGNING_SECRET_PREVIOUS: 's' }, /^SLACK_SIGNING_SECRET: missing/],
    [
      'missing credentials where nothing is simulated',
      { SANDBOX: 'off' },
      /^ATLASSIAN_SERVICE_ACCOUNT_TOKEN: missing/,
    ],
    [
      'a missing Claude key where nothing is simulated',
      { SANDBOX: 'off', ...REAL_JIRA, ...REAL_REST, ANTHROPIC_API_KEY: '' },
      /^ANTHROPIC_API_KEY: missing/,
    ],
    [
      'a configuration file that is not there',
      { PM_AGENT_CONFIG: 'other.yaml' },
      /^PM_AGENT_CONFIG: there is no file/,
    ],
    [
      'a secret file that is not there',
      { SLACK_BOT_TOKEN_FILE: '/nowhere' },
      /^SLACK_BOT_TOKEN_FILE: cannot read \/nowhere \(ENOENT\)/,
    ],
  ];

  test.each(cases)('%s', (_name, env, expected) => {
    const message = messageOf(env);
    expect(message).toMatch(expected);
    expect(message).not.toContain('\n');
  });

  test('nothing, and then nothing is written by who only looks; what is there is read', () => {
    expect(checkConfig({}, { cwd }).config?.webhookSecrets).toEqual({ jira: [], bitbucket: [], slack: [] });
    expect(existsSync(join(cwd, 'data'))).toBe(false);

    const made = load({}).webhookSecrets;

    expect(checkConfig({}, { cwd }).config?.webhookSecrets).toEqual(made);
  });

  test('wrong settings of every kind, all named in the same line and one by one', () => {
    const env = { SANDBOX: 'off', HOST: '0.0.0.0', DATABASE_URL: 'mysql://x', PM_AGENT_CONFIG: 'other.yaml' };
    const names = ['HOST', 'PM_AGENT_CONFIG', 'DATABASE_URL', 'SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET'];
    const message = messageOf(env);

    expect(names.filter((name) => !message.includes(`${name}: `))).toEqual([]);
    const checked = checkConfig(env, { cwd });
    expect(checked.config).toBeNull();
    expect(checked.problems?.join('; ')).toBe(message);
    expect(checked.problems?.length).toBe(10);
  });

  test('two wrong settings, both named in the same line', () => {
    expect(messageOf({ PORT: 'a', SANDBOX: 'b' })).toMatch(/PORT: .*; SANDBOX: |SANDBOX: .*; PORT: /);
  });

  test('and shows no password of a database URL', () => {
    expect(messageOf({ DATABASE_URL: 'postgres://u:hidden@db/pm' })).not.toContain('hidden');
  });

  test('a DATA_DIR that is a file', () => {
    writeFileSync(join(cwd, 'taken'), '');
    expect(messageOf({ DATA_DIR: 'taken' })).toMatch(/^DATA_DIR: cannot /);
  });

  test('an unknown key in pm-agent.yaml, with its line', () => {
    writeFileSync(join(cwd, 'pm-agent.yaml'), 'agent: { name: A }\npolicy:\n  rulez: []\n');
    expect(messageOf({})).toBe('pm-agent.yaml:3: policy.rulez: unknown key; did you mean "rules"?');
  });
});

describe('loadConfig with credentials', () => {
  test('speaks to the real vendor but does not write, unless AGENT_MODE=production', () => {
    expect(load(REAL_JIRA).jira).toMatchObject({
      baseUrl: 'https://acme.atlassian.net',
      token: 'token-1',
      sandboxed: false,
      acts: false,
    });
    expect(load({ ...REAL_JIRA, AGENT_MODE: 'production' }).jira.acts).toBe(true);
  });

  test.each([
    ['https://acme.atlassian.net', {}, 'cloud'],
    ['https://api.atlassian.com/ex/jira/1324a887', {}, 'cloud'],
    ['https://jira.acme.example/jira', {}, 'data_center'],
    ['http://127.0.0.1:8123', {}, 'cloud'],
    ['http://127.0.0.1:8123', { JIRA_DEPLOYMENT: 'data_center' }, 'data_center'],
    ['https://atlassian.net.acme.example', {}, 'data_center'],
    ['https://notatlassian.net', {}, 'data_center'],
    ['https://jira.acme.example', { JIRA_DEPLOYMENT: 'cloud' }, 'cloud'],
    ['https://acme.atlassian.net', { JIRA_DEPLOYMENT: 'data_center' }, 'data_center'],
  ])('speaks to %s as its host, or the setting, says (%j)', (JIRA_BASE_URL, env, deployment) => {
    expect(load({ ...REAL_JIRA, JIRA_BASE_URL, ...env }).jira.deployment).toBe(deployment);
  });

  test('knows which hosts may lead inside the network', () => {
    const hosts = load({ ...REAL_JIRA, VENDOR_PRIVATE_HOSTS: ' Jira.acme.example, other ' }).jira
      .privateHosts;

    expect(hosts).toEqual(['jira.acme.example', 'other']);
    expect(load({ SANDBOX_URL: 'http://sandbox:8090' }).jira.privateHosts).toEqual(['sandbox']);
    expect(messageOf({ VENDOR_PRIVATE_HOSTS: 'https://jira.acme.example' })).toMatch(
      /^VENDOR_PRIVATE_HOSTS: "https:\/\/jira.acme.example" is no host/,
    );
  });

  test('still simulates the others', () => {
    const config = load(REAL_JIRA);
    expect(config.bitbucket.sandboxed).toBe(true);
    expect(config.webhookSecrets.jira).toEqual(['secret-1']);
    expect(config.webhookSecrets.bitbucket[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('writes to nobody in simulation, the sandbox included', () => {
    const config = load({ AGENT_MODE: 'simulation' });
    expect([config.jira.acts, config.bitbucket.acts, config.slack.acts]).toEqual([false, false, false]);
  });

  test('never sends a real token to the sandbox with SANDBOX=on', () => {
    const config = load({ ...REAL_JIRA, ...REAL_REST, SANDBOX: 'on' });
    expect(config.jira).toMatchObject({
      sandboxed: true,
      token: 'sandbox',
      baseUrl: 'http://127.0.0.1:8090/jira',
    });
    expect(config.slack.botToken).toBe('sandbox');
    expect(config.claude.apiKey).toBe('sandbox');
  });

  test('runs without the sandbox where everything is given', () => {
    const config = load({ ...REAL_JIRA, ...REAL_REST, SANDBOX: 'off' });
    expect(config.bitbucket.baseUrl).toBe('https://api.bitbucket.org/2.0');
    expect(config.slack.baseUrl).toBe('https://slack.com/api');
    expect(config.claude.baseUrl).toBe('https://api.anthropic.com');
  });

  test('keeps the previous secret behind the current one during a rotation', () => {
    const env = { ...REAL_JIRA, JIRA_WEBHOOK_SECRET_PREVIOUS: 'secret-0' };
    expect(load(env).webhookSecrets.jira).toEqual(['secret-1', 'secret-0']);
  });

  test('uses a webhook secret as given for a simulated source', () => {
    const config = load({ JIRA_WEBHOOK_SECRET: 'mine' });
    expect(config.jira.sandboxed).toBe(true);
    expect(config.webhookSecrets.jira).toEqual(['mine']);
  });

  test('takes unsigned deliveries only when told to', () => {
    const config = load({ BITBUCKET_TOKEN: 't', ALLOW_UNSIGNED_WEBHOOKS: 'true' });
    expect(config.allowUnsignedWebhooks).toBe(true);
    expect(config.webhookSecrets.bitbucket).toEqual([]);
  });

  test('reads a secret from a file, without its newline', () => {
    writeFileSync(join(cwd, 'key'), 'sk-ant-file\n');
    expect(load({ ANTHROPIC_API_KEY_FILE: join(cwd, 'key') }).claude.apiKey).toBe('sk-ant-file');
  });

  test('refuses a secret given both ways', () => {
    writeFileSync(join(cwd, 'key'), 'a');
    const env = { ANTHROPIC_API_KEY: 'b', ANTHROPIC_API_KEY_FILE: join(cwd, 'key') };
    expect(messageOf(env)).toMatch(/^ANTHROPIC_API_KEY: also given/);
  });
});

describe('base URLs of simulated vendors', () => {
  test('follow an explicit URL on this machine', () => {
    const config = load({
      JIRA_BASE_URL: 'http://127.0.0.1:9999/jira/',
      ANTHROPIC_BASE_URL: 'http://localhost:9998',
    });
    expect(config.jira).toMatchObject({ baseUrl: 'http://127.0.0.1:9999/jira', sandboxed: true });
    expect(config.claude.baseUrl).toBe('http://localhost:9998');
  });

  test('never lead to a real site without credentials', () => {
    expect(load({ JIRA_BASE_URL: 'https://acme.atlassian.net' }).jira.baseUrl).toBe(
      'http://127.0.0.1:8090/jira',
    );
  });

  test('follow SANDBOX_PORT and SANDBOX_URL', () => {
    expect(load({ SANDBOX_PORT: '8191' }).slack.baseUrl).toBe('http://127.0.0.1:8191/slack');
    expect(load({ SANDBOX_URL: 'http://sandbox:8090' }).slack.baseUrl).toBe('http://sandbox:8090/slack');
  });
});

describe('other settings', () => {
  test('an address makes the Temporal server external', () => {
    const { temporal } = load({
      TEMPORAL_ADDRESS: 'temporal.internal:7233',
      TEMPORAL_NAMESPACE: 'pm',
      TEMPORAL_API_KEY: 'k',
    });
    expect(temporal).toMatchObject({ address: 'temporal.internal:7233', external: true, namespace: 'pm' });
    expect(temporal.connectionOptions).toMatchObject({ address: 'temporal.internal:7233', apiKey: 'k' });
  });

  test('SWEEP_EVERY=0 is never, ten seconds the shortest', () => {
    expect(load({ SWEEP_EVERY: '0' }).sweepEveryMs).toBeNull();
    expect(load({ SWEEP_EVERY: '10s' }).sweepEveryMs).toBe(10_000);
  });

  test('EVENT_MAX_AGE=0 is no limit, COALESCE_WINDOW=0s no waiting', () => {
    expect(load({ EVENT_MAX_AGE: '0', COALESCE_WINDOW: '0s' })).toMatchObject({
      eventMaxAgeMs: null,
      coalesceWindowMs: 0,
    });
  });

  test.each([
    ['file:./db/mirror.db', (base: string) => join(base, 'db', 'mirror.db')],
    ['file:/var/lib/pm/mirror.db', () => '/var/lib/pm/mirror.db'],
    ['file:///var/lib/pm/mirror.db', () => '/var/lib/pm/mirror.db'],
  ])('DATABASE_URL %s is a path', (url, expected) => {
    expect(load({ DATABASE_URL: url }).mirrorFile).toBe(expected(cwd));
  });

  test('an open host is accepted with a token', () => {
    expect(load({ HOST: '0.0.0.0', PM_AGENT_ADMIN_TOKEN: 'long' }).server).toMatchObject({
      host: '0.0.0.0',
      adminToken: 'long',
    });
  });

  test('an open host is accepted where a file of tokens is there for the API to look into', () => {
    mkdirSync(join(cwd, 'data'));
    writeFileSync(join(cwd, 'data', 'operators.db'), '');

    expect(load({ HOST: '0.0.0.0' }).operatorsFile).toBe(join(cwd, 'data', 'operators.db'));
  });

  test('where people reach the API is only what somebody said', () => {
    expect(load({}).publicUrl).toBeNull();
    expect(load({ PM_AGENT_URL: 'https://pm.example.com/' }).publicUrl).toBe('https://pm.example.com');
  });

  test('tokens can be managed before anything else is configured', () => {
    writeFileSync(join(cwd, 'pm-agent.yaml'), 'people:\n  - { id: a, name: A }\n');
    const config = loadTokenConfig({ HOST: '0.0.0.0', SANDBOX: 'off', DATA_DIR: 'd' }, { cwd });

    expect(config).toMatchObject({
      operatorsFile: join(cwd, 'd', 'operators.db'),
      inboxFile: join(cwd, 'd', 'inbox.db'),
      people: [{ id: 'a' }],
    });
  });

  test('the command line takes the first operator’s token to its own machine, and nowhere else', () => {
    const env = { PM_AGENT_ADMIN_TOKEN: 'first' };

    expect(loadClientConfig(env).token).toBe('first');
    expect(loadClientConfig({ ...env, HOST: '0.0.0.0' }).token).toBe('first');
    expect(loadClientConfig({ ...env, PM_AGENT_TOKEN: 'mine' }).token).toBe('mine');
    expect(loadClientConfig({ ...env, PM_AGENT_URL: 'https://pm.example.com' }).token).toBeNull();
  });

  test('the command line needs no vendor credentials', () => {
    expect(loadClientConfig({ SANDBOX: 'off', PORT: '8001', PM_AGENT_TOKEN: 't' })).toEqual({
      url: 'http://127.0.0.1:8001',
      token: 't',
    });
    expect(loadClientConfig({ PM_AGENT_URL: 'https://pm.example.com/' }).url).toBe('https://pm.example.com');
  });

  test('a server that listens everywhere is reached over loopback', () => {
    expect(serverUrl('0.0.0.0', 80)).toBe('http://127.0.0.1:80');
    expect(serverUrl('::1', 80)).toBe('http://[::1]:80');
  });
});
