/**
 * Runs one foreign program so that it cannot outlive pm-agent: it ends when this process is told to, and when the pipe
 * on standard input closes, which happens even when the supervisor is killed with SIGKILL.
 * Started in a process group of its own, so that Ctrl-C reaches the program only in the supervisor's order.
 *
 * Arguments: pid file, a word that tells our program's command line from others, program, its arguments.
 */
import { spawn } from 'node:child_process';
import { removePid, writePid } from './pid-files.js';
import { endStale } from './stale.js';

const PATIENCE_MS = 8_000;

async function main(pidPath: string, mark: string, program: string, args: readonly string[]): Promise<void> {
  await endStale(pidPath, mark);
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  let ending = false;
  const end = () => {
    if (!ending) {
      ending = true;
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref();
    }
  };
  if (child.pid !== undefined) {
    writePid(pidPath, child.pid);
  }
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  process.on('SIGHUP', end);
  process.stdin.on('end', end).on('error', end).resume();
  child.on('error', () => {
    process.exitCode = 1;
    process.stdin.destroy();
  });
  child.on('exit', (code) => {
    removePid(pidPath, child.pid ?? 0);
    process.exit(ending ? 0 : (code ?? 1));
  });
}

const [pidPath, mark, program, ...args] = process.argv.slice(2);
if (pidPath === undefined || mark === undefined || program === undefined) {
  process.exitCode = 2;
} else {
  await main(pidPath, mark, program, args);
}
