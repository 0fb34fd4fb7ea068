/** How each tool reads. A new one is a file and a row, beside its schema in reasoning/tools. */
import { isTool, TOOLS, type ToolName } from '../../reasoning/tools/index.js';
import { earlierCyclesTool } from './earlier-cycles.js';
import { readIssueTool } from './read-issue.js';
import { readPullRequestTool } from './read-pull-request.js';
import { readSprintTool } from './read-sprint.js';
import { searchIssuesTool } from './search-issues.js';
import type { Tool, ToolUse } from './tool.js';
import { whoIsAwayTool } from './who-is-away.js';

const RUN: { readonly [N in ToolName]: Tool<N> } = {
  read_issue: readIssueTool,
  search_issues: searchIssuesTool,
  read_pull_request: readPullRequestTool,
  read_sprint: readSprintTool,
  who_is_away: whoIsAwayTool,
  earlier_cycles: earlierCyclesTool,
};

/** Runs what the model asked for; answers why not, for the model to read, where that is not to be done. */
export function runTool(name: string, input: unknown, use: ToolUse): Promise<string | null> {
  return isTool(name) ? checked(name, input, use) : Promise.resolve(`there is no tool ${name}`);
}

async function checked<N extends ToolName>(name: N, input: unknown, use: ToolUse): Promise<string | null> {
  const parsed = TOOLS[name].input.safeParse(input);
  return parsed.success
    ? (RUN[name] as (given: unknown, use: ToolUse) => Promise<string | null>)(parsed.data, use)
    : `the input does not fit: ${parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`;
}
