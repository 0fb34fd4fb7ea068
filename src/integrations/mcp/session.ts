/** One connection to an MCP server, over the SDK. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { boundedFetch } from './bounded-fetch.js';
import type { McpAnswer, McpDoor, McpTool } from './mcp-server.js';

/** Of one message; an issue with fifty long comments has about two megabytes. */
const MAX_BYTES = 4 * 1024 * 1024;
/** However long a caller would wait: nothing of a call is left behind after it. */
const REQUEST_MS = 20_000;
const MAX_PAGES = 10;
/** A list that is older is read again: a server may change its tools at any time. */
const TOOLS_AGE_MS = 60_000;
const STDERR_KEPT = 500;

/** What a connection that stands is for. */
export interface Session {
  tools(signal: AbortSignal): Promise<readonly McpTool[]>;
  call(name: string, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<McpAnswer>;
}

export interface Connection {
  /** Rejects where the server cannot be reached or started, or does not speak the protocol within `connectMs`. */
  readonly ready: Promise<Session>;
  /** At any time; ends the process where there is one. */
  close(): Promise<void>;
}

/** `onEnd` is called when the other side ends a connection that stood. */
export function connect(door: McpDoor, connectMs: number, onEnd: () => void): Connection {
  const prepared = prepare(door);
  let closed = false;
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
    return {
      tools: createToolList(client),
      call: (name, args, signal) => callTool(client, name, args, signal),
    };
  };
  return {
    ready: open(),
    close: async () => {
      closed = true;
      const { client, way } = await prepared;
      await way.leave();
      await client.close();
    },
  };
}

interface Prepared {
  readonly client: Client;
  readonly way: Way;
}

/** The SDK is loaded only where an MCP server is configured. */
async function prepare(door: McpDoor): Promise<Prepared> {
  const sdk = await import('@modelcontextprotocol/sdk/client/index.js');
  const client = new sdk.Client({ name: 'pm-agent', version: '1' });
  return { client, way: await transportFor(door) };
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

async function transportFor(door: McpDoor): Promise<Way> {
  return door.kind === 'command' ? commandTransport(door) : urlTransport(door);
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

async function urlTransport({ url, authorization }: McpDoor & { kind: 'url' }): Promise<Way> {
  const { StreamableHTTPClientTransport } = await import(
    '@modelcontextprotocol/sdk/client/streamableHttp.js'
  );
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: boundedFetch({ maxBytes: MAX_BYTES, maxMs: REQUEST_MS }),
    requestInit: { headers: authorization === null ? {} : { authorization } },
  });
  const leave = () => transport.terminateSession().catch(() => undefined);
  return { transport, said: () => '', leave };
}

/** `client.listTools` would compile the server's own schemas; they are looked at here, never run. */
function createToolList(client: Client): Session['tools'] {
  let read: { readonly at: number; readonly tools: readonly McpTool[] } | null = null;
  return async (signal) => {
    if (read === null || Date.now() - read.at > TOOLS_AGE_MS) {
      read = { at: Date.now(), tools: await readTools(client, signal) };
    }
    return read.tools;
  };
}

async function readTools(client: Client, signal: AbortSignal): Promise<readonly McpTool[]> {
  const { ListToolsResultSchema } = await import('@modelcontextprotocol/sdk/types.js');
  const tools: McpTool[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const request = { method: 'tools/list' as const, params: cursor === undefined ? {} : { cursor } };
    const answer = await client.request(request, ListToolsResultSchema, { signal, timeout: REQUEST_MS });
    tools.push(...answer.tools);
    cursor = answer.nextCursor;
    if (cursor === undefined) {
      break;
    }
  }
  return tools;
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
