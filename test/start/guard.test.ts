import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import { commandLineOf, readPid, writePid } from '../../src/start/pid-files.js';
import { eventually } from '../support/eventually.js';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const GUARD = join(process.cwd(), 'src', 'start', 'guard.ts');
const started: ChildProcess[] = [];
const pidPaths: string[] = [];

/** Programs first: one whose guard was killed would outlive the test. */
afterEach(() => {
  for (const pid of pidPaths.splice(0).map(readPid)) {
    if (pid !== null && commandLineOf(pid)?.includes('setInterval') === true) {
      process.kill(pid, 'SIGKILL');
    }
  }
  for (const child of started.splice(0)) {
    child.kill('SIGKILL');
  }
});

/** A guard over a program that only a signal ends; its mark stands on the program's command line. */
function guard(pidPath: string, mark: string): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', TSX, GUARD, pidPath, mark, process.execPath, '-e', 'setInterval(() => {}, 1000)', mark],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  started.push(child);
  return child;
}

function newPidPath(): { pidPath: string; mark: string } {
  const folder = mkdtempSync(join(tmpdir(), 'pm-agent-guard-'));
  const pidPath = join(folder, 'run', 'temporal.pid');
  pidPaths.push(pidPath);
  return { pidPath, mark: `${folder}/temporal.db` };
}

async function pidIn(pidPath: string, other = 0): Promise<number> {
  return found(() => {
    const pid = readPid(pidPath);
    return pid === null || pid === other ? null : pid;
  });
}

async function gone(pid: number): Promise<true> {
  return found(() => (commandLineOf(pid) === null ? true : null));
}

async function found<T>(look: () => T | null): Promise<T> {
  return eventually(
    async () => {
      const seen = look();
      if (seen === null) {
        throw new Error('it did not happen');
      }
      return seen;
    },
    60_000,
    25,
  );
}

test('the pid file names the program, and goes when the guard is told to stop', async () => {
  const { pidPath, mark } = newPidPath();
  const child = guard(pidPath, mark);
  const pid = await pidIn(pidPath);
  expect(pid).not.toBe(child.pid);
  expect(commandLineOf(pid)).toContain(mark);
  child.kill('SIGTERM');
  await gone(pid);
  await found(() => (existsSync(pidPath) ? null : true));
});

test('the program ends when the pipe from the supervisor closes', async () => {
  const { pidPath, mark } = newPidPath();
  const child = guard(pidPath, mark);
  const pid = await pidIn(pidPath);
  child.stdin?.destroy();
  expect(await gone(pid)).toBe(true);
});

test('the guard ends when the program is killed, so that the supervisor sees it', async () => {
  const { pidPath, mark } = newPidPath();
  const child = guard(pidPath, mark);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  process.kill(await pidIn(pidPath), 'SIGKILL');
  expect(await ended).toBe(1);
});

test('a program whose guard was killed is ended by the next guard', async () => {
  const { pidPath, mark } = newPidPath();
  const first = guard(pidPath, mark);
  const orphan = await pidIn(pidPath);
  first.kill('SIGKILL');
  expect(commandLineOf(orphan)).toContain(mark);
  guard(pidPath, mark);
  const next = await pidIn(pidPath, orphan);
  expect(commandLineOf(orphan)).toBeNull();
  expect(commandLineOf(next)).toContain(mark);
});

test('a process that merely got the old number is left alone', async () => {
  const { pidPath, mark } = newPidPath();
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  started.push(bystander);
  writePid(pidPath, bystander.pid ?? 0);
  guard(pidPath, mark);
  await pidIn(pidPath, bystander.pid);
  expect(bystander.exitCode).toBeNull();
  expect(commandLineOf(bystander.pid ?? 0)).not.toBeNull();
});

test('a pid file with nonsense in it counts as none', () => {
  const { pidPath } = newPidPath();
  writePid(pidPath, 1);
  writeFileSync(pidPath, 'nonsense\n');
  expect(readPid(pidPath)).toBeNull();
});
