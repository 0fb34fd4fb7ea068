/**
 * What the model may read besides its context. Only reading: nothing here changes anything. Which projects and repositories
 * is for code to say (activities/tools). A new tool is its input's schema, a row here and a row there.
 */
import type { z } from 'zod';
import type { Tool } from '../../integrations/claude/claude.js';
import { forDecoder } from '../for-decoder.js';
import { earlierCyclesInput } from './earlier-cycles.js';
import { readIssueInput } from './read-issue.js';
import { readPullRequestInput } from './read-pull-request.js';
import { readSprintInput } from './read-sprint.js';
import { searchIssuesInput } from './search-issues.js';
import { whoIsAwayInput } from './who-is-away.js';

export const TOOLS = {
  read_issue: {
    description:
      'Reads one Jira issue of the team as it stands now: fields, links, newest comments and changes. For an issue that the context only names.',
    input: readIssueInput,
  },
  search_issues: {
    description:
      "Finds issues of the team's projects by words, latest change first, at most 10. For duplicates, and for issues that somebody describes without their key.",
    input: searchIssuesInput,
  },
  read_pull_request: {
    description:
      'Reads one pull request of the team: state, reviewers, changed files with their line counts, newest comments, builds.',
    input: readPullRequestInput,
  },
  read_sprint: {
    description: 'Reads a sprint: goal, dates, and how its issues stand.',
    input: readSprintInput,
  },
  who_is_away: {
    description:
      'Who of the team is away in the next days, and on which of them nobody works. Before somebody is promised, asked or assigned; says nothing about why.',
    input: whoIsAwayInput,
  },
  earlier_cycles: {
    description:
      'What you decided earlier about this same issue, pull request or thread, and what became of it. For "as I said", and before anything is proposed a second time.',
    input: earlierCyclesInput,
  },
} as const satisfies Record<string, { readonly description: string; readonly input: z.ZodObject }>;

export type ToolName = keyof typeof TOOLS;
export type ToolInput<N extends ToolName> = z.infer<(typeof TOOLS)[N]['input']>;

export function isTool(name: string): name is ToolName {
  return Object.hasOwn(TOOLS, name);
}

/** Messages API `tools`: the same for every request, so that they are cached; inputs are decoded strictly. */
export const TOOL_DEFINITIONS: readonly Tool[] = Object.entries(TOOLS).map(
  ([name, { description, input }]) => ({ name, description, strict: true, input_schema: forDecoder(input) }),
);
