/** One connection to an MCP server, over the SDK. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { AddressGuard } from '../address-guard.js';
import { boundedFetch } from './bounded-fetch.js';
import { hangUpFetch } from './hang-up-fetch.js';
import { type McpAnswer, type McpDoor, type McpTool, McpToolListFailure } from './mcp-server.js';

/** Of one message; an issue with fifty long comments has about two megabytes. */
const MAX_BYTES = 4 * 1024 * 1024;
/** However long a caller would wait: nothing of a call is left behind after it. */
const REQUEST_MS = 20_000;
/** Of the list of tools; servers with hundreds of tools need a handful. */
const MAX_PAGES = 100;
const STDERR_KEPT = 500;

/** What a connection that stands is for. */
export interface Session {
  /** Waited for only where the connection is new: the list is read with it, and anew from time to time while it stands. */
  tools(): Promise<readonly McpTool[]>;
  call(name: string, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<McpAnswer>;
}

export interface Connection {
  /** Rejects where the server cannot be reached or started, or does not speak the protocol within `connectMs`. */
  readonly ready: Promise<Session>;
  /**
   * At any time; ends the process where there is one. With `farewell` a server that keeps sessions is told that this one
   * is over: one more call, which a server that failed is spared.
   */
  close(how?: { readonly farewell: boolean }): Promise<void>;
}

export interface ConnectOptions {
  readonly connectMs: number;
  readonly toolsEveryMs: number;
  /** Looked at before each request to a URL. */
  readonly guard?: AddressGuard;
}

/** `onEnd` is called when the other side ends a connection that stood. */
export function connect(
  door: McpDoor,
  { connectMs, toolsEveryMs, guard }: ConnectOptions,
  onEnd: () => void,
): Connection {
  const prepared = prepare(door, guard);
  let closed = false;
  let tools: ToolList | null = null;
  const open = async (): Promise<Session> => {
    const { client, way } = await prepared;
    if (closed) {
      throw new Error('closed before it was opened');
    }
    try {
      await client.connect(way.transport, { timeout: connectMs });
    } catch (error) {
      throw way.said() === '' ? error : new Error(`${reasonOf(error)} (it wrote: ${way.said()})`);
    }
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's Client is no EventTarget
    client.onclose = () => {
      if (!closed) {
        onEnd();
      }
    };
    const list = createToolList(client, toolsEveryMs);
    tools = list;
    return {
      tools: () => list.latest(),
      call: (name, args, signal) => callTool(client, name, args, signal),
    };
  };
  return {
    ready: open(),
    close: async ({ farewell } = { farewell: false }) => {
      closed = true;
      tools?.stop();
      const { client, way } = await prepared;
      if (farewell) {
        await way.leave();
      }
      await client.close();
    },
  };
}

interface Prepared {
  readonly client: Client;
  readonly way: Way;
}

/** The SDK is loaded only where an MCP server is configured. */
async function prepare(door: McpDoor, guard: AddressGuard | undefined): Promise<Prepared> {
  const sdk = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new sdk.Client({ name: 'pm-agent', version: '1' });
  return { client, way: await transportFor(door, guard) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Way {
  readonly transport: Transport;
  /** The end of what the process wrote to its standard error; empty for a URL. */
  readonly said: () => string;
  /** Tells a server that keeps sessions that this one is over. */
  readonly leave: () => Promise<void>;
}

async function transportFor(door: McpDoor, guard: AddressGuard | undefined): Promise<Way> {
  return door.kind === 'command' ? commandTransport(door) : urlTransport(door, guard);
}

async function commandTransport({ program, args, env }: McpDoor & { kind: 'command' }): Promise<Way> {
  const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js');
  const transport = new StdioClientTransport({
    command: program,
    args: [...args],
    env: { ...env },
    stderr: 'pipe',
    maxBufferSize: MAX_BYTES,
  });
  let said = '';
  transport.stderr?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-STDERR_KEPT);
  });
  return { transport, said: () => said.trim(), leave: async () => undefined };
}

async function urlTransport(
  { url, authorization }: McpDoor & { kind: 'url' },
  guard: AddressGuard | undefined,
): Promise<Way> {
  const { StreamableHTTPClientTransport } = await import(
    '@modelcontextprotocol/sdk/client/streamableHttp.js'
  );
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: hangUpFetch(boundedFetch({ maxBytes: MAX_BYTES, maxMs: REQUEST_MS, guard })),
    requestInit: { headers: authorization === null ? {} : { authorization } },
  });
  const leave = () => transport.terminateSession().catch(() => undefined);
  return { transport, said: () => '', leave };
}

interface ToolList {
  latest(): Promise<readonly McpTool[]>;
  stop(): void;
}

/**
 * Read besides the calls, so that none has to wait for it or costs two. A reading that failed is what is told until the
 * next one, for nobody knows then what the tools are.
 */
function createToolList(client: Client, everyMs: number): ToolList {
  let latest = readTools(client);
  latest.catch(() => undefined);
  const timer = setInterval(() => {
    const next = readTools(client);
    const show = (): void => void (latest = next);
    next.then(show, show);
  }, everyMs).unref();
  return { latest: () => latest, stop: () => clearInterval(timer) };
}

/**
 * To its end: the tool that is wanted may be on the last page. `client.listTools` would compile the server's own schemas;
 * they are looked at here, never run.
 */
async function readTools(client: Client): Promise<readonly McpTool[]> {
  const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const tools: McpTool[] = [];
  const cursors = new Set<string>();
  let characters = 0;
  let cursor: string | undefined;
  do {
    const request = { method: 'tools/list' as const, params: cursor === undefined ? {} : { cursor } };
    const answer = await client.request(request, ListToolsResultSchema, { timeout: REQUEST_MS });
    tools.push(...answer.tools);
    characters += JSON.stringify(answer.tools).length;
    cursor = answer.nextCursor;
    assertGoesOn(cursors, cursor, characters);
  } while (cursor !== undefined);
  return tools;
}

/** A server says itself whether more follows, and may say so for ever. Of a list that does not end nothing is used. */
function assertGoesOn(cursors: Set<string>, next: string | undefined, characters: number): void {
  if (characters > MAX_BYTES) {
    throw new McpToolListFailure(`its list of tools is longer than ${MAX_BYTES} characters`);
  }
  if (next === undefined) {
    return;
  }
  if (cursors.has(next)) {
    throw new McpToolListFailure('its list of tools leads back to a page that it gave already');
  }
  cursors.add(next);
  if (cursors.size >= MAX_PAGES) {
    throw new McpToolListFailure(`its list of tools has more than ${MAX_PAGES} pages`);
  }
}

async function callTool(
  client: Client,
  name: string,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<McpAnswer> {
  const { CallToolResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const request = { method: 'tools/call' as const, params: { name, arguments: { ...args } } };
  const answer = await client.request(request, CallToolResultSchema, { signal, timeout: REQUEST_MS });
  const texts = answer.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  return { isError: answer.isError === true, text: texts.join('\n') };
}
