import { readFileSync } from 'node:fs';

/** The version in package.json, beside `src` and `dist` alike. */
export function readVersion(): string {
  return textAt(packageJson(), 'version') ?? '0';
}

/** The oldest Node that package.json asks for: `[20, 19]`. */
export function readOldestNode(): readonly number[] {
  const range = textAt(packageJson()['engines'], 'node') ?? '';
  return (/\d+(?:\.\d+)*/.exec(range)?.[0] ?? '0').split('.').map(Number);
}

function packageJson(): Readonly<Record<string, unknown>> {
  const content: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return content !== null && typeof content === 'object' ? { ...content } : {};
}

function textAt(value: unknown, key: string): string | null {
  const member: unknown = value !== null && typeof value === 'object' ? Reflect.get(value, key) : undefined;
  return typeof member === 'string' ? member : null;
}
