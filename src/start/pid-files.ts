/** `DATA_DIR/run/<role>.pid`: which process plays a role, for people and for checks from outside. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Role = 'start' | 'api' | 'worker' | 'temporal' | 'sandbox';

export function pidFile(dataDir: string, role: Role): string {
  return join(dataDir, 'run', `${role}.pid`);
}

/** Writes the pid; what an earlier process left there is replaced. */
export function writePid(file: string, pid: number): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${pid}\n`);
}

/** The pid in the file, or null where there is none. */
export function readPid(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** Removes the file, unless another process has written its own pid in the meantime. */
export function removePid(file: string, pid: number): void {
  if (readPid(file) === pid) {
    rmSync(file, { force: true });
  }
}

/** The command line of a running process, or null where it ended: tells our process from one that got its number. */
export function commandLineOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || null;
  } catch {
    return process.platform === 'linux' ? null : psField(pid, 'args');
  }
}

/**
 * Has the process let go of all it held? A process on its way out gives its memory back, and its command line with it,
 * before its files and ports; and its first thread may be gone before the others.
 */
export function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') {
    return psField(pid, 'stat')?.startsWith('Z') ?? true;
  }
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => isDeadThread(pid, thread));
  } catch {
    return true;
  }
}

/** proc(5): the state follows the name, which stands in brackets and may hold brackets itself. */
function isDeadThread(pid: number, thread: string): boolean {
  try {
    return /.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

function psField(pid: number, field: 'args' | 'stat'): string | null {
  try {
    return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}
