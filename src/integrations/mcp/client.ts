/** Keeps one connection to an MCP server: opens it at once, and again after it ended or failed, with growing pauses. */
import type { AddressGuard } from '../address-guard.js';
import { causeOf, namedError, tail } from '../http-failure.js';
import { type McpDoor, McpFailure, type McpServer, McpToolListFailure } from './mcp-server.js';
import { type Connection, connect, type Session } from './session.js';

/** A server in Python needs seconds to start, on a busy machine half a minute. */
const CONNECT_MS = 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A server that gave no answer so often in a row is ended and started anew. */
const HUNG_AFTER = 3;
const TOOLS_EVERY_MS = 60_000;
const NOT_ASKED = 'the MCP server does not work; Jira is read over REST meanwhile';

export interface McpServerOptions {
  readonly door: McpDoor;
  /** Called once for each outage. */
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void;
  /** Default 1 s; each further failure doubles it, up to a minute. */
  readonly firstPauseMs?: number;
  /** Looked at before each request to a URL. */
  readonly guard?: AddressGuard;
  /** Default a minute. A server may change its tools at any time. */
  readonly toolsEveryMs?: number;
}

/** What is known of the way to the server. */
interface Line {
  /** Being opened, or open. */
  connection: Connection | null;
  /** In a row. */
  failures: number;
  /** Until then nobody asks it. */
  pause: { readonly until: number; readonly why: string } | null;
  timer: NodeJS.Timeout | null;
  closed: boolean;
  /** What is wrong with its list of tools, as it was last said. */
  listTrouble: string | null;
}

/** Answers at once; the connection is made meanwhile. */
export function createMcpServer(options: McpServerOptions): McpServer {
  const line: Line = {
    connection: null,
    failures: 0,
    pause: null,
    timer: null,
    closed: false,
    listTrouble: null,
  };
  const ask = <T>(signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> =>
    use(line, options, { signal, work, mayReopen: true });
  openAfterPause(line, options);
  return {
    listTools: (signal) => ask(signal, (session) => session.tools()),
    callTool: (name, args, signal) => ask(signal, (session) => session.call(name, args, signal)),
    close: async () => {
      line.closed = true;
      clearTimeout(line.timer ?? undefined);
      await line.connection?.close({ farewell: true });
    },
  };
}

interface Use<T> {
  readonly signal: AbortSignal;
  readonly work: (session: Session) => Promise<T>;
  readonly mayReopen: boolean;
}

async function use<T>(line: Line, options: McpServerOptions, asked: Use<T>): Promise<T> {
  const connection = connectionOf(line, options);
  const session = await within(asked.signal, connection.ready).catch((error: unknown) => {
    throw error instanceof McpFailure ? error : new McpFailure(unreachable(error), { cause: error });
  });
  try {
    const result = await within(asked.signal, asked.work(session));
    line.failures = 0;
    line.listTrouble = null;
    return result;
  } catch (error) {
    if (isSessionOver(error) && asked.mayReopen && line.connection === connection) {
      // It was deployed anew, or forgot us: no failure.
      hangUp(line);
      return use(line, options, { ...asked, mayReopen: false });
    }
    throw new McpFailure(meaningOf(line, options, connection, error), { cause: error });
  }
}

function connectionOf(line: Line, options: McpServerOptions): Connection {
  if (line.closed) {
    throw new McpFailure('the connection to it was closed');
  }
  const left = (line.pause?.until ?? 0) - Date.now();
  if (left > 0) {
    throw new McpFailure(`it is left alone for another ${Math.ceil(left / 1_000)} s: ${line.pause?.why}`);
  }
  return line.connection ?? open(line, options);
}

function open(line: Line, options: McpServerOptions): Connection {
  const { door, toolsEveryMs = TOOLS_EVERY_MS, guard } = options;
  const how = { connectMs: CONNECT_MS, toolsEveryMs, ...(guard === undefined ? {} : { guard }) };
  const connection = connect(door, how, () => drop(line, options, connection, 'it ended the connection'));
  line.connection = connection;
  connection.ready.catch((error: unknown) => drop(line, options, connection, unreachable(error)));
  return connection;
}

/** What the caller hears of a call that failed; the connection is treated accordingly. */
function meaningOf(line: Line, options: McpServerOptions, connection: Connection, error: unknown): string {
  if (isRefusal(error)) {
    return `it refused the call: ${reasonOf(error)}`;
  }
  if (error instanceof McpToolListFailure) {
    warnOfList(line, options, error.message);
    return error.message;
  }
  if (error instanceof McpFailure) {
    const why = 'it gave no answer in time';
    if (line.failures + 1 >= HUNG_AFTER) {
      drop(line, options, connection, why);
    } else {
      rest(line, options, why);
    }
    return why;
  }
  const why = `it cannot be asked: ${reasonOf(error)}`;
  drop(line, options, connection, why);
  return why;
}

/** The connection is as good as any: another one would get the same list. */
function warnOfList(line: Line, options: McpServerOptions, why: string): void {
  if (line.listTrouble !== why) {
    line.listTrouble = why;
    options.warn({ server: nameOf(options.door), why }, NOT_ASKED);
  }
}

/** The connection is over; another is made after a pause. */
function drop(line: Line, options: McpServerOptions, connection: Connection, why: string): void {
  if (line.connection === connection && !line.closed) {
    hangUp(line);
    rest(line, options, why);
    openAfterPause(line, options);
  }
}

function hangUp(line: Line): void {
  const { connection } = line;
  line.connection = null;
  // It may be gone already.
  connection?.close().catch(() => undefined);
}

function rest(line: Line, options: McpServerOptions, why: string): void {
  const { warn, door, firstPauseMs = FIRST_PAUSE_MS } = options;
  if (line.failures === 0) {
    warn({ server: nameOf(door), why }, NOT_ASKED);
  }
  line.pause = { until: Date.now() + Math.min(firstPauseMs * 2 ** line.failures, LONGEST_PAUSE_MS), why };
  line.failures += 1;
}

function nameOf(door: McpDoor): string {
  return door.kind === 'command' ? door.program : new URL(door.url).host;
}

function openAfterPause(line: Line, options: McpServerOptions): void {
  const left = Math.max(0, (line.pause?.until ?? 0) - Date.now());
  clearTimeout(line.timer ?? undefined);
  line.timer = setTimeout(() => {
    if (line.connection === null && !line.closed) {
      open(line, options);
    }
  }, left).unref();
}

/** The promise, or `McpFailure` once the signal fires; what comes later is nobody's business any more. */
async function within<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let giveUp = (): void => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(new McpFailure('it is still starting'));
  });
  promise.catch(() => undefined);
  late.catch(() => undefined);
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) {
    giveUp();
  }
  try {
    return await Promise.race([promise, late]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** Streamable HTTP answers 404 to a session that the server does not know (any more). */
function isSessionOver(error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: unknown };
  return code === 404;
}

/** JSON-RPC codes that the SDK itself makes: the connection ended, the request timed out. */
const OWN_CODES: readonly unknown[] = [-32_000, -32_001];

/** The server works, and does not do this. */
function isRefusal(error: unknown): boolean {
  const { code } = Object(error) as { readonly code?: unknown };
  return namedError(error).name === 'McpError' && !OWN_CODES.includes(code);
}

function unreachable(error: unknown): string {
  return `it cannot be reached: ${reasonOf(error)}`;
}

/** One line, bounded: it may be the server's own words. */
function reasonOf(error: unknown): string {
  return tail(causeOf(error).message).replace(/^: /, '');
}
