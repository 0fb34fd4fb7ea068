import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { commandLineOf, hasEnded } from '../../src/start/pid-files.js';
import { eventually } from '../support/eventually.js';

/** A program, and its parent that never asks how it ended. */
async function withDeafParent(): Promise<{ pid: number; end: () => void }> {
  const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  // As long as it is a shell, it may ask.
  await eventually(async () => expect(commandLineOf(Number(parent.pid))).toBe('sleep 60'));
  return { pid: Number(String(line)), end: () => parent.kill('SIGKILL') };
}

test('a process has ended when it let go of all it held, also where nobody asked for its exit code', async () => {
  const { pid, end } = await withDeafParent();
  try {
    expect(hasEnded(pid)).toBe(false);
    process.kill(pid, 'SIGKILL');
    await eventually(async () => expect(hasEnded(pid)).toBe(true));
    expect(() => process.kill(pid, 0)).not.toThrow();
  } finally {
    end();
  }
});

test('a number that no process has is one that ended', () => {
  expect(hasEnded(2 ** 30)).toBe(true);
});
