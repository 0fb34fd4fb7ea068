import type { Config } from '../config/config.js';
import { createMcpIssues, type McpIssues } from '../integrations/jira/mcp-issue.js';
import { createMcpServer } from '../integrations/mcp/client.js';
import { createToolPins } from '../integrations/mcp/tool-pins.js';
import type { Logger } from '../log.js';

/** The MCP server that Jira is read through as well, started now; null where none is configured. */
export function createJiraMcp({ jira }: Pick<Config, 'jira'>, log: Logger): McpIssues | null {
  const { mcp, baseUrl } = jira;
  if (mcp === null) {
    return null;
  }
  const warn = (facts: Readonly<Record<string, unknown>>, message: string): void => log.warn(facts, message);
  return createMcpIssues({
    server: createMcpServer({ door: mcp.door, warn }),
    site: baseUrl,
    timeoutMs: mcp.timeoutMs,
    pins: createToolPins(mcp.pinsFile),
    toolSha256: mcp.toolSha256,
    warn,
  });
}
