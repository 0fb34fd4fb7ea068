import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const RUN_ROLE = pathToFileURL(join(process.cwd(), 'src', 'cli', 'run-role.ts')).href;
const MAIN = pathToFileURL(join(process.cwd(), 'src', 'cli', 'main.ts')).href;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
  }
});

interface Process {
  readonly child: ChildProcess;
  readonly pidFile: string;
  readonly ended: Promise<{ code: number | null; out: string }>;
  /** Resolves when this stands in the output. */
  readonly said: (text: string) => Promise<void>;
}

/** Node emits no `close` for a child whose channel the parent disconnected. */
function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
}

function endOf(stream: Readable | null): Promise<void> {
  return new Promise((resolve) => {
    stream?.once('end', () => resolve());
  });
}

/** A process that runs a fake role through `runRole`; `start` is the source of the role's start function. */
function role(start: string, supervised: boolean): Process {
  const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-role-'));
  const script = `
    const { runRole } = await import('${RUN_ROLE}');
    await import('${MAIN}');
    const io = { env: { TEMPORAL_CONFIG_FILE: '/nonexistent', LOG_FORMAT: 'json', PM_AGENT_SUPERVISED: '${supervised ? 1 : 0}' }, cwd: ${JSON.stringify(cwd)}, out: () => {}, err: () => {} };
    try { process.exitCode = await runRole('api', ${start}, io); } catch (error) { console.log(error.name + ' ' + error.message); process.exitCode = 1; }
    process.channel?.unref();
    setTimeout(() => process.exit(), 500).unref();`;
  const child = spawn(process.execPath, ['--import', TSX, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'pipe', ...(supervised ? ['ipc' as const] : [])],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  started.push(child);
  let out = '';
  const listeners: (() => void)[] = [];
  const collect = (chunk: Buffer) => {
    out += chunk.toString();
    listeners.forEach((listener) => listener());
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return {
    child,
    pidFile: join(cwd, 'data', 'run', 'api.pid'),
    ended: Promise.all([exitOf(child), endOf(child.stdout), endOf(child.stderr)]).then(([code]) => ({
      code,
      out,
    })),
    said: (text: string) =>
      new Promise((resolve) => {
        const look = () => {
          if (out.includes(text)) {
            resolve();
          }
        };
        listeners.push(look);
        look();
      }),
  };
}

const RUNS = `async () => { console.log('running'); const timer = setInterval(() => {}, 1000); return { close: async () => { clearInterval(timer); console.log('closed'); } }; }`;

test('a role writes its pid, closes at SIGTERM and exits 0 without its pid file', async () => {
  const { child, pidFile, ended, said } = role(RUNS, false);
  await said('running');
  expect(readFileSync(pidFile, 'utf8')).toBe(`${child.pid}\n`);
  child.kill('SIGTERM');
  const { code, out } = await ended;
  expect({ code, closed: out.includes('closed') }).toEqual({ code: 0, closed: true });
  expect(existsSync(pidFile)).toBe(false);
});

test('a role closes when its supervisor is gone', async () => {
  const { child, ended, said } = role(RUNS, true);
  await said('running');
  child.disconnect();
  const { code, out } = await ended;
  expect({ code, closed: out.includes('closed') }).toEqual({ code: 0, closed: true });
});

test('under a supervisor Ctrl-C is not the role’s to answer', async () => {
  const { child, ended, said } = role(RUNS, true);
  await said('running');
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect((await ended).out).toContain('"why":"signal"');
});

test('alone, Ctrl-C ends a role', async () => {
  const { child, ended, said } = role(RUNS, false);
  await said('running');
  child.kill('SIGINT');
  expect((await ended).code).toBe(0);
});

test('a role that ends by itself exits 1, so that it is started again', async () => {
  const { ended } = role('async () => ({ ended: Promise.resolve(), close: async () => {} })', false);
  expect((await ended).code).toBe(1);
});

test('a signal while the role is still starting ends it at once', async () => {
  const { child, ended, said } = role(
    "async () => { console.log('starting'); setInterval(() => {}, 1000); await new Promise(() => {}); }",
    false,
  );
  await said('starting');
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
});

test('a port in use is told as the setting, and the supervisor is told not to try again', async () => {
  const { child, ended } = role(
    "async () => { throw Object.assign(new Error('listen'), { code: 'EADDRINUSE' }); }",
    true,
  );
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const { code, out } = await ended;
  expect(code).toBe(1);
  expect(out).toMatch(/^ConfigError PORT: cannot listen on port 8000 \(EADDRINUSE\); [^\n]+\n$/);
  expect(messages).toEqual(['config-error']);
});

test('a database that cannot be used is told as such', async () => {
  const { ended } = role(
    "async () => { throw Object.assign(new Error('DATA_DIR: broken; restore it'), { name: 'DatabaseError' }); }",
    false,
  );
  expect((await ended).out).toBe('ConfigError DATA_DIR: broken; restore it\n');
});
