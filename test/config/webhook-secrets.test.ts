import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/config.js';
import { generatedSecrets } from '../../src/config/webhook-secrets.js';

function dataDir(): string {
  return join(mkdtempSync(join(tmpdir(), 'pm-agent-secrets-')), 'data');
}

/** Another process that asks for the secrets as soon as it can. */
function askElsewhere(folder: string): Promise<string> {
  const source = join(process.cwd(), 'src', 'config', 'webhook-secrets.ts');
  const script = `import('${pathToFileURL(source).href}').then((m) => process.stdout.write(JSON.stringify(m.generatedSecrets(${JSON.stringify(folder)}))))`;
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

test('processes that start at once agree on the secrets', async () => {
  const folder = dataDir();
  const answers = await Promise.all(Array.from({ length: 4 }, () => askElsewhere(folder)));
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0] ?? '')).toEqual(generatedSecrets(folder));
});

test('the file is for its owner only, and no draft is left', () => {
  const folder = dataDir();
  generatedSecrets(folder);
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['secrets.json']);
});

test('a damaged file is refused and left as it is', () => {
  const folder = dataDir();
  generatedSecrets(folder);
  const file = join(folder, 'secrets.json');
  writeFileSync(file, '{"jira": ');
  expect(() => generatedSecrets(folder)).toThrow(ConfigError);
  expect(readFileSync(file, 'utf8')).toBe('{"jira": ');
});
