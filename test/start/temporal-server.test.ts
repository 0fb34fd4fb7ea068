import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { temporalArguments } from '../../src/start/temporal-server.js';

function argumentsFor(env: NodeJS.ProcessEnv): string[] {
  const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-temporal-'));
  return temporalArguments(loadConfig({ TEMPORAL_CONFIG_FILE: join(cwd, 'none.toml'), ...env }, { cwd }));
}

test('the dev server is tuned, keeps its history in DATA_DIR and shows its Web UI', () => {
  const args = argumentsFor({
    ALLOW_UNSIGNED_WEBHOOKS: 'true',
    DATA_DIR: '/srv/pm',
    TEMPORAL_DEV_PORT: '7300',
    TEMPORAL_UI_PORT: '8300',
  });
  expect(args).toEqual(
    expect.arrayContaining([
      '--ip=127.0.0.1',
      '--port=7300',
      '--ui-port=8300',
      '--db-filename=/srv/pm/temporal.db',
      'history.transferProcessorMaxPollRPS=2000',
      'system.enableActivityEagerExecution=true',
      'matching.numTaskqueueReadPartitions=1',
      'matching.numTaskqueueWritePartitions=1',
      'matching.useNewMatcher=true',
      'journal_mode=WAL',
      'synchronous=FULL',
      'PmSource=Keyword',
      'PmAwaitingApproval=Bool',
    ]),
  );
  expect(args).not.toContain('--headless');
});

test('another namespace is made by the server itself', () => {
  expect(
    argumentsFor({ ALLOW_UNSIGNED_WEBHOOKS: 'true', DATA_DIR: '/srv/pm', TEMPORAL_NAMESPACE: 'pm' }).join(
      ' ',
    ),
  ).toContain('--namespace pm');
});
