import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { temporalFile } from '../../src/start/find-temporal.js';
import { requireFreePorts } from '../../src/start/main.js';
import { commandLineOf, pidFile, writePid } from '../../src/start/pid-files.js';
import { testConfig } from '../api/support/config.js';
import { freePorts } from '../support/free-ports.js';

const LISTEN = `require('node:net').createServer().listen(Number(process.argv[1]), '127.0.0.1', () => console.log('up'))`;
const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    cleanUp();
  }
});

/** A program on the port of Temporal's Web UI, with these words on its command line. */
async function onUiPort(port: number, words: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', LISTEN, String(port), words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  cleanUps.push(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child;
}

async function configWithPorts() {
  const folder = mkdtempSync(join(tmpdir(), 'pm-agent-leftover-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const config = testConfig(folder);
  const [uiPort = 0] = await freePorts(1);
  return { ...config, temporal: { ...config.temporal, uiPort } };
}

test('the dev server that an earlier start left behind is ended before its port is asked for', async () => {
  const config = await configWithPorts();
  const leftover = await onUiPort(config.temporal.uiPort, temporalFile(config.dataDir));
  writePid(pidFile(config.dataDir, 'temporal'), leftover.pid ?? 0);

  await requireFreePorts(config, { kind: 'ours', cli: 'temporal' });

  expect(commandLineOf(leftover.pid ?? 0)).toBeNull();
});

test('a stranger on that port is named and left alone', async () => {
  const config = await configWithPorts();
  const stranger = await onUiPort(config.temporal.uiPort, 'something else');
  writePid(pidFile(config.dataDir, 'temporal'), stranger.pid ?? 0);

  await expect(requireFreePorts(config, { kind: 'ours', cli: 'temporal' })).rejects.toThrow(
    /^TEMPORAL_UI_PORT: port \d+ is in use/,
  );
  expect(commandLineOf(stranger.pid ?? 0)).toContain('something else');
});
