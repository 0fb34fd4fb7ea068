/** Runs other programs in the name of the bootstrap: a signal to the bootstrap ends them too. */
import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const TAIL_LINES = 30;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a tool quietly, in a process group of its own so that its own helpers can be ended with it.
 * @returns {Promise<string>} its output
 * @throws Error with the last lines of the output where it fails
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    const release = forwardSignals((signal) => {
      endGroup(child, signal);
      process.exit(128 + SIGNAL_NUMBERS[signal]);
    });
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code) => {
      release();
      const text = Buffer.concat(output).toString('utf8');
      if (code === 0) {
        resolve(text);
        return;
      }
      reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${lastLines(text)}`));
    });
  });
}

/**
 * Runs a program in the foreground with our own terminal.
 * @returns {Promise<number>} its exit code
 */
export function runForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: 'inherit' });
    const release = forwardSignals((signal) => child.kill(signal));
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      release();
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0));
    });
  });
}

function forwardSignals(handle) {
  const listeners = SIGNALS.map((signal) => [signal, () => handle(signal)]);
  listeners.forEach(([signal, listener]) => process.on(signal, listener));
  return () => listeners.forEach(([signal, listener]) => process.off(signal, listener));
}

function endGroup(child, signal) {
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // It ended by itself.
  }
}

function lastLines(text) {
  return text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
}
