/** What a check gets and what it answers. */
import type { Config } from '../config/config.js';

export interface Finding {
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found, one sentence. */
  readonly message: string;
  /** What to do about it; null where nothing is. */
  readonly advice: string | null;
}

export interface Patient {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  /** By this machine's clock, epoch milliseconds. */
  readonly now: () => number;
}

export interface Check {
  readonly name: string;
  /** Does it need something that runs, here or elsewhere? Left out by `--offline`. */
  readonly asksOthers: boolean;
  run(patient: Patient): Finding | Promise<Finding>;
}

export function ok(message: string): Finding {
  return { status: 'ok', message, advice: null };
}

export function warn(message: string, advice: string): Finding {
  return { status: 'warn', message, advice };
}

export function fail(message: string, advice: string): Finding {
  return { status: 'fail', message, advice };
}

/** What went wrong, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ').trim();
}
