/** F46: what cannot work ends within seconds with one line that names the setting; nothing half-started stays behind. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const PROGRAM = resolve(fileURLToPath(new URL('../../bin/pm-agent.mjs', import.meta.url)));

let folder: string;
let taken: Server;
let takenPort: number;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pm-agent-start-'));
  taken = createServer();
  await new Promise<void>((done) => {
    taken.listen(0, '127.0.0.1', done);
  });
  takenPort = (taken.address() as { port: number }).port;
});
afterEach(async () => {
  await new Promise((done) => taken.close(done));
  rmSync(folder, { recursive: true, force: true });
});

function start(
  role: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [PROGRAM, role], {
    cwd: folder,
    env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data'), TEMPORAL_ADDRESS: '127.0.0.1:1', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const chunks: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((done) =>
    child.once('exit', (code) => {
      clearTimeout(giveUp);
      done({ code, said: chunks.join('') });
    }),
  );
}

/** A folder that nobody can make anything in, the superuser included: it is a file. */
function blockedFolder(): string {
  const path = join(folder, 'blocked');
  writeFileSync(path, '');
  chmodSync(path, 0o400);
  return join(path, 'data');
}

function configFile(text: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'pm-agent.yaml');
  writeFileSync(path, text);
  return path;
}

interface Row {
  readonly role: 'api' | 'worker';
  readonly env: () => NodeJS.ProcessEnv;
  readonly names: RegExp;
  /** Several settings are wrong, each on a line of its own. */
  readonly settings?: number;
}

const ROWS: readonly (readonly [name: string, row: Row])[] = [
  [
    'a port in use',
    { role: 'api', env: () => ({ PORT: String(takenPort) }), names: /PORT: \d+ is already in use/ },
  ],
  [
    'a port that is none',
    { role: 'api', env: () => ({ PORT: '99999' }), names: /PORT: "99999" is not a port/ },
  ],
  [
    'a configuration with an unknown key',
    {
      role: 'api',
      env: () => ({ PM_AGENT_CONFIG: configFile('polizy: {}\n') }),
      names: /pm-agent\.yaml:1.*polizy/,
    },
  ],
  [
    'a configuration that is not YAML',
    { role: 'worker', env: () => ({ PM_AGENT_CONFIG: configFile('teams: [') }), names: /pm-agent\.yaml:1/ },
  ],
  [
    'a configuration file that is not there',
    { role: 'worker', env: () => ({ PM_AGENT_CONFIG: join(folder, 'none.yaml') }), names: /PM_AGENT_CONFIG/ },
  ],
  [
    'a vendor with a token and without a webhook secret',
    {
      role: 'api',
      env: () => ({ JIRA_BASE_URL: 'https://acme.atlassian.net', ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'x' }),
      names: /JIRA_WEBHOOK_SECRET/,
    },
  ],
  [
    'a missing credential',
    {
      role: 'worker',
      env: () => ({
        SANDBOX: 'off',
        ANTHROPIC_API_KEY: 'x',
        JIRA_BASE_URL: 'https://acme.atlassian.net',
        ATLASSIAN_SERVICE_ACCOUNT_TOKEN: 'x',
        JIRA_WEBHOOK_SECRET: 'x',
        BITBUCKET_TOKEN: 'x',
        BITBUCKET_WEBHOOK_SECRET: 'x',
        SLACK_SIGNING_SECRET: 'x',
      }),
      names: /SLACK_BOT_TOKEN: missing, and SANDBOX=off simulates nothing/,
    },
  ],
  [
    'all credentials missing',
    { role: 'worker', env: () => ({ SANDBOX: 'off' }), names: /7 settings are wrong:/, settings: 7 },
  ],
  [
    'a database folder that cannot be made',
    { role: 'api', env: () => ({ DATA_DIR: blockedFolder() }), names: /DATA_DIR/ },
  ],
  [
    'another host without a token',
    { role: 'api', env: () => ({ HOST: '0.0.0.0', PORT: '0' }), names: /HOST|PORT/ },
  ],
];

test.each(ROWS)('F46: %s', async (_name, { role, env, names, settings }) => {
  const { code, said } = await start(role, env());

  expect(code).toBe(1);
  const [first, ...further] = said.trim().split('\n');
  expect(further).toHaveLength(settings ?? 0);
  expect(further.every((line) => /^[A-Z_]+: \S/.test(line))).toBe(true);
  expect(first).toMatch(/^pm-agent: /);
  expect(said).toMatch(names);
  expect(said).not.toMatch(/\bat .*\.js:\d+/);
});
