import type { SandboxDeps } from '../deps.js';
import type { JiraSprintRecord } from '../jira/records.js';
import { missing, PROJECT } from './cast.js';
import type { Story } from './story.js';

const TWO_WEEKS_MS = 14 * 24 * 3600 * 1000;

export const sprintStart: Story = {
  tells:
    'The next sprint of the team is started. (A message needs a team with a Slack channel in pm-agent.yaml.)',
  play: (deps) => {
    const now = deps.clock();
    deps.jira.updateSprint(nextSprint(deps), {
      state: 'active',
      startDate: now.toISOString(),
      endDate: new Date(now.getTime() + TWO_WEEKS_MS).toISOString(),
    });
  },
};

/** The team's next planned sprint; where none is planned, a new one. */
function nextSprint(deps: SandboxDeps): JiraSprintRecord {
  const board =
    deps.jira.boards().find(({ projectKey }) => projectKey === PROJECT) ?? missing(`a board of ${PROJECT}`);
  const sprints = deps.jira.sprints(board.id);
  const planned = sprints.find(({ state }) => state === 'future');
  return (
    planned ??
    deps.jira.createSprint({
      boardId: board.id,
      name: `${PROJECT} Sprint ${sprints.length + 1}`,
      goal: 'Refunds without a support ticket',
      startDate: null,
      endDate: null,
    })
  );
}
