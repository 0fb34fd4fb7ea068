import { readFurtherIssue } from '../gather/issue-context.js';
import { refusalOf } from './scope.js';
import type { Tool } from './tool.js';

/** The key says where an issue is; what came back, where it was moved to. Both have to be the team's. */
export const readIssueTool: Tool<'read_issue'> = async ({ key }, { scope, sources }) => {
  const refused = refusalOf(key, projectOf(key), scope.projects);
  if (refused !== null) {
    return refused;
  }
  const reading = await sources.issues.readIssue({ id: null, key });
  const moved = refusalOf(key, reading.issue.projectKey, scope.projects);
  if (moved === null) {
    readFurtherIssue(reading, sources);
  }
  return moved;
};

/** Of what is no key, none: what comes after it is for no server to read. */
function projectOf(key: string): string {
  return /^([A-Z][A-Z0-9_]*)-\d+$/.exec(key)?.[1] ?? '';
}
