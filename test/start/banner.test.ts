import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { banner } from '../../src/start/banner.js';
import { writeSamples } from '../../src/start/sample-events.js';

function show(env: NodeJS.ProcessEnv) {
  const cwd = mkdtempSync(join(tmpdir(), 'pm-agent-banner-'));
  const config = loadConfig({ TEMPORAL_CONFIG_FILE: join(cwd, 'none.toml'), ...env }, { cwd });
  const samples = writeSamples({
    dataDir: config.dataDir,
    agentName: config.file.agent.name,
    isJiraSimulated: config.jira.sandboxed,
    now: new Date(),
  });
  return {
    config,
    cwd,
    text: banner({ config, cwd, seconds: 3.21, temporalUi: 'http://127.0.0.1:8233', samples }),
  };
}

test('names every place, and says plainly what is simulated', () => {
  const { text } = show({});
  for (const url of [
    'http://127.0.0.1:8000',
    'http://127.0.0.1:8000/docs',
    'http://127.0.0.1:8233',
    'http://127.0.0.1:8090',
  ]) {
    expect(text).toContain(url);
  }
  expect(text).toMatch(
    /SIMULATED +Jira, Bitbucket, Slack, Claude \(answers come from rules, not from Claude/,
  );
});

test('the curl line carries the right signature of the file that it sends', () => {
  const { text, config, cwd } = show({});
  const [, signature, file] = /X-Hub-Signature: sha256=([0-9a-f]{64})' --data-binary @(\S+)/.exec(text) ?? [];
  const body = readFileSync(join(cwd, file ?? ''));
  const expected = createHmac('sha256', config.webhookSecrets.jira[0] ?? '')
    .update(body)
    .digest('hex');
  expect(signature).toBe(expected);
});

test('the send line names a file that is a fresh Jira comment', () => {
  const { text, cwd } = show({});
  const file = /npx pm-agent send jira (\S+)/.exec(text)?.[1] ?? '';
  const body: unknown = JSON.parse(readFileSync(join(cwd, file), 'utf8'));
  expect(body).toMatchObject({ webhookEvent: 'comment_created', issue: { key: 'PAY-4' } });
  expect(Math.abs((body as { timestamp: number }).timestamp - Date.now())).toBeLessThan(60_000);
});

test('production on real vendors is said aloud', () => {
  const { text } = show({
    AGENT_MODE: 'production',
    BITBUCKET_TOKEN: 't',
    BITBUCKET_WEBHOOK_SECRET: 's',
  });
  expect(text).toContain('PRODUCTION: acts on real vendors');
  expect(text).toMatch(/Real +Bitbucket/);
});
