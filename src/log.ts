/** The one logger: JSON lines, or readable lines on a terminal. Never prints a credential. */

import { createRequire } from 'node:module';
import { destination, type LogFn, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type * as PrettyModule from 'pino-pretty';

export type Logger = PinoLogger;

export interface LogOptions {
  readonly level: string;
  readonly format: 'json' | 'pretty';
}

const SECRET_KEY = /authorization|cookie|signature|token|secret|password|passphrase|api[-_]?key/i;
const SECRET_TEXT = /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}|\bxox[a-z]-[\w-]+|\bsk-ant-[\w-]+|\bATATT[\w=-]+/g;
const REDACTED = '[redacted]';
const DEEPEST = 6;
/** Bounds what is remembered of the keys that were asked about. */
const MOST_KEYS = 1_000;
const secretKeys = new Map<string, boolean>();
/** Lines are written together: a system call for each would cost a busy API a twentieth of its time. */
const FLUSH_EVERY_MS = 100;

/**
 * A logger that writes to standard output without blocking the loop; what is buffered is flushed at exit.
 * Values under keys that name credentials are replaced, at any depth, and so are tokens inside messages.
 * Bindings of child loggers are written as given.
 */
export function createLogger(name: string, options: LogOptions): Logger {
  return pino(
    {
      name,
      level: options.level,
      base: { pid: process.pid },
      serializers: { err: (error: unknown) => error },
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (object) => withoutSecrets(object, 0) as Record<string, unknown>,
      },
      hooks: { logMethod: logWithoutSecrets },
    },
    options.format === 'pretty'
      ? prettyStream()
      : destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: FLUSH_EVERY_MS }),
  );
}

/** Messages too: an error without a message of its own lends its text to the line. */
function logWithoutSecrets(this: PinoLogger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, second, ...rest]: readonly unknown[] = args;
  const message =
    typeof first === 'string' ? first : (second ?? (first instanceof Error ? first.message : undefined));
  const object = typeof first === 'string' ? {} : first;
  const values = typeof first === 'string' ? args.slice(1) : rest;
  method.call(this, object, typeof message === 'string' ? cleanText(message) : undefined, ...values);
}

/** Loaded only for a terminal: it costs a service ten megabytes. */
function prettyStream() {
  const { PinoPretty } = createRequire(import.meta.url)('pino-pretty') as typeof PrettyModule;
  return PinoPretty({
    colorize: process.stdout.isTTY,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    singleLine: true,
    destination: 1,
    sync: false,
  });
}

function withoutSecrets(value: unknown, depth: number): unknown {
  if (value instanceof Error) {
    return describeError(value, depth);
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) {
    return value;
  }
  if (depth >= DEEPEST) {
    return '[…]';
  }
  return Array.isArray(value)
    ? value.map((member) => withoutSecrets(member, depth + 1))
    : withoutSecretMembers(value as Readonly<Record<string, unknown>>, depth);
}

/** The object itself where nothing in it is secret: one line is written for each delivery, and most copies are for nothing. */
function withoutSecretMembers(value: Readonly<Record<string, unknown>>, depth: number): object {
  let clean: Record<string, unknown> | null = null;
  for (const key of Object.keys(value)) {
    const member = value[key];
    const kept = isSecret(key, member) ? REDACTED : withoutSecrets(member, depth + 1);
    if (kept !== member) {
      clean ??= { ...value };
      clean[key] = kept;
    }
  }
  return clean ?? value;
}

/** Counts such as `input_tokens` stay readable: only texts and structures under such a key are credentials. */
function isSecret(key: string, member: unknown): boolean {
  const isPlain = member === null || typeof member === 'number' || typeof member === 'boolean';
  return !isPlain && isSecretKey(key);
}

/** Keys come from our own code and from vendors' errors: a few dozen, asked again and again. */
function isSecretKey(key: string): boolean {
  const known = secretKeys.get(key);
  if (known !== undefined) {
    return known;
  }
  const isSecretName = SECRET_KEY.test(key);
  if (secretKeys.size < MOST_KEYS) {
    secretKeys.set(key, isSecretName);
  }
  return isSecretName;
}

function describeError(error: Error, depth: number): Record<string, unknown> {
  const { stack, message, name, cause, ...rest } = error as Error & Record<string, unknown>;
  return {
    type: name,
    message: cleanText(message),
    ...(stack === undefined ? {} : { stack: cleanText(stack) }),
    ...(withoutSecrets(rest, depth + 1) as Record<string, unknown>),
    ...(cause === undefined || depth >= DEEPEST ? {} : { cause: withoutSecrets(cause, depth + 1) }),
  };
}

function cleanText(text: string): string {
  return text.replace(SECRET_TEXT, REDACTED);
}
