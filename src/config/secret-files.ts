import { readFileSync } from 'node:fs';
import { ConfigError } from './config.js';
import { errorCode } from './error-code.js';

/**
 * The secrets that `<NAME>_FILE` variables point to, without the newline at their end.
 * @throws ConfigError where a file cannot be read, is empty, or the secret is given both ways.
 */
export function readSecretFiles(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const file = env[`${name}_FILE`];
    if (file !== undefined) {
      found[name] = readSecret(name, file, env[name]);
    }
  }
  return found;
}

function readSecret(name: string, file: string, direct: string | undefined): string {
  if (direct !== undefined) {
    throw new ConfigError(`${name}: also given by ${name}_FILE; set only one of the two`);
  }
  const secret = readText(name, file).replace(/\r?\n$/, '');
  if (secret === '') {
    throw new ConfigError(`${name}_FILE: ${file} is empty; put the secret in it`);
  }
  return secret;
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${name}_FILE: cannot read ${file} (${errorCode(error)}); name a readable file`);
  }
}
