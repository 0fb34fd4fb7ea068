/**
 * Atlassian's hosted server (developer.atlassian.com/cloud/rovo-mcp). Its answer has the shape of REST, but texts come as
 * its own Markdown whatever is asked for (github.com/atlassian/atlassian-mcp-server/issues/189) and comments only in part:
 * those are left to REST. Nobody here can see its schema beforehand, so the first one that is seen is pinned.
 */
import { z } from 'zod';
import { toIssue } from '../convert.js';
import type { IssueField } from '../issue-reader.js';
import type { JiraIssue } from '../jira.js';
import { issueSchema } from '../schema.js';
import type { IssueTool } from './issue-tool.js';

/** Fields that are asked for, and what they become. */
const ASKED: Readonly<Record<string, Exclude<IssueField, 'estimate'>>> = {
  summary: 'summary',
  issuetype: 'issueType',
  status: 'status',
  priority: 'priority',
  labels: 'labels',
  duedate: 'dueDate',
  created: 'created',
  updated: 'updated',
  parent: 'parentKey',
};

/** The issue itself, or a list with it alone in it. */
const answerSchema = z.union([
  issueSchema,
  z
    .object({ issues: z.object({ nodes: z.array(issueSchema).length(1) }) })
    .transform(({ issues }) => issues.nodes[0]),
]);

export const ATLASSIAN: IssueTool = {
  server: "Atlassian's MCP server",
  tool: 'getJiraIssue',
  pins: [],
  steady: (tool) => tool,
  arguments: ({ id, key }, site) => ({
    cloudId: cloudIdOf(site),
    issueIdOrKey: key ?? id,
    fields: Object.keys(ASKED),
  }),
  read(json) {
    const answer = issueSchema.parse(answerSchema.parse(json));
    const whole = toIssue(answer, [], 0);
    const told = Object.entries(ASKED).flatMap(([name, field]) =>
      answer.fields[name] === undefined ? [] : [[field, whole[field]] as const],
    );
    return { id: whole.id, key: whole.key, ...(Object.fromEntries(told) as Partial<JiraIssue>) };
  },
};

/** The id where the site is named by it, else the host, which the server takes as well. */
function cloudIdOf(site: string): string {
  const { host, pathname } = new URL(site);
  return /^\/ex\/jira\/([^/]+)/.exec(pathname)?.[1] ?? host;
}
