import { readFileSync } from 'node:fs';

/** The version in package.json, beside `src` and `dist` alike. */
export function readVersion(): string {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return content !== null && typeof content === 'object' && 'version' in content
    ? String(content.version)
    : '0';
}
