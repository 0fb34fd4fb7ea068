/** The MCP server that Jira is read through as well: how it is reached, and what it may know. */
import { join } from 'node:path';
import { commandWords } from './command-words.js';
import { type Config, ConfigError, type McpSettings } from './config.js';
import type { Environment } from './environment.js';
import { isLoopbackUrl } from './loopback.js';

/** What is known before the server is looked at. */
export interface McpSurroundings {
  /** What the variables that JIRA_MCP_ENV names are taken from. */
  readonly env: NodeJS.ProcessEnv;
  readonly jira: Pick<Config['jira'], 'baseUrl' | 'email' | 'token' | 'sandboxed'>;
  readonly sandboxUrl: string;
  readonly dataDir: string;
}

/** @throws ConfigError one line that names the setting and what to do. */
export function resolveJiraMcp(checked: Environment, around: McpSurroundings): McpSettings | null {
  const door = doorOf(checked, around);
  return door === null
    ? null
    : {
        door,
        timeoutMs: checked.JIRA_MCP_TIMEOUT,
        toolSha256: checked.JIRA_MCP_TOOL_SHA256,
        pinsFile: join(around.dataDir, 'mcp-tools.json'),
      };
}

function doorOf(checked: Environment, around: McpSurroundings): McpSettings['door'] | null {
  const { JIRA_MCP_COMMAND: command, JIRA_MCP_URL: url } = checked;
  if (command !== null && url !== null) {
    throw new ConfigError('JIRA_MCP_COMMAND: given beside JIRA_MCP_URL; set only one of the two');
  }
  if (command !== null) {
    return commandDoor(command, checked, around);
  }
  return url === null ? null : urlDoor(url, checked, around);
}

function commandDoor(command: string, checked: Environment, around: McpSurroundings): McpSettings['door'] {
  const [program, ...args] = commandWords(command) ?? [];
  if (program === undefined || program === '') {
    throw new ConfigError(
      'JIRA_MCP_COMMAND: is no command, or a quote in it is never closed; write for example mcp-atlassian',
    );
  }
  const env = { ...jiraAccess(around.jira), ...passedOn(checked.JIRA_MCP_ENV, around.env) };
  return { kind: 'command', program, args, env };
}

/**
 * The site and its token under the names that mcp-atlassian reads, as variables, because a command line shows in every
 * process list. It is told to be read-only and to offer one tool; `TZ` makes its times UTC.
 */
function jiraAccess({ baseUrl, email, token }: McpSurroundings['jira']): Readonly<Record<string, string>> {
  return {
    JIRA_URL: baseUrl,
    ...(email === null ? { JIRA_PERSONAL_TOKEN: token } : { JIRA_USERNAME: email, JIRA_API_TOKEN: token }),
    READ_ONLY_MODE: 'true',
    ENABLED_TOOLS: 'jira_get_issue',
    TZ: 'UTC',
  };
}

function passedOn(names: string | null, env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const wanted = (names ?? '').split(/[\s,]+/).filter((name) => name !== '');
  const missing = wanted.filter((name) => env[name] === undefined);
  if (missing.length > 0) {
    throw new ConfigError(
      `JIRA_MCP_ENV: ${missing.join(', ')} is not set; set it, or take it out of the list`,
    );
  }
  return Object.fromEntries(wanted.map((name) => [name, env[name] ?? '']));
}

function urlDoor(url: string, checked: Environment, around: McpSurroundings): McpSettings['door'] {
  const { jira, sandboxUrl } = around;
  if (jira.sandboxed && !isLoopbackUrl(url) && new URL(url).origin !== new URL(sandboxUrl).origin) {
    throw new ConfigError(
      'JIRA_MCP_URL: names a server elsewhere while Jira is simulated; set ATLASSIAN_SERVICE_ACCOUNT_TOKEN, or unset it',
    );
  }
  const token = checked.JIRA_MCP_TOKEN ?? (jira.sandboxed ? jira.token : null);
  return { kind: 'url', url, authorization: authorizationOf(checked.JIRA_MCP_USERNAME, token) };
}

function authorizationOf(username: string | null, token: string | null): string | null {
  if (token === null) {
    return null;
  }
  return username === null
    ? `Bearer ${token}`
    : `Basic ${Buffer.from(`${username}:${token}`).toString('base64')}`;
}
