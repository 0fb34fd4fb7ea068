/** Webhook secrets that pm-agent makes for simulated sources, kept so that API, `send` and sandbox use the same ones. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateFolder } from '../database/private-files.js';
import { EVENT_SOURCES, type EventSource } from '../domain/event.js';
import { ConfigError } from './config.js';
import { errorCode } from './error-code.js';

/** Null where none were made yet; writes nothing. @throws ConfigError as `generatedSecrets`. */
export function generatedSecretsIfMade(dataDir: string): GeneratedSecrets | null {
  return readSecrets(secretsFile(dataDir));
}

function secretsFile(dataDir: string): string {
  return join(dataDir, 'secrets.json');
}

export type GeneratedSecrets = { readonly [S in EventSource]: string };

/**
 * The secrets in `DATA_DIR/secrets.json` (mode 0600), made on first use. Processes that race to make them agree:
 * a complete file is linked into place, and only the first link succeeds.
 * @throws ConfigError where DATA_DIR cannot be written or the file is damaged.
 */
export function generatedSecrets(dataDir: string): GeneratedSecrets {
  const file = secretsFile(dataDir);
  return readSecrets(file) ?? createSecrets(dataDir, file);
}

function createSecrets(dataDir: string, file: string): GeneratedSecrets {
  try {
    makePrivateFolder(dataDir);
    linkInto(file);
  } catch (error) {
    throw new ConfigError(
      `DATA_DIR: cannot write ${file} (${errorCode(error)}); name a folder that can be written`,
    );
  }
  const secrets = readSecrets(file);
  if (secrets === null) {
    throw new ConfigError(`DATA_DIR: ${file} vanished while it was being read; try again`);
  }
  return secrets;
}

function linkInto(file: string): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const made = Object.fromEntries(EVENT_SOURCES.map((source) => [source, randomBytes(32).toString('hex')]));
  try {
    writeDurably(draft, `${JSON.stringify(made, null, 2)}\n`);
    linkSync(draft, file);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') {
      throw error;
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readSecrets(file: string): GeneratedSecrets | null {
  const text = readIfThere(file);
  if (text === null) {
    return null;
  }
  const parsed = parseObject(text);
  const [jira, bitbucket, slack] = [parsed['jira'], parsed['bitbucket'], parsed['slack']];
  if (typeof jira !== 'string' || typeof bitbucket !== 'string' || typeof slack !== 'string') {
    throw new ConfigError(`DATA_DIR: ${file} is damaged; delete it and new webhook secrets are made`);
  }
  return { jira, bitbucket, slack };
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      return null;
    }
    throw new ConfigError(
      `DATA_DIR: cannot read ${file} (${errorCode(error)}); name a folder that can be used`,
    );
  }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed !== null && typeof parsed === 'object' ? { ...parsed } : {};
  } catch {
    return {};
  }
}
