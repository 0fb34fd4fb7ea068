/** Recorded vendor data, outside of this repository; the `recorded` project runs only where both folders are given. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const RECORDED_PAYLOADS = resolve(process.env['RECORDED_PAYLOADS'] ?? '');
export const RECORDED_SPECS = resolve(process.env['RECORDED_SPECS'] ?? '');

export interface Payload {
  /** File name without the ending. */
  readonly name: string;
  readonly json: unknown;
}

/** Every JSON file of one folder, in order of name. Fails where the folder holds none. */
export function payloadsOf(folder: string): readonly Payload[] {
  const path = join(RECORDED_PAYLOADS, folder);
  const files = readdirSync(path).filter((file) => file.endsWith('.json'));
  if (files.length === 0) {
    throw new Error(`${path} holds no recorded payload`);
  }
  return files.sort().map((file) => ({
    name: file.replace(/\.json$/, ''),
    json: JSON.parse(readFileSync(join(path, file), 'utf8')) as unknown,
  }));
}

/** One of the vendors' published documents. */
export function specOf(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(RECORDED_SPECS, file), 'utf8')) as Record<string, unknown>;
}
