/** One row of the table of known MCP servers: which of its tools reads an issue, and what that is worth. */
import type { McpTool } from '../../mcp/mcp-server.js';
import type { IssueName } from '../issue-reader.js';
import type { JiraIssue } from '../jira.js';

export interface IssueTool {
  /** As people call the server. */
  readonly server: string;
  /** Its name among the server's tools; the server is known by it. */
  readonly tool: string;
  /** sha256 of the descriptions that were looked at (`toolHash`); empty: the first one that is seen counts. */
  readonly pins: readonly string[];
  /** Takes out of the description what differs from one start of the server to the next. */
  readonly steady: (tool: McpTool) => McpTool;
  /** Null where it cannot be asked for this name. @param site `https://acme.atlassian.net`, or `…/ex/jira/<cloud id>` */
  arguments(name: IssueName, site: string): Readonly<Record<string, unknown>> | null;
  /** The parts that it tells exactly as REST does, out of its answer. Throws a `ZodError` where that does not fit. */
  read(json: unknown): Partial<JiraIssue>;
}
