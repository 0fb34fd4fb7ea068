import type { McpTool } from '../../mcp/mcp-server.js';
import { ATLASSIAN } from './atlassian.js';
import type { IssueTool } from './issue-tool.js';
import { MCP_ATLASSIAN } from './mcp-atlassian.js';
import { SANDBOX } from './sandbox.js';

/** The MCP servers that are known. A new one is a file and a row here. */
const ISSUE_TOOLS: readonly IssueTool[] = [MCP_ATLASSIAN, ATLASSIAN, SANDBOX];

/** The row of the server that offers these tools, and the tool itself; null for a server that nobody knows. */
export function issueToolAmong(
  offered: readonly McpTool[],
): { readonly row: IssueTool; readonly tool: McpTool } | null {
  for (const row of ISSUE_TOOLS) {
    const tool = offered.find(({ name }) => name === row.tool);
    if (tool !== undefined) {
      return { row, tool };
    }
  }
  return null;
}
