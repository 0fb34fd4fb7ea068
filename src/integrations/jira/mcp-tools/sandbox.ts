/** The sandbox's own server: its tool answers what REST v3 answers. */
import { toIssue } from '../convert.js';
import { issueSchema } from '../schema.js';
import type { IssueTool } from './issue-tool.js';

export const SANDBOX: IssueTool = {
  server: 'pm-agent-sandbox',
  tool: 'read_issue',
  pins: ['01dada7bc94093b6d4ef86293fc1ba40b561701b1fd42f6264efdcac4b9f8b30'],
  steady: (tool) => tool,
  arguments: ({ id, key }) => ({ issue: key ?? id }),
  read(json) {
    const issue = issueSchema.parse(json);
    const comments = issue.fields.comment?.comments ?? [];
    const total = issue.fields.comment?.total ?? comments.length;
    const { comments: newest, commentTotal, ...rest } = toIssue(issue, comments, total);
    // A first page would be the oldest ones.
    return comments.length < total ? rest : { ...rest, comments: newest, commentTotal };
  },
};
