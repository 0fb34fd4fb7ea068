/** The port: one MCP server (modelcontextprotocol.io). Whatever it says is untrusted text. */

/** How it is reached. */
export type McpDoor =
  | {
      readonly kind: 'command';
      readonly program: string;
      readonly args: readonly string[];
      /** All that the process gets of the environment, besides HOME, PATH and the like. */
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'url';
      /** Streamable HTTP. */
      readonly url: string;
      /** The whole header; null for none. */
      readonly authorization: string | null;
    };

/** A tool as the server describes it. */
export interface McpTool {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?:
    | { readonly readOnlyHint?: boolean | undefined; readonly destructiveHint?: boolean | undefined }
    | undefined;
}

export interface McpAnswer {
  /** The tool itself says that it failed; `text` may say why. */
  readonly isError: boolean;
  /** The text parts of the answer, joined. */
  readonly text: string;
}

/** Every method throws `McpFailure` once `signal` fires, and for whatever else is in the way. */
export interface McpServer {
  /** At most a little over a minute old; read besides the calls, with every connection and once a minute. */
  listTools(signal: AbortSignal): Promise<readonly McpTool[]>;
  callTool(name: string, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<McpAnswer>;
  /** Ends the connection, and the process where there is one. */
  close(): Promise<void>;
}

/** Why the server could not be asked; the message is the second half of a sentence: "it is still starting". */
export class McpFailure extends Error {
  override readonly name = 'McpFailure';
}

/** The server works, and its list of tools does not end: nobody knows what its tools are. */
export class McpToolListFailure extends McpFailure {}
