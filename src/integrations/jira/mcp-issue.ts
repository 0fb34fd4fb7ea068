/** One issue through an MCP server, or the reason why not. Nothing of it is believed before REST was compared. */
import { z } from 'zod';
import { tail } from '../http-failure.js';
import { McpFailure, type McpServer, type McpTool } from '../mcp/mcp-server.js';
import { type ToolPins, toolHash } from '../mcp/tool-pins.js';
import type { IssueName } from './issue-reader.js';
import type { JiraIssue } from './jira.js';
import { issueToolAmong } from './mcp-tools/index.js';
import type { IssueTool } from './mcp-tools/issue-tool.js';

/** An issue with fifty comments of the greatest length has less. */
const LONGEST_ANSWER = 3 * 1024 * 1024;

export interface McpIssueOptions {
  readonly server: McpServer;
  /** The site that the server is asked about; some want it named. */
  readonly site: string;
  readonly timeoutMs: number;
  readonly pins: ToolPins;
  /** The one hash that an operator accepts; null: the known ones. */
  readonly toolSha256: string | null;
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void;
}

/** What the server told. */
export interface ToldIssue {
  /** "mcp-atlassian jira_get_issue" */
  readonly tool: string;
  readonly issue: Partial<JiraIssue>;
}

export interface McpIssues {
  /** Never throws and never waits longer than the budget: a text is the reason why there is nothing, as part of a sentence. */
  read(name: IssueName): Promise<ToldIssue | string>;
  close(): Promise<void>;
}

export function createMcpIssues(options: McpIssueOptions): McpIssues {
  const warned = new Set<string>();
  const judge = (row: IssueTool, tool: McpTool): string | null => {
    const refusal = refusalOf(options, row, tool);
    if (refusal !== null && !warned.has(refusal)) {
      warned.add(refusal);
      options.warn(
        { server: row.server, tool: row.tool, why: refusal },
        'a tool of the MCP server is not used',
      );
    }
    return refusal;
  };
  return {
    read: async (name) => {
      try {
        return await read(options, judge, name);
      } catch (error) {
        if (error instanceof McpFailure) {
          return `the MCP server was not asked or did not answer: ${error.message}`;
        }
        return `the answer of the MCP server could not be used: ${misfitOf(error)}`;
      }
    },
    close: () => options.server.close(),
  };
}

async function read(
  { server, site, timeoutMs }: McpIssueOptions,
  judge: (row: IssueTool, tool: McpTool) => string | null,
  name: IssueName,
): Promise<ToldIssue | string> {
  const budget = AbortSignal.timeout(timeoutMs);
  const found = issueToolAmong(await server.listTools(budget));
  if (found === null) {
    return 'the MCP server offers no tool that is known here';
  }
  const { row, tool } = found;
  const refusal = judge(row, tool);
  if (refusal !== null) {
    return refusal;
  }
  const args = row.arguments(name, site);
  if (args === null) {
    return `${row.server} takes keys only, and only the id is known`;
  }
  const { isError, text } = await server.callTool(row.tool, args, budget);
  if (isError) {
    return `${row.server} answered with an error${tail(text)}`;
  }
  return toldBy(row, text, name);
}

/** Null where the tool is the one that was looked at, and only reads. */
function refusalOf({ toolSha256, pins }: McpIssueOptions, row: IssueTool, tool: McpTool): string | null {
  if (tool.annotations?.readOnlyHint === false || tool.annotations?.destructiveHint === true) {
    return `the tool ${row.tool} of ${row.server} says that it writes`;
  }
  const hash = toolHash(row.steady(tool));
  const accepted =
    toolSha256 !== null
      ? [toolSha256]
      : row.pins.length > 0
        ? row.pins
        : [pins.firstSeen(`${row.server} ${row.tool}`, hash)];
  return accepted.includes(hash)
    ? null
    : `the tool ${row.tool} of ${row.server} is not described as it was when it was accepted; look at it, then set JIRA_MCP_TOOL_SHA256=${hash}`;
}

function toldBy(row: IssueTool, text: string, name: IssueName): ToldIssue | string {
  if (text.length > LONGEST_ANSWER) {
    return `${row.server} answered with ${text.length} characters`;
  }
  const json = parsedOr(text);
  if (json === undefined) {
    const kind = text.trimStart().startsWith('<') ? 'a page' : 'a text';
    return `${row.server} answered with ${kind} instead of an issue${tail(text.slice(0, 200))}`;
  }
  const issue = row.read(json);
  if (!isAskedFor(issue, name)) {
    return `${row.server} answered with another issue`;
  }
  return { tool: `${row.server} ${row.tool}`, issue };
}

/** The id names an issue for ever; a key may be an old one, so it counts only where no id is known. */
function isAskedFor(told: Partial<JiraIssue>, { id, key }: IssueName): boolean {
  return id === null ? told.key === key : told.id === id;
}

function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function misfitOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const places = error.issues.map((issue) => issue.path.join('.') || 'the whole of it').slice(0, 5);
    return `it does not fit at ${places.join(', ')}`;
  }
  return error instanceof Error ? error.message : String(error);
}
