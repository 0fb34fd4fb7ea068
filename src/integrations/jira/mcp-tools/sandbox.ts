/** The sandbox's own server: its tool answers what REST v3 answers. */
import { toIssue } from '../convert.js';
import { issueSchema } from '../schema.js';
import type { IssueTool } from './issue-tool.js';

export const SANDBOX: IssueTool = {
  server: 'pm-agent-sandbox',
  tool: 'read_issue',
  pins: ['01dada7bc94093b6d4ef86293fc1ba40b561701b1fd42f6264efdcac4b9f8b30'],
  large: ['description', 'comments', 'changes'],
  steady: (tool) => tool,
  arguments: ({ id, key }) => ({ issue: key ?? id }),
  read(json) {
    const issue = issueSchema.parse(json);
    const comments = issue.fields.comment?.comments ?? [];
    return toIssue(issue, comments, issue.fields.comment?.total ?? comments.length);
  },
};
