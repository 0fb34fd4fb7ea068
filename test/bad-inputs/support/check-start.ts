/** A configuration that must not start: refused where it is read, and as a process. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { ConfigError } from '../../../src/config/config.js';
import { loadConfig } from '../../../src/config/load.js';
import type { StartCase } from './row.js';

const PROGRAM = resolve(fileURLToPath(new URL('../../../bin/pm-agent.mjs', import.meta.url)));

export function checkStart({ env, file, says, asProcess }: StartCase): void {
  const folder = mkdtempSync(join(tmpdir(), 'refused-'));
  try {
    if (file !== undefined) {
      writeFileSync(join(folder, 'pm-agent.yaml'), file);
    }
    const all = { DATA_DIR: join(folder, 'data'), TEMPORAL_ADDRESS: '127.0.0.1:1', ...env };
    expect(messageOf(all, folder)).toMatch(says);
    if (asProcess === true) {
      checkProcess(all, folder, says);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function messageOf(env: NodeJS.ProcessEnv, cwd: string): string {
  try {
    loadConfig(env, { cwd });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return 'it was accepted';
}

function checkProcess(env: NodeJS.ProcessEnv, cwd: string, says: RegExp): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'api'], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr.replace(/^pm-agent: /, '')).toMatch(says);
}
