import { readPullRequest } from '../gather/pull-request.js';
import { refusalOf } from './scope.js';
import type { Tool } from './tool.js';

export const readPullRequestTool: Tool<'read_pull_request'> = async (
  { repository, id },
  { scope, sources },
) => {
  const refused = refusalOf(`${repository}#${id}`, repository, scope.repositories);
  if (refused === null) {
    await readPullRequest(repository, id, sources);
  }
  return refused;
};
