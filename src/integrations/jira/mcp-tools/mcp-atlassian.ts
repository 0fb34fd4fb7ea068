/**
 * mcp-atlassian (github.com/sooperset/mcp-atlassian), seen: 0.23.1. Its answer is a flattened issue. Texts are converted
 * on the way (its own Markdown, mentions without their ids), times are cut to seconds, users carry no account type,
 * history entries no id and the status no category key: those are left to REST.
 */
import { z } from 'zod';
import type { McpTool } from '../../mcp/mcp-server.js';
import { relatedOf, toLink } from '../convert.js';
import type { JiraIssue } from '../jira.js';
import { relatedIssueSchema } from '../schema.js';
import { sprintOf } from '../sprint-field.js';
import type { IssueTool } from './issue-tool.js';

const named = z.object({ name: z.string() });
const linked = relatedIssueSchema;

/** What is empty is left out. Custom fields are `{"value": …}` under their id. */
const answerSchema = z.looseObject({
  id: z.string(),
  key: z.string(),
  summary: z.string(),
  status: named,
  issue_type: named.optional(),
  priority: named.optional(),
  project: z.object({ key: z.string() }).optional(),
  labels: z.array(z.string()).default([]),
  duedate: z.string().optional(),
  parent: z.object({ key: z.string() }).optional(),
  subtasks: z.array(linked).default([]),
  issuelinks: z
    .array(
      z.object({
        id: z.string(),
        type: z.object({ name: z.string(), inward: z.string(), outward: z.string() }),
        inward_issue: linked.optional(),
        outward_issue: linked.optional(),
      }),
    )
    .default([]),
});
type Answer = z.infer<typeof answerSchema>;

export const MCP_ATLASSIAN: IssueTool = {
  server: 'mcp-atlassian',
  tool: 'jira_get_issue',
  pins: ['bd139b96912a0917481e95493f811f6e02472fdb0decc7b266600d689ba8a7b6'],
  steady: withSortedDefault,
  arguments: ({ key }) =>
    key === null ? null : { issue_key: key, fields: '*all', comment_limit: 0, update_history: false },
  read(json) {
    const answer = answerSchema.parse(json);
    return {
      id: answer.id,
      key: answer.key,
      ...(answer.project === undefined ? {} : { projectKey: answer.project.key }),
      summary: answer.summary,
      issueType: answer.issue_type?.name ?? null,
      status: answer.status.name,
      priority: answer.priority?.name ?? null,
      labels: answer.labels,
      dueDate: answer.duedate ?? null,
      parentKey: answer.parent?.key ?? null,
      subtasks: answer.subtasks.flatMap(relatedOf),
      links: linksOf(answer),
      ...sprintIn(answer),
    };
  },
};

/** The default of `fields` is a set, which Python writes in another order with every start. */
function withSortedDefault(tool: McpTool): McpTool {
  const schema = z
    .looseObject({ properties: z.looseObject({ fields: z.looseObject({ default: z.string() }) }) })
    .safeParse(tool.inputSchema);
  if (!schema.success) {
    return tool;
  }
  const { properties } = schema.data;
  const sorted = properties.fields.default.split(',').toSorted().join(',');
  const fields = { ...properties.fields, default: sorted };
  return { ...tool, inputSchema: { ...schema.data, properties: { ...properties, fields } } };
}

function linksOf({ issuelinks }: Answer): JiraIssue['links'] {
  return issuelinks.flatMap(({ id, type, inward_issue, outward_issue }) =>
    toLink({ id, type, inwardIssue: inward_issue, outwardIssue: outward_issue }),
  );
}

/** A site may put its sprints where the server cannot show them whole: then nothing is told of them. */
function sprintIn(answer: Answer): Partial<JiraIssue> {
  const fields = Object.entries(answer).flatMap(([name, field]) => {
    const custom = name.startsWith('customfield_') ? z.object({ value: z.unknown() }).safeParse(field) : null;
    return custom?.success === true ? [[name, custom.data.value] as const] : [];
  });
  const sprint = sprintOf(Object.fromEntries(fields));
  return sprint === null ? {} : { sprint };
}
