/** The one logger: JSON lines, or readable lines on a terminal. Never prints a credential. */

import { createRequire } from 'node:module';
import { destination, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type * as PrettyModule from 'pino-pretty';

export type Logger = PinoLogger;

export interface LogOptions {
  readonly level: string;
  readonly format: 'json' | 'pretty';
}

const SECRET_KEY = /authorization|cookie|signature|token|secret|password|passphrase|api[-_]?key/i;
const SECRET_TEXT = /\b(?:Bearer|Basic)\s+[\w.~+/=-]{6,}|\bxox[a-z]-[\w-]+|\bsk-ant-[\w-]+|\bATATT[\w=-]+/g;
/** Asked of each line: cheaper than the above, which is tried only on what passes. */
const MAY_HOLD_SECRET = /Bearer|Basic|xox|sk-ant|ATATT/;
/** What JSON leaves as it is and a terminal obeys: DEL, the 8-bit control characters, line separators, reversed text. */
const STEERS_TERMINAL = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const REDACTED = '[redacted]';
const DEEPEST = 6;
/** Bounds what is remembered of the keys that were asked about. */
const MOST_KEYS = 1_000;
const secretKeys = new Map<string, boolean>();
/** Lines are written together: a system call for each would cost a busy API a twentieth of its time. */
const FLUSH_EVERY_MS = 100;

/**
 * A logger that writes to standard output without blocking the loop; what is buffered is flushed at exit.
 * Values under keys that name credentials are replaced, at any depth, and so are tokens wherever they stand in a line.
 * One event is one line, and no text in it steers a terminal: line breaks and control characters are written out.
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
      hooks: { streamWrite: options.format === 'pretty' ? cleanForTerminal : cleanLine },
    },
    options.format === 'pretty'
      ? prettyStream()
      : destination({ dest: 1, sync: false, minLength: 4_096, periodicFlush: FLUSH_EVERY_MS }),
  );
}

function cleanLine(line: string): string {
  const isAscii = Buffer.byteLength(line) === line.length;
  const plain = isAscii ? line : line.replace(STEERS_TERMINAL, written);
  return MAY_HOLD_SECRET.test(plain) ? plain.replace(SECRET_TEXT, REDACTED) : plain;
}

/** For a reader that turns JSON's escapes back into what they stand for. An escaped backslash is passed over as a pair. */
function cleanForTerminal(line: string): string {
  return cleanLine(line).replace(/\\(?:u00[01][0-9a-f]|.)/g, (escape) =>
    escape.length > 2 ? `\\${escape}` : escape,
  );
}

/** `\u009b` as six characters, also after JSON is read. */
function written(character: string): string {
  return `\\\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** pino puts a message there; whatever else stands there is no text to show. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Loaded only for a terminal: it costs a service ten megabytes. */
function prettyStream() {
  const { PinoPretty } = createRequire(import.meta.url)('pino-pretty') as typeof PrettyModule;
  return PinoPretty({
    colorize: process.stdout.isTTY,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    singleLine: true,
    messageFormat: (line, key) => textOf(line[key]).replaceAll(/[\r\n]+/g, ' ⏎ '),
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
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(withoutSecrets(rest, depth + 1) as Record<string, unknown>),
    ...(cause === undefined || depth >= DEEPEST ? {} : { cause: withoutSecrets(cause, depth + 1) }),
  };
}
