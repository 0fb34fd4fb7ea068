/** What the doctor says of an installation that is well, and with each thing broken in turn. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { judgeFreeSpace } from '../../src/doctor/checks/disk-space.js';
import { checkNodeVersion } from '../../src/doctor/checks/node-version.js';
import { CHECKS } from '../../src/doctor/index.js';
import { openInbox } from '../../src/inbox/store.js';
import { SLACK_SCOPES } from '../../src/integrations/slack/scopes.js';
import { pmAgent } from '../cli/support.js';
import { openMirrorFile } from '../support/mirror-file.js';
import { quietLog } from '../support/quiet-log.js';
import { type Stack, startStack } from '../support/stack.js';
import { answering, doctor, lonelyEnv, temporaryFolder } from './support.js';

const SECRETS = {
  JIRA_WEBHOOK_SECRET: 'a-long-enough-secret',
  BITBUCKET_WEBHOOK_SECRET: 'a-long-enough-secret',
  SLACK_SIGNING_SECRET: 'a-long-enough-secret',
};

describe('an installation that runs', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  }, 120_000);
  afterAll(() => stack.dispose());

  test('is well: every check is ok, and the exit code 0', async () => {
    const seen = await doctor(stack.env);

    expect(seen.checks.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(seen).toMatchObject({ code: 0, ok: true, leftOut: [] });
    expect(seen.checks.map(({ name }) => name)).toEqual([
      'node',
      'configuration',
      ...CHECKS.map(({ name }) => name),
    ]);
  }, 30_000);

  test('is told in one line a check, and a sum', async () => {
    const { code, out } = await pmAgent(['doctor'], stack.env);

    expect(code).toBe(0);
    expect(out).toMatch(/^ok {4}api +http:\/\/127\.0\.0\.1:\d+ is ready$/m);
    expect(out).toMatch(/^ok {4}slack +simulated: .* knows us as /m);
    expect(out).toMatch(/^ok {4}clock +\d s (behind|ahead of) 127\.0\.0\.1:\d+$/m);
    expect(out.trim().split('\n').at(-1)).toBe(`${CHECKS.length + 2} ok, 0 to look at, 0 to correct`);
  }, 30_000);

  test.each([
    ['TEMPORAL_NAMESPACE', 'nowhere', 'temporal', 'fail', /has no namespace "nowhere"/],
    ['TEMPORAL_TASK_QUEUE', 'another', 'worker', 'warn', /none polls the task queue another/],
    ['SANDBOX_URL', 'http://127.0.0.1:1', 'jira', 'fail', /the sandbox does not answer/],
    ['PM_AGENT_URL', 'http://127.0.0.1:1', 'api', 'fail', /nothing answers at http:\/\/127\.0\.0\.1:1/],
  ])(
    '%s=%s is found',
    async (name, value, check, status, message) => {
      const seen = await doctor({ ...stack.env, [name]: value });

      expect(seen.of(check)).toMatchObject({ status, message: expect.stringMatching(message) });
      expect(seen.of(check).advice).not.toBeNull();
      expect(seen.code).toBe(status === 'fail' ? 1 : 0);
    },
    30_000,
  );

  test('whose API does not know the command line says so', async () => {
    await pmAgent(['token', 'create', '--name', 'first'], stack.env);

    const seen = await doctor(stack.env);

    expect(seen.of('api')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('it does not let this command line in'),
      advice: expect.stringContaining('PM_AGENT_TOKEN'),
    });
    expect(seen.code).toBe(0);
  }, 30_000);
});

describe('before the first start', () => {
  test('--offline asks nobody, writes nothing, and is well', async () => {
    const folder = temporaryFolder();
    const env = lonelyEnv(folder);

    const seen = await doctor(env, { args: ['--offline'] });

    expect(seen).toMatchObject({ code: 0, ok: true });
    expect(seen.leftOut).toEqual(CHECKS.filter(({ asksOthers }) => asksOthers).map(({ name }) => name));
    expect(existsSync(String(env.DATA_DIR))).toBe(false);
  });

  test('everything that should run and does not is named, each with what to do', async () => {
    const seen = await doctor(lonelyEnv(temporaryFolder()));

    const failed = seen.checks.filter(({ status }) => status === 'fail');
    expect(failed.map(({ name }) => name)).toEqual([
      'temporal',
      'api',
      'jira',
      'bitbucket',
      'slack',
      'claude',
    ]);
    expect(failed.every(({ advice }) => advice !== null)).toBe(true);
    expect(seen.of('temporal').message).toContain('ECONNREFUSED');
    expect(seen).toMatchObject({ code: 1, ok: false });
  }, 30_000);
});

describe('the configuration', () => {
  test('is told with everything that is wrong with it, and nothing else is looked at', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'pm-agent.yaml'), 'teams:\n  - { id: t, timezone: Nowhere }\npolici: {}\n');

    const seen = await doctor(
      { ...lonelyEnv(folder), SANDBOX: 'off', HOST: '0.0.0.0', DATABASE_URL: 'mysql://x' },
      { cwd: folder },
    );

    const { status, message } = seen.of('configuration');
    expect(status).toBe('fail');
    for (const name of [
      'HOST',
      'pm-agent.yaml:2',
      'pm-agent.yaml:3',
      'DATABASE_URL',
      'ATLASSIAN_SERVICE_ACCOUNT_TOKEN',
      'BITBUCKET_TOKEN',
      'SLACK_BOT_TOKEN',
      'ANTHROPIC_API_KEY',
      'JIRA_WEBHOOK_SECRET',
      'BITBUCKET_WEBHOOK_SECRET',
      'SLACK_SIGNING_SECRET',
    ]) {
      expect(message).toContain(name);
    }
    expect(message).toMatch(/^11 settings are wrong/);
    expect(seen.checks.map(({ name }) => name)).toEqual(['node', 'configuration']);
    expect(seen.leftOut).toHaveLength(CHECKS.length);
    expect(seen.code).toBe(1);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('with the gateway for scoped tokens, and no word of where people open Jira, is to be looked at', async () => {
    const gateway = {
      JIRA_BASE_URL: 'https://api.atlassian.com/ex/jira/1324a887',
      ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'any',
      JIRA_WEBHOOK_SECRET: 'any',
    };
    const env = { ...lonelyEnv(temporaryFolder()), ...gateway };
    const site = { JIRA_SITE_URL: 'https://acme.atlassian.net' };

    const seen = await doctor(env, { args: ['--offline'] });
    const told = await doctor({ ...env, ...site }, { args: ['--offline'] });

    expect(seen.of('configuration')).toMatchObject({
      status: 'warn',
      advice: expect.stringContaining('JIRA_SITE_URL'),
    });
    expect(told.of('configuration')).toMatchObject({ status: 'ok' });
  });

  test('with a rule that never fires is to be looked at', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, 'pm-agent.yaml'),
      'policy:\n  rules:\n    - { name: all, when: {}, verdict: ask }\n    - { name: x, when: { action: jira.comment }, verdict: auto }\n',
    );

    const seen = await doctor(lonelyEnv(folder), { cwd: folder, args: ['--offline'] });

    expect(seen.of('configuration')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('never fires'),
    });
  });
});

describe('this machine', () => {
  test.each([
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
    ['20.18.9', 'fail'],
    ['18.20.0', 'fail'],
  ])('Node %s is %s', (version, status) => {
    expect(checkNodeVersion(version).status).toBe(status);
  });

  test.each([
    [70_000, 'ok'],
    [1_024, 'ok'],
    [1_023, 'warn'],
    [128, 'warn'],
    [127, 'fail'],
  ])('%d MB of free space are %s', (free, status) => {
    expect(judgeFreeSpace(free).status).toBe(status);
  });

  test('a data folder that cannot be made is found', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');

    const seen = await doctor(
      { ...lonelyEnv(folder), ...SECRETS, DATA_DIR: join(folder, 'file', 'data') },
      { args: ['--offline'] },
    );

    expect(seen.of('data folder')).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('ENOTDIR'),
    });
    expect(seen.code).toBe(1);
  });
});

test('calls that the worker holds back are told with the vendor, since when and why', async () => {
  const env = lonelyEnv(temporaryFolder());
  const told = async () => (await doctor(env, { args: ['--offline'] })).of('held-back calls');
  const mirror = openMirrorFile(join(String(env.DATA_DIR), 'pm-agent.db'));
  expect(await told()).toMatchObject({ status: 'ok' });

  const at = '2026-11-23T10:00:00.000Z';
  mirror
    .prepare(
      "INSERT INTO circuits (target, kind, message, opened_at, alerted_at) VALUES ('jira', 'auth', 'bad token', ?, ?)",
    )
    .run(at, at);

  expect(await told()).toMatchObject({
    status: 'warn',
    message: 'calls are held back: jira since 2026-11-23T10:00:00.000Z (bad token)',
  });
  mirror.close();
});

describe('a pause', () => {
  test('is told with who, since when, why, and what ends it', async () => {
    const env = lonelyEnv(temporaryFolder());
    const told = async () => (await doctor(env, { args: ['--offline'] })).of('pause');
    expect(await told()).toMatchObject({ status: 'ok', advice: null });
    const inbox = openInbox({ file: join(String(env.DATA_DIR), 'inbox.db'), log: quietLog });
    const at = '2026-11-23T10:00:00.000Z';
    const note = (kind: 'agent.paused' | 'agent.resumed') => ({
      id: kind,
      cycleId: 'pause',
      at,
      kind,
      actor: 'lead-1',
      data: {},
    });
    expect(await told()).toMatchObject({ status: 'ok' });

    const by = { since: at, by: 'lead-1', byName: 'Ana Lindqvist' };
    await inbox.pauses.begin({ ...by, reason: 'wrong\nproject' }, note('agent.paused'));

    expect(await told()).toEqual({
      name: 'pause',
      status: 'warn',
      message: `no effect leaves: paused by Ana Lindqvist at ${at} (wrong project)`,
      advice: expect.stringContaining('npx pm-agent resume'),
    });
    await inbox.pauses.end(note('agent.resumed'));
    expect((await told()).status).toBe('ok');
    inbox.close();
  });
});

describe('a database', () => {
  function withInbox(): { readonly env: NodeJS.ProcessEnv; readonly file: string } {
    const env = lonelyEnv(temporaryFolder());
    const file = join(String(env.DATA_DIR), 'inbox.db');
    openInbox({ file, log: quietLog }).close();
    return { env, file };
  }

  async function finding(env: NodeJS.ProcessEnv) {
    return (await doctor(env, { args: ['--offline'] })).of('database inbox');
  }

  test('that is whole is ok, and stays byte for byte what it was', async () => {
    const { env, file } = withInbox();
    const before = readFileSync(file);

    expect(await finding(env)).toMatchObject({
      status: 'ok',
      message: expect.stringMatching(/is whole, schema \d/),
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test('that another process writes to is looked at beside it', async () => {
    const { env, file } = withInbox();
    const writer = openInbox({ file, log: quietLog });

    expect((await finding(env)).status).toBe('ok');
    writer.close();
  });

  test('that is damaged is found, with the way back', async () => {
    const { env, file } = withInbox();
    const database = new Database(file);
    database.exec('CREATE TABLE junk AS SELECT zeroblob(3000) FROM schema_migrations, schema_migrations');
    database.close();
    const bytes = readFileSync(file);
    // Far from everything that is read to learn the schema: only the check of all pages finds it.
    bytes.fill(0xa5, bytes.length - 4_096, bytes.length - 3_000);
    writeFileSync(file, bytes);

    expect(await finding(env)).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('is damaged'),
      advice: expect.stringContaining('pm-agent restore'),
    });
  });

  test('that a newer version wrote is found', async () => {
    const { env, file } = withInbox();
    const database = new Database(file);
    database.exec(`INSERT INTO schema_migrations VALUES (999, 'from the future', '2030-01-01')`);
    database.close();

    expect(await finding(env)).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('version 999'),
      advice: expect.stringContaining('Update pm-agent'),
    });
  });

  test('that belongs to somebody else is found', async () => {
    const { env, file } = withInbox();
    copyFileSync(file, join(String(env.DATA_DIR), 'operators.db'));

    const seen = await doctor(env, { args: ['--offline'] });

    expect(seen.of('database operators').status).toBe('fail');
    expect(seen.of('database inbox').status).toBe('ok');
  });
});

describe('Temporal', () => {
  test('that forgets histories early is to be looked at', async () => {
    const address = process.env.TEST_TEMPORAL_ADDRESS ?? '';

    const seen = await doctor({ ...lonelyEnv(temporaryFolder()), TEMPORAL_ADDRESS: address });

    expect(seen.of('temporal')).toMatchObject({
      status: 'warn',
      message: expect.stringMatching(/histories expire after \d+ days/),
    });
  }, 30_000);
});

describe('the API', () => {
  const READY = { status: 'ok', checks: { database: 'ok', temporal: 'ok', worker: 'ok' } };
  const VERSION = JSON.parse(readFileSync('package.json', 'utf8')).version as string;
  const well = {
    'GET /ready': { body: READY },
    'GET /': { body: { name: 'pm-agent', version: VERSION } },
    'GET /api/approvals': { body: { items: [] } },
  };

  async function finding(answers: Parameters<typeof answering>[0]) {
    const seen = await doctor({
      ...lonelyEnv(temporaryFolder()),
      PM_AGENT_URL: await answering({ ...well, ...answers }),
    });
    return seen.of('api');
  }

  test.each([
    ['something else', { 'GET /ready': { status: 404, body: 'nginx' } }, 'fail', /is not pm-agent/],
    [
      'a database that cannot be written',
      { 'GET /ready': { status: 503, body: { ...READY, status: 'degraded' } } },
      'fail',
      /cannot write its database/,
    ],
    [
      'what is degraded',
      { 'GET /ready': { body: { status: 'degraded', checks: { ...READY.checks, worker: 'degraded' } } } },
      'warn',
      /worker is degraded/,
    ],
    ['another version', { 'GET /': { body: { version: '0.0.7' } } }, 'warn', /it runs version 0\.0\.7/],
    ['nothing but well', {}, 'ok', /is ready$/],
  ])('with %s is told', async (_name, answers, status, message) => {
    expect(await finding(answers)).toMatchObject({ status, message: expect.stringMatching(message) });
  });
});

describe('a real vendor', () => {
  const TOKEN = 'canary-token-of-a-vendor';

  /** A check with all four vendors at one server that answers so. */
  async function finding(
    check: string,
    answers: Parameters<typeof answering>[0],
    yaml = '',
    more: NodeJS.ProcessEnv = {},
  ) {
    const url = await answering(answers);
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'pm-agent.yaml'), yaml);
    const seen = await doctor(
      {
        ...lonelyEnv(temporaryFolder()),
        ...SECRETS,
        JIRA_BASE_URL: url,
        ATLASSIAN_SERVICE_ACCOUNT_TOKEN: TOKEN,
        BITBUCKET_BASE_URL: url,
        BITBUCKET_TOKEN: TOKEN,
        SLACK_API_URL: url,
        SLACK_BOT_TOKEN: TOKEN,
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: TOKEN,
        ...more,
      },
      { cwd },
    );
    expect(seen.text).not.toContain(TOKEN);
    expect(seen.text).not.toContain(SECRETS.JIRA_WEBHOOK_SECRET);
    return seen.of(check);
  }

  const AUTH_TEST = { ok: true, user_id: 'U0BOT', user: 'pm', team_id: 'T0ACME' };
  const ALL_SCOPES = Object.keys(SLACK_SCOPES).join(',');
  const TEAM = 'teams:\n  - { id: t, bitbucket: { repositories: [acme/pay-api] } }\n';

  test.each([
    [
      'jira',
      'GET /rest/api/3/myself',
      { body: { accountId: 'a', displayName: 'PM Agent' } },
      /knows us as PM Agent/,
    ],
    ['bitbucket', 'GET /user', { body: { uuid: '{a}', display_name: 'PM Agent' } }, /knows us as PM Agent/],
    [
      'slack',
      'POST /auth.test',
      { body: AUTH_TEST, headers: { 'x-oauth-scopes': ALL_SCOPES } },
      /as pm in T0ACME$/,
    ],
    ['claude', 'GET *', { body: { type: 'model', id: 'm' } }, /takes the key/],
  ])('%s with credentials that count is ok', async (check, path, answer, message) => {
    expect(await finding(check, { [path]: answer })).toMatchObject({
      status: 'ok',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['jira', 'GET /rest/api/3/myself', { status: 401 }, 'ATLASSIAN_SERVICE_ACCOUNT_TOKEN'],
    ['bitbucket', 'GET /user', { status: 401 }, 'BITBUCKET_TOKEN'],
    ['slack', 'POST /auth.test', { body: { ok: false, error: 'invalid_auth' } }, 'SLACK_BOT_TOKEN'],
    [
      'claude',
      'GET *',
      { status: 401, body: { type: 'error', error: { type: 'authentication_error', message: 'no' } } },
      'ANTHROPIC_API_KEY',
    ],
  ])('%s that refuses the credentials fails, with the setting', async (check, path, answer, setting) => {
    expect(await finding(check, { [path]: answer })).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('the credentials are refused'),
      advice: expect.stringContaining(setting),
    });
  });

  test.each([
    ['jira', 'GET /rest/api/3/myself', 'JIRA_BASE_URL'],
    ['bitbucket', 'GET /user', 'BITBUCKET_BASE_URL'],
    ['slack', 'POST /auth.test', 'SLACK_API_URL'],
    ['claude', 'GET *', 'ANTHROPIC_BASE_URL'],
  ])('%s that is away fails, with its address', async (check, path, setting) => {
    expect(await finding(check, { [path]: { status: 503 } })).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('could not be asked'),
      advice: expect.stringContaining(setting),
    });
  });

  test('that asks for patience is no fault', async () => {
    const answer = { status: 429, headers: { 'retry-after': '1' } };

    expect(await finding('jira', { 'GET /rest/api/3/myself': answer })).toMatchObject({ status: 'warn' });
  });

  test('Slack without a scope says which', async () => {
    const scopes = ALL_SCOPES.replace('im:write,', '');

    expect(
      await finding('slack', {
        'POST /auth.test': { body: AUTH_TEST, headers: { 'x-oauth-scopes': scopes } },
      }),
    ).toMatchObject({ status: 'warn', message: expect.stringContaining('scopes are missing: im:write') });
  });

  test('Bitbucket whose token may not say who it is, is tried on a repository of a team', async () => {
    const answers = {
      'GET /user': { status: 403 },
      'GET /repositories/acme/pay-api': { body: { full_name: 'acme/pay-api', mainbranch: { name: 'main' } } },
    };

    expect(await finding('bitbucket', answers, TEAM)).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('lets us read acme/pay-api'),
    });
    expect(await finding('bitbucket', answers)).toMatchObject({ status: 'warn' });
    expect(await finding('bitbucket', { 'GET /user': { status: 403 } }, TEAM)).toMatchObject({
      status: 'fail',
    });
  });

  test('Claude with a model of which no price is known says how its calls count', async () => {
    const known = { 'GET *': { body: { type: 'model', id: 'm' } } };
    const env = { ANTHROPIC_MODEL: 'somebody-elses' };
    const prices = 'prices: { somebody-elses: { input: 1, output: 2 } }';

    expect(await finding('claude', known, undefined, env)).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('of somebody-elses no price is known'),
      advice: expect.stringContaining('prices'),
    });
    expect(await finding('claude', known, prices, env)).toMatchObject({ status: 'ok' });
  });

  test('Claude that does not know a model says which', async () => {
    expect(
      await finding('claude', {
        'GET /v1/models/claude-sonnet-5-5': { body: { type: 'model' } },
        'GET /v1/models/claude-haiku-5-5': { body: { type: 'model' } },
      }),
    ).toMatchObject({
      status: 'fail',
      message: expect.stringContaining('does not know the model claude-opus-5-5'),
    });
  });
});

describe('the clock', () => {
  async function finding(offMs: number, metrics = '') {
    const date = new Date(Date.now() - offMs).toUTCString();
    const vendor = await answering({ 'HEAD *': { headers: { date } }, 'HEAD /slack': { headers: { date } } });
    const api = await answering({ 'GET /metrics': { body: metrics } });
    const seen = await doctor({ ...lonelyEnv(temporaryFolder()), SANDBOX_URL: vendor, PM_AGENT_URL: api });
    return seen.of('clock');
  }

  test.each([
    [0, 'ok', /^[012] s /],
    [50_000, 'ok', /^(49|50|51) s ahead of 127/],
    [70_000, 'warn', /^(69|70|71) s ahead of 127/],
    [-70_000, 'warn', /^(69|70|71) s behind 127/],
    [600_000, 'fail', /^(599|600|601) s ahead of 127.*what Slack signs is refused/],
    [-600_000, 'fail', /^(599|600|601) s behind 127.*what Slack signs is refused/],
  ])('that is off by %d ms is %s', async (off, status, message) => {
    expect(await finding(off)).toMatchObject({ status, message: expect.stringMatching(message) });
  });

  test('that is right now, and was not when Slack asked, is to be looked at', async () => {
    const metrics = [
      'pm_agent_webhook_skew_rejects_total{source="jira"} 2',
      'pm_agent_webhook_skew_rejects_total{source="slack"} 40',
    ].join('\n');

    expect(await finding(0, metrics)).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('42 signed deliveries were turned away'),
      advice: expect.stringContaining('NTP'),
    });
  });
});

describe('webhook secrets', () => {
  async function finding(env: NodeJS.ProcessEnv) {
    return (await doctor({ ...lonelyEnv(temporaryFolder()), ...env }, { args: ['--offline'] })).of(
      'webhook secrets',
    );
  }

  test.each([
    ['short', { JIRA_WEBHOOK_SECRET: 'short' }, /JIRA_WEBHOOK_SECRET is shorter than 16 characters/],
    [
      'none at all',
      { ALLOW_UNSIGNED_WEBHOOKS: 'true' },
      /jira is taken unsigned; bitbucket is taken unsigned; slack/,
    ],
    [
      'two of them',
      { SLACK_SIGNING_SECRET: 'a-long-enough-secret', SLACK_SIGNING_SECRET_PREVIOUS: 'another-long-secret' },
      /SLACK_SIGNING_SECRET_PREVIOUS still counts/,
    ],
  ])('%s are to be looked at', async (_name, env, message) => {
    expect(await finding(env)).toMatchObject({ status: 'warn', message: expect.stringMatching(message) });
  });

  test('one for each source is ok', async () => {
    expect(await finding(SECRETS)).toMatchObject({
      status: 'ok',
      message: 'there is one for each source',
    });
  });
});

test('a check that breaks is a finding, and the others are made', async () => {
  const env = lonelyEnv(temporaryFolder());
  mkdirSync(join(String(env.DATA_DIR), 'inbox.db'), { recursive: true });

  const seen = await doctor(env, { args: ['--offline'] });

  expect(seen.of('database inbox').status).toBe('fail');
  expect(seen.of('database mirror').status).toBe('ok');
});
