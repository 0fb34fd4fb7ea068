import type { Config } from '../config/config.js';
import {
  type AddressGuard,
  type AddressGuardOptions,
  createAddressGuard,
} from '../integrations/address-guard.js';
import { createMcpIssues, type McpIssues } from '../integrations/jira/mcp-issue.js';
import { createMcpServer } from '../integrations/mcp/client.js';
import type { McpDoor } from '../integrations/mcp/mcp-server.js';
import { createToolPins } from '../integrations/mcp/tool-pins.js';
import type { Logger } from '../log.js';

/**
 * The MCP server that Jira is read through as well, started now; null where none is configured.
 * @param resolve all addresses of a name
 */
export function createJiraMcp(
  { jira }: { readonly jira: Pick<Config['jira'], 'mcp' | 'baseUrl' | 'privateHosts'> },
  log: Logger,
  resolve?: AddressGuardOptions['resolve'],
): McpIssues | null {
  const { mcp, baseUrl, privateHosts } = jira;
  if (mcp === null) {
    return null;
  }
  const warn = (facts: Readonly<Record<string, unknown>>, message: string): void => log.warn(facts, message);
  return createMcpIssues({
    server: createMcpServer({
      door: mcp.door,
      warn,
      ...guardOf(mcp.door, { privateHosts, ...(resolve && { resolve }) }),
    }),
    site: baseUrl,
    timeoutMs: mcp.timeoutMs,
    pins: createToolPins(mcp.pinsFile),
    toolSha256: mcp.toolSha256,
    warn,
  });
}

/** A program is started here; only a URL can lead inside. */
function guardOf(
  door: McpDoor,
  rules: Pick<AddressGuardOptions, 'privateHosts' | 'resolve'>,
): { readonly guard?: AddressGuard } {
  return door.kind === 'command'
    ? {}
    : {
        guard: createAddressGuard({ service: 'jira', setting: 'JIRA_MCP_URL', baseUrl: door.url, ...rules }),
      };
}
