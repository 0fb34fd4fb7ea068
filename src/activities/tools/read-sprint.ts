import { addSprint } from '../gather/sprint.js';
import type { Tool, ToolUse } from './tool.js';

/** A board may span projects: of its sprints only the team's issues are shown. */
export const readSprintTool: Tool<'read_sprint'> = async ({ sprintId }, use) => {
  const running = await runningSprints(use);
  const known = [...running, ...namedSprints(use)];
  if (sprintId !== null && !known.includes(sprintId)) {
    return `sprint ${sprintId} may not be read: neither the context nor the team's board names it`;
  }
  const ids = sprintId === null ? running : [sprintId];
  if (ids.length === 0) {
    return "no sprint is running on the team's board, or its board is not known (teams.jira.board)";
  }
  for (const id of ids) {
    await addSprint(id, use.sources, (key) =>
      use.scope.projects.some((project) => key.startsWith(`${project}-`)),
    );
  }
  return null;
};

async function runningSprints({ deps, scope }: ToolUse): Promise<readonly number[]> {
  const board = scope.team?.jiraBoard ?? null;
  if (board === null) {
    return [];
  }
  const { sprints } = await deps.changes.jira.boardSprints(board, 0);
  return sprints.filter(({ state }) => state === 'active').map(({ id }) => id);
}

function namedSprints({ context, cycle: { event } }: ToolUse): readonly number[] {
  const inContext = context.items.filter(({ kind }) => kind === 'sprint').map(({ data }) => Number(data.id));
  return 'sprint' in event ? [...inContext, event.sprint.id] : inContext;
}
